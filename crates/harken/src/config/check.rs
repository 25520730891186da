//! What no single value can tell: settings that contradict each other or their stage.

use std::time::Duration;

use super::Config;

/// The longest a transaction may stay open: it holds up every reader behind it.
const LONGEST_TRANSACTION: Duration = Duration::from_secs(15);

/// Everything that is wrong, each as `key: what, and what would be right`.
pub(super) fn problems(config: &Config) -> Vec<String> {
    let mut problems = Vec::new();
    problems.extend(worker(config));
    let kafka = &config.kafka;
    if kafka.shadow_of == kafka.prefix {
        let right = "must not be kafka.prefix: a shadow has topics of its own";
        problems.push(format!("kafka.shadow_of: {:?} {right}", kafka.shadow_of));
    }
    problems.extend(config.dedupe.settings().check().err().map(|wrong| format!("dedupe.{wrong}")));
    let of = |section: &str, found: Vec<String>| -> Vec<String> {
        found.into_iter().map(|problem| format!("{section}.{problem}")).collect()
    };
    problems.extend(of("sentiment", config.sentiment.settings().problems()));
    problems.extend(of("metrics.staffing", config.metrics.staffing.problems()));
    problems
}

fn worker(config: &Config) -> Option<String> {
    let open = config.worker.transaction_timeout;
    let pause = config.worker.commit_interval;
    if open.0 > LONGEST_TRANSACTION || open.0 < Duration::from_secs(1) {
        return Some(format!("worker.transaction_timeout: {open} must be from 1s to 15s"));
    }
    if pause.0 >= open.0 {
        let less = "must be less than worker.transaction_timeout";
        return Some(format!("worker.commit_interval: {pause} {less} ({open})"));
    }
    let name = &config.worker.instance;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || !name.chars().all(is_name) {
        let right = "must be letters, digits, hyphens, dots or underscores";
        return Some(format!("worker.instance: {name:?} {right}"));
    }
    None
}
