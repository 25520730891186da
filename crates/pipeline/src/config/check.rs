//! Checks across settings: combinations that contradict each other or the limits of a stage.

use std::net::Ipv6Addr;
use std::time::Duration;

use listener::ApiKey;

use mention::bounds::MAX_TOKEN;
use mention::is_invisible;

use super::{Config, ingest_keys, ranges};
use crate::stages;

/// Upper bound of `worker.transaction_timeout`. A read_committed consumer cannot read past an open
/// transaction, so a longer one would delay every consumer of the output topics.
const LONGEST_TRANSACTION: Duration = Duration::from_secs(15);

/// Every violation, as `key: value and what is required`.
pub(super) fn problems(config: &Config) -> Vec<String> {
    let mut problems = ranges::problems(config);
    problems.extend(worker(config));
    problems.extend(commit_intervals(config));
    problems.extend(names(config));
    let kafka = &config.kafka;
    if kafka.shadow_of == kafka.prefix {
        let required = "must differ from kafka.prefix: a shadow writes its own topics";
        problems.push(format!("kafka.shadow_of: {:?} {required}", kafka.shadow_of));
    }
    problems.extend(
        config.dedupe.stage_config().validate().err().map(|error| format!("dedupe.{error}")),
    );
    let in_section = |section: &str, found: Vec<String>| -> Vec<String> {
        found.into_iter().map(|problem| format!("{section}.{problem}")).collect()
    };
    problems.extend(in_section("sentiment", config.sentiment.stage_config().problems()));
    problems.extend(open_ingest(config));
    problems.extend(ingest_keys::problems(&config.ingest.api_key, &config.ingest.keys));
    problems.extend(telemetry_key(config));
    problems.extend(in_section("metrics.staffing", config.metrics.staffing.problems()));
    problems.extend(in_section("surge", config.surge.stage_config().problems()));
    problems
}

/// What runs and should not be left so.
pub(super) fn warnings(config: &Config) -> Vec<String> {
    let telemetry = &config.telemetry;
    let has_key = telemetry.api_key.inline().is_some() || telemetry.api_key_file.path().is_some();
    let is_open = !has_key && !telemetry.listen.ip().is_loopback();
    let warning = format!(
        "everybody who reaches telemetry.listen = {} can read tenants and volumes at /metrics: \
         set telemetry.api_key",
        telemetry.listen
    );
    is_open.then_some(warning).into_iter().collect()
}

fn telemetry_key(config: &Config) -> Option<String> {
    let wrong = ApiKey::new(config.telemetry.api_key.inline()?).err()?;
    Some(format!("telemetry.api_key: the key {wrong}"))
}

/// The names that Kafka takes, and the addresses.
fn names(config: &Config) -> Vec<String> {
    /// Leaves room for the longest topic of a stage: Kafka takes 249 characters.
    const MAX_PREFIX: usize = 200;
    let kafka = &config.kafka;
    let is_legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_prefix = |name: &str| {
        let is_dotted = name.starts_with('.') || name.ends_with('.') || name.contains("..");
        !name.is_empty() && name.len() <= MAX_PREFIX && !is_dotted && name.chars().all(is_legal)
    };
    let mut problems = Vec::new();
    if !kafka.bootstrap.split(',').all(|address| is_broker_address(address.trim())) {
        let required = "must be addresses such as broker-1:9092,broker-2:9092";
        problems.push(format!("kafka.bootstrap: {:?} {required}", kafka.bootstrap));
    }
    let names =
        [("kafka.prefix", &kafka.prefix, false), ("kafka.shadow_of", &kafka.shadow_of, true)];
    for (key, name, may_be_empty) in names {
        if !(is_prefix(name) || may_be_empty && name.is_empty()) {
            let required = "must consist of up to 200 letters, digits, hyphens, underscores and \
                            single dots, with no dot at the ends";
            problems.push(format!("{key}: {name:?} {required}"));
        }
    }
    problems.extend(tenant(&config.ingest.tenant));
    problems
}

/// Whether this is `host:port`, with an IPv6 address in brackets.
fn is_broker_address(address: &str) -> bool {
    let Some((host, port)) = address.rsplit_once(':') else { return false };
    let is_name = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(is_name),
    };
    // `parse` alone takes a plus sign.
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    is_host && is_number && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// The tenant of mentions that name none; empty derives it from the rules.
fn tenant(name: &str) -> Option<String> {
    let wrong = match name {
        // It separates the parts of a key: two tenants could share an author.
        _ if name.contains('/') => "must not contain '/'",
        _ if name.chars().any(is_invisible) => "must not contain an invisible character",
        _ if name.len() > MAX_TOKEN => "must have at most 64 bytes",
        _ if name.trim() != name => "must not begin or end with a space",
        _ => return None,
    };
    Some(format!("ingest.tenant: {name:?} {wrong}"))
}

/// An ingest endpoint that strangers can reach must ask for a key.
fn open_ingest(config: &Config) -> Option<String> {
    let ingest = &config.ingest;
    let is_open = !ingest.has_key() && !ingest.listen.ip().is_loopback();
    is_open.then(|| {
        let address = ingest.listen;
        format!(
            "ingest.api_key or ingest.keys: must be set, because ingest.listen = {address} is no loopback address"
        )
    })
}

fn worker(config: &Config) -> Option<String> {
    let timeout = config.worker.transaction_timeout;
    if timeout.0 > LONGEST_TRANSACTION || timeout.0 < Duration::from_secs(1) {
        return Some(format!("worker.transaction_timeout: {timeout} must be from 1s to 15s"));
    }
    let name = &config.worker.instance;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || !name.chars().all(is_name) {
        let required = "must consist of letters, digits, hyphens, dots and underscores";
        return Some(format!("worker.instance: {name:?} {required}"));
    }
    None
}

/// Every stage commits before its transaction times out: the producer keeps one open until the next
/// commit.
fn commit_intervals(config: &Config) -> Vec<String> {
    let of_worker = ("worker", Some(config.worker.commit_interval));
    let of_stages = stages::TABLE.iter().map(|row| (row.name, (row.commit_interval)(config).0));
    let timeout = config.worker.transaction_timeout;
    let all = std::iter::once(of_worker).chain(of_stages);
    all.filter_map(|(section, interval)| Some((section, interval.filter(|it| *it >= timeout)?)))
        .map(|(section, interval)| {
            let required = "must be less than worker.transaction_timeout";
            format!("{section}.commit_interval: {interval} {required} ({timeout})")
        })
        .collect()
}
