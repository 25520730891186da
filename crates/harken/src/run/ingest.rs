//! `harken run ingest`: mentions from HTTP, a file or standard input into `mention.received`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ingest::http::{self, Access, Key};
use kafka::{Feed, Stop};
use mention::{Mention, codec, topics};
use platforms::Quotas;
use telemetry::{Ingested, Metrics};

use super::edge::{Edge, listen, stopped};
use super::units::Process;
use crate::cli::RunArgs;
use crate::config::Config;
use crate::replay::{self, Line, Lines};
use crate::rules::InForce;
use crate::{Problem, clock};

/// Mentions acknowledged together, when they come from a file.
const CHUNK: usize = 1_000;

/// How long an input that is over a quota waits before it is asked whether the process is to end.
const NAP: Duration = Duration::from_millis(100);

/// Feeds until the file ends, or until somebody asks the process to stop.
pub(super) fn run(
    args: &RunArgs,
    rules: &InForce,
    config: &Config,
    stop: &Stop,
    edge: &Edge,
    process: Process<'_>,
) -> Result<(), Problem> {
    let settings = super::settings(config, None)?;
    process.check_received(&settings)?;
    let feed = Feed::new(&settings, "ingest").map_err(|f| Problem::Unavailable(f.message))?;
    if let Some(path) = &args.input {
        let fed = from_file(args, rules, path, &feed, stop);
        stop.ask();
        return fed.and(process.wait());
    }
    let settings = http_settings(rules, config)?;
    if matches!(settings.access, Access::Open) && !config.ingest.listen.ip().is_loopback() {
        tracing::warn!(address = %config.ingest.listen, "anybody can post: no ingest.api_key is set");
    }
    let listener = edge.handle().block_on(listen(config.ingest.listen, "ingest.listen"))?;
    tracing::info!(address = %config.ingest.listen, path = http::PATH, "mentions are taken");
    let meter = Counted(edge.metrics());
    let serving = edge.handle().spawn(http::serve(
        listener,
        settings,
        Sink(Arc::new(feed)),
        meter,
        stopped(stop.clone()),
    ));
    let health = edge.health().worker("ingest");
    health.ready();
    while !stop.is_asked() {
        health.beat();
        std::thread::sleep(Duration::from_millis(100));
    }
    let served = edge.handle().block_on(serving);
    let ended = process.wait();
    match served {
        Ok(Ok(())) => ended,
        Ok(Err(error)) => Err(Problem::Unavailable(format!("serve {}: {error}", http::PATH))),
        Err(_) => Err(Problem::Bug("serve mentions: the server panicked".to_owned())),
    }
}

fn http_settings(rules: &InForce, config: &Config) -> Result<http::Settings, Problem> {
    let section = &config.ingest;
    let access = match section.api_key.reveal(&section.api_key_file, "ingest.api_key")? {
        None => Access::Open,
        Some(key) => Access::Keys(vec![Key::new(&key).map_err(|wrong| {
            Problem::Config(format!("read the configuration: ingest.api_key: {wrong}"))
        })?]),
    };
    Ok(http::Settings {
        access,
        body_limit: usize::try_from(section.body_limit.0).unwrap_or(usize::MAX),
        ingest: rules.ingest().clone(),
        ..http::Settings::default()
    })
}

fn append(feed: &Feed, mentions: &[Mention]) -> Result<kafka::Pending, kafka::Unavailable> {
    let bytes = |mention: &Mention| {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(mention, &mut value);
        (key, value, mention.received_at)
    };
    let records: Vec<_> = mentions.iter().map(bytes).collect();
    feed.append(topics::RECEIVED, records.iter().map(|(k, v, t)| (k.as_slice(), v.as_slice(), *t)))
}

/// The brokers, as the HTTP source sees them.
struct Sink(Arc<Feed>);

impl ingest::Sink for Sink {
    async fn append(&self, mentions: Vec<Mention>) -> Result<(), ingest::Unavailable> {
        let feed = Arc::clone(&self.0);
        // Waiting for the brokers' word blocks a thread, which must not be the server's.
        let told = tokio::task::spawn_blocking(move || append(&feed, &mentions)?.wait()).await;
        match told {
            Ok(result) => result.map_err(|unavailable| ingest::Unavailable(unavailable.0)),
            Err(_) => Err(ingest::Unavailable("the feed panicked".to_owned())),
        }
    }
}

/// What the HTTP source counts, as metrics of the process.
struct Counted(Metrics);

impl ingest::Meter for Counted {
    fn received(&self, _: u64) {}

    fn accepted(&self, mentions: u64) {
        self.0.http(Ingested::Accepted, mentions);
    }

    fn rejected(&self, _: &'static str) {
        self.0.http(Ingested::Rejected, 1);
    }

    fn over_quota(&self, mentions: u64) {
        self.0.http(Ingested::OverQuota, mentions);
    }

    fn answered(&self, _: u16) {}
}

/// Sends a file, as fast as the quotas of its tenants allow; refused lines are told by number and
/// reason, the rest goes on.
fn from_file(
    args: &RunArgs,
    rules: &InForce,
    path: &Path,
    feed: &Feed,
    stop: &Stop,
) -> Result<(), Problem> {
    let reader = replay::open(path)?;
    let mut lines = Lines::new(reader, args.format.into(), rules.ingest().clone());
    let mut quotas = Quotas::default();
    let (mut sent, mut refused, mut is_end) = (0, 0, false);
    while !is_end && !stop.is_asked() {
        let mut mentions = Vec::new();
        // What is here goes out together; a slow pipe is heard line by line.
        while mentions.len() < CHUNK && !is_end && (mentions.is_empty() || lines.is_ready()) {
            let line = lines.read();
            match line.map_err(|e| Problem::Unavailable(format!("read on: {e}")))? {
                Some(Line::Mention(mut mention)) => {
                    mention.received_at = clock::now();
                    mentions.push(*mention);
                }
                Some(Line::Skipped(_)) => {}
                Some(Line::Refused(line, reason)) => {
                    refused += 1;
                    tracing::warn!(line, "a line is refused: {reason}");
                }
                None => is_end = true,
            }
        }
        if !wait_for(&mut quotas, &mentions, rules, stop) {
            break;
        }
        append(feed, &mentions).and_then(kafka::Pending::wait).map_err(|unavailable| {
            let before = format!("{sent} mentions were taken before");
            Problem::Unavailable(format!("append mentions: {unavailable}; {before}"))
        })?;
        sent += mentions.len();
    }
    tracing::info!(sent, refused, "the input has ended");
    Ok(())
}

/// Waits until the quotas of the tenants allow these; whether they do before the process is to end.
fn wait_for(quotas: &mut Quotas, mentions: &[Mention], rules: &InForce, stop: &Stop) -> bool {
    let mut is_told = false;
    while !stop.is_asked() {
        let settings = rules.ingest().get();
        let tenants = mentions.iter().map(|mention| mention.tenant.as_str());
        match quotas.take(tenants, |tenant| settings.quota(tenant), clock::now()) {
            Ok(()) => return true,
            Err(over) => {
                if !std::mem::replace(&mut is_told, true) {
                    let wait = Duration::from_micros(over.wait.unsigned_abs());
                    tracing::info!(tenant = over.tenant, ?wait, "over its quota: the input waits");
                }
                std::thread::sleep(Duration::from_micros(over.wait.unsigned_abs()).min(NAP));
            }
        }
    }
    false
}
