//! Checks across settings: combinations that contradict each other or the limits of a stage.

use std::time::Duration;

use super::Config;

/// Upper bound of `worker.transaction_timeout`. A read_committed consumer cannot read past an open
/// transaction, so a longer one would delay every consumer of the output topics.
const LONGEST_TRANSACTION: Duration = Duration::from_secs(15);

/// Every violation, as `key: value and what is required`.
pub(super) fn problems(config: &Config) -> Vec<String> {
    let mut problems = Vec::new();
    problems.extend(worker(config));
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
    problems.extend(in_section("metrics.staffing", config.metrics.staffing.problems()));
    problems.extend(in_section("surge", config.surge.stage_config().problems()));
    problems
}

/// An ingest endpoint that strangers can reach must ask for a key.
fn open_ingest(config: &Config) -> Option<String> {
    let ingest = &config.ingest;
    let has_key = !ingest.api_key.is_empty() || ingest.api_key_file.path().is_some();
    let is_open = !has_key && !ingest.listen.ip().is_loopback();
    is_open.then(|| {
        let address = ingest.listen;
        format!(
            "ingest.api_key: must be set, because ingest.listen = {address} is no loopback address"
        )
    })
}

fn worker(config: &Config) -> Option<String> {
    let timeout = config.worker.transaction_timeout;
    let interval = config.worker.commit_interval;
    if timeout.0 > LONGEST_TRANSACTION || timeout.0 < Duration::from_secs(1) {
        return Some(format!("worker.transaction_timeout: {timeout} must be from 1s to 15s"));
    }
    if interval.0 >= timeout.0 {
        // The producer keeps its transaction open until the next commit.
        let required = "must be less than worker.transaction_timeout";
        return Some(format!("worker.commit_interval: {interval} {required} ({timeout})"));
    }
    let name = &config.worker.instance;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || !name.chars().all(is_name) {
        let required = "must consist of letters, digits, hyphens, dots and underscores";
        return Some(format!("worker.instance: {name:?} {required}"));
    }
    None
}
