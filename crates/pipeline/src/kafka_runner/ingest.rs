//! `harken run ingest`: mentions from HTTP, a file or standard input into `mention.received`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ingest::http::{self, Access, Sender};
use kafka::{IdempotentProducer, OutgoingRef, Stop};
use mention::{Mention, codec, topics};
use platforms::{PayloadFormat, QuotaBuckets};
use stage::Outgoing;
use telemetry::{IngestOutcome, Listener, Metrics};

use super::IngestInput;
use super::http_runtime::{HttpRuntime, listen, until_stopped};
use super::workers::WorkerPool;
use crate::config::{Config, KeyHolder};
use crate::input::{Arrival, InputLine, LineReader, open_input};
use crate::rules::LoadedRules;
use crate::{CommandError, Failure, clock};

/// Mentions of a file that are published and acknowledged together.
const CHUNK: usize = 1_000;

/// How often a file input over its quota checks whether the process must stop.
const STOP_POLL: Duration = Duration::from_millis(100);

/// Publishes mentions until the file ends or `stop` is requested.
pub(super) fn run(
    input: &IngestInput,
    stop: &Stop,
    http: &HttpRuntime,
    pool: WorkerPool<'_>,
) -> Result<(), CommandError> {
    let (config, rules) = (pool.config(), pool.rules()?);
    let settings = super::kafka_settings(config, None)?;
    // The brokers must not create the topic with their own defaults.
    pool.check_received_topic(&settings)?;
    let producer = IdempotentProducer::new(&settings, "ingest")
        .map_err(|f| CommandError::Unavailable(f.into()))?;
    if let IngestInput::File(path, format) = input {
        let result = ingest_file(path, *format, rules, &producer, stop);
        // The end of the file ends the process, including the stages started with it.
        stop.request();
        return result.and(pool.wait());
    }
    let settings = http_settings(rules, config, http)?;
    let listener = http.handle().block_on(listen(config.ingest.listen, "ingest.listen"))?;
    tracing::info!(address = %config.ingest.listen, path = http::PATH, "ingest is listening");
    let metrics = http.metrics();
    let connections = metrics.connections(Listener::Ingest);
    let serving = http.handle().spawn(http::serve(
        listener,
        settings,
        KafkaSink(Arc::new(producer)),
        HttpMeter(metrics),
        connections,
        until_stopped(stop.clone()),
    ));
    let health = http.health().register_worker("ingest");
    health.mark_ready();
    while !stop.is_requested() {
        health.heartbeat();
        std::thread::sleep(Duration::from_millis(100));
    }
    // Requests in flight are answered before the workers are awaited.
    let served = http.handle().block_on(serving);
    let ended = pool.wait();
    match served {
        Ok(()) => ended,
        Err(_) => Err(CommandError::Bug("serve mentions: the server panicked".into())),
    }
}

fn http_settings(
    rules: &LoadedRules,
    config: &Config,
    http: &HttpRuntime,
) -> Result<http::Config, CommandError> {
    let section = &config.ingest;
    let sender = |KeyHolder { name, key, scope }| Sender { name, key, scope };
    let senders: Vec<_> = section.senders()?.into_iter().map(sender).collect();
    Ok(http::Config {
        // Only on a loopback address: the settings are checked.
        access: if senders.is_empty() { Access::Open } else { Access::Keys(senders) },
        body_limit: section.body_limit.bytes(),
        in_flight: section.in_flight,
        in_flight_per_key: section.in_flight_per_key,
        body_timeout: section.body_timeout.0,
        body_rate: u32::try_from(section.body_rate.0).unwrap_or(u32::MAX),
        connections: http.limits(),
        attribution: rules.ingest().clone(),
        ..http::Config::default()
    })
}

fn append_mentions(
    producer: &IdempotentProducer,
    mentions: &[Mention],
    source: &str,
) -> Result<kafka::PendingDelivery, kafka::BrokerUnavailable> {
    let record = |mention: &Mention| {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(mention, &mut value);
        let mut record = Outgoing::new(topics::RECEIVED, mention.received_at, key, Some(value));
        if !source.is_empty() {
            record.headers.push(topics::SOURCE_HEADER, source.as_bytes().to_vec());
        }
        record
    };
    let records: Vec<_> = mentions.iter().map(record).collect();
    producer.append(topics::RECEIVED, records.iter().map(OutgoingRef::from))
}

/// Publishes the mentions of the HTTP server to Kafka.
struct KafkaSink(Arc<IdempotentProducer>);

