//! `harken run ingest`: mentions from HTTP, a file or standard input into `mention.received`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ingest::http::{self, Access, ApiKey};
use kafka::{IdempotentProducer, OutgoingRef, Stop};
use mention::{Mention, codec, topics};
use platforms::{PayloadFormat, QuotaBuckets};
use stage::Outgoing;
use telemetry::{IngestOutcome, Metrics};

use super::IngestInput;
use super::http_runtime::{HttpRuntime, listen, until_stopped};
use super::workers::WorkerPool;
use crate::config::Config;
use crate::input::{InputLine, LineReader, open_input};
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
    let settings = http_settings(rules, config)?;
    let listener = http.handle().block_on(listen(config.ingest.listen, "ingest.listen"))?;
    tracing::info!(address = %config.ingest.listen, path = http::PATH, "ingest is listening");
    let meter = HttpMeter(http.metrics());
    let serving = http.handle().spawn(http::serve(
        listener,
        settings,
        KafkaSink(Arc::new(producer)),
        meter,
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
        Ok(Ok(())) => ended,
        Ok(Err(error)) => {
            Err(CommandError::Unavailable(Failure::new(format!("serve {}", http::PATH), error)))
        }
        Err(_) => Err(CommandError::Bug("serve mentions: the server panicked".into())),
    }
}

fn http_settings(rules: &LoadedRules, config: &Config) -> Result<http::Config, CommandError> {
    let section = &config.ingest;
    let access = match section.api_key.reveal(&section.api_key_file, "ingest.api_key")? {
        None => Access::Open,
        Some(key) => Access::Keys(vec![ApiKey::new(&key).map_err(|wrong| {
            CommandError::Config(Failure::new("read the configuration: ingest.api_key", wrong))
        })?]),
    };
    Ok(http::Config {
        access,
        body_limit: usize::try_from(section.body_limit.0).unwrap_or(usize::MAX),
        attribution: rules.ingest().clone(),
        ..http::Config::default()
    })
}

fn append_mentions(
    producer: &IdempotentProducer,
    mentions: &[Mention],
) -> Result<kafka::PendingDelivery, kafka::BrokerUnavailable> {
    let record = |mention: &Mention| {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(mention, &mut value);
        Outgoing::new(topics::RECEIVED, mention.received_at, key, Some(value))
    };
    let records: Vec<_> = mentions.iter().map(record).collect();
    producer.append(topics::RECEIVED, records.iter().map(OutgoingRef::from))
}

/// Publishes the mentions of the HTTP server to Kafka.
struct KafkaSink(Arc<IdempotentProducer>);

impl ingest::MentionSink for KafkaSink {
    async fn append(&self, mentions: Vec<Mention>) -> Result<(), ingest::SinkUnavailable> {
        let producer = Arc::clone(&self.0);
        // Waiting for the acknowledgement blocks a thread; it must not be the one of the server.
        let result =
            tokio::task::spawn_blocking(move || append_mentions(&producer, &mentions)?.wait())
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

    fn rejected(&self, _: &'static str) {
        self.0.count_http_mentions(IngestOutcome::Rejected, 1);
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
    let mut lines = LineReader::new(reader, format, rules.ingest().clone());
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
        append_mentions(producer, &mentions).and_then(kafka::PendingDelivery::wait).map_err(
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