impl ingest::MentionSink for KafkaSink {
    async fn append(
        &self,
        mentions: Vec<Mention>,
        source: &str,
    ) -> Result<(), ingest::SinkUnavailable> {
        let (producer, source) = (Arc::clone(&self.0), source.to_owned());
        // Waiting for the acknowledgement blocks a thread; it must not be the one of the server.
        let result = tokio::task::spawn_blocking(move || {
            append_mentions(&producer, &mentions, &source)?.wait()
        })
        .await;
        match result {
            Ok(result) => result.map_err(|unavailable| ingest::SinkUnavailable(unavailable.0)),
            Err(_) => Err(ingest::SinkUnavailable("the producer panicked".to_owned())),
        }
    }
}

/// Exports the counts of the HTTP server as metrics of the process.
struct HttpMeter(Metrics);

impl ingest::IngestMeter for HttpMeter {
    fn received(&self, _: u64) {}

    fn accepted(&self, mentions: u64) {
        self.0.count_http_mentions(IngestOutcome::Accepted, mentions);
    }

    fn rejected(&self, reason: &'static str) {
        let outcome = match reason {
            "not_permitted" | "unknown_tenant" => IngestOutcome::Denied,
            _ => IngestOutcome::Rejected,
        };
        self.0.count_http_mentions(outcome, 1);
    }

    fn over_quota(&self, mentions: u64) {
        self.0.count_http_mentions(IngestOutcome::OverQuota, mentions);
    }

    fn answered(&self, _: u16) {}
}

/// Publishes a file, as fast as the quotas of its tenants allow. Rejected lines are logged with number
/// and reason and do not stop it.
fn ingest_file(
    path: &Path,
    format: PayloadFormat,
    rules: &LoadedRules,
    producer: &IdempotentProducer,
    stop: &Stop,
) -> Result<(), CommandError> {
    let reader = open_input(path)?;
    // Live: a line never waits for the times of those after it.
    let lines = LineReader::new(reader, format, rules.ingest().clone());
    let mut lines = lines.arriving(Arrival::Pieces);
    let mut quotas = QuotaBuckets::default();
    let (mut sent, mut rejected, mut is_end) = (0, 0, false);
    while !is_end && !stop.is_requested() {
        let mut mentions = Vec::new();
        // Publish what is buffered as one chunk: a slow pipe must not delay its first lines.
        while mentions.len() < CHUNK && !is_end && (mentions.is_empty() || lines.is_ready()) {
            let line = lines.read();
            match line
                .map_err(|e| CommandError::Unavailable(Failure::new("continue reading", e)))?
            {
                Some(InputLine::Mention(mut mention)) => {
                    // Live input: the clock of the file applies to `replay` only.
                    mention.received_at = clock::now().as_event_time();
                    mentions.push(*mention);
                }
                Some(InputLine::Skipped(_)) => {}
                Some(InputLine::Rejected(line, reason)) => {
                    rejected += 1;
                    tracing::warn!(line, "line rejected: {reason}");
                }
                None => is_end = true,
            }
        }
        if !wait_for_quota(&mut quotas, &mentions, rules, stop) {
            break;
        }
        append_mentions(producer, &mentions, "").and_then(kafka::PendingDelivery::wait).map_err(
            |unavailable| {
                let before = format!("{sent} mentions were published before");
                CommandError::Unavailable(
                    format!("append mentions: {unavailable}; {before}").into(),
                )
            },
        )?;
        sent += mentions.len();
    }
    tracing::info!(sent, rejected, "input finished");
    Ok(())
}

/// Waits until the quotas of the tenants allow these mentions. Returns false if `stop` is requested
/// first.
fn wait_for_quota(
    quotas: &mut QuotaBuckets,
    mentions: &[Mention],
    rules: &LoadedRules,
    stop: &Stop,
) -> bool {
    let mut is_logged = false;
    while !stop.is_requested() {
        let settings = rules.ingest().get();
        let tenants = mentions.iter().map(|mention| mention.tenant.as_str());
        match quotas.acquire(tenants, |tenant| settings.quota(tenant), clock::now()) {
            Ok(()) => return true,
            Err(over) => {
                if !std::mem::replace(&mut is_logged, true) {
                    let wait = over.wait.unsigned_abs();
                    tracing::info!(tenant = over.tenant, ?wait, "quota exceeded, input waits");
                }
                std::thread::sleep(over.wait.unsigned_abs().min(STOP_POLL));
            }
        }
    }
    false
}
