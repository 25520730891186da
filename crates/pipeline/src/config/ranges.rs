//! The range of each setting that has a number: what is outside cannot run, or would by accident.

use std::time::Duration;

use super::Config;
use super::units::{DurationSetting, SizeSetting};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
/// Ten years of 365.25 days, which humantime prints as such: longer than any retention.
const DECADE: Duration = Duration::from_secs(315_576_000);

/// Every setting outside its range, as `key: value and the range`.
pub(super) fn problems(config: &Config) -> Vec<String> {
    let mut problems = durations(config);
    problems.extend(sizes(config));
    problems.extend(counts(config));
    problems
}

fn durations(config: &Config) -> Vec<String> {
    let (worker, dedupe, surge) = (&config.worker, &config.dedupe, &config.surge);
    let (memory, escalation) = (&config.priority.memory, &config.escalation);
    let in_range = |(key, value, least, most): (&str, DurationSetting, Duration, Duration)| {
        let is_inside = (least..=most).contains(&value.0);
        let [least, most] = [least, most].map(DurationSetting);
        (!is_inside).then(|| format!("{key}: {value} must be from {least} to {most}"))
    };
    let zero = Duration::ZERO;
    [
        ("kafka.timeout", config.kafka.timeout, SECOND, 10 * MINUTE),
        ("worker.session_timeout", worker.session_timeout, SECOND, 30 * MINUTE),
        ("worker.shutdown_timeout", worker.shutdown_timeout, SECOND, 10 * MINUTE),
        ("dedupe.window", dedupe.window, SECOND, DECADE),
        ("dedupe.copy_window", dedupe.copy_window, SECOND, DECADE),
        ("dedupe.cluster_window", dedupe.cluster_window, SECOND, DECADE),
        ("priority.memory.open_for", memory.open_for, MINUTE, DECADE),
        ("priority.memory.author_for", memory.author_for, MINUTE, DECADE),
        ("escalation.reload", escalation.reload, zero, DAY),
        ("escalation.idle_after", escalation.idle_after, zero, DECADE),
        ("escalation.reopen_within", escalation.reopen_within, zero, DECADE),
        ("surge.quiet", surge.quiet, MINUTE, DECADE),
        ("surge.cool_down", surge.cool_down, MINUTE, DECADE),
        ("surge.revise", surge.revise, MINUTE, DECADE),
        ("surge.keep", surge.keep, DAY, DECADE),
        ("surge.keep_cluster", surge.keep_cluster, 60 * MINUTE, DECADE),
        ("surge.keep_incident", surge.keep_incident, DAY, DECADE),
        ("surge.warm_up", surge.warm_up, zero, DECADE),
        ("metrics.grace", config.metrics.grace, zero, DAY),
    ]
    .into_iter()
    .filter_map(in_range)
    .collect()
}

fn sizes(config: &Config) -> Vec<String> {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    let ingest = &config.ingest;
    [
        ("ingest.body_limit", ingest.body_limit, KIB, 64 * MIB),
        // A longer line cannot become a record.
        ("ingest.line_limit", ingest.line_limit, KIB, MIB),
        ("priority.memory.open_size", config.priority.memory.open_size, 256, MIB),
    ]
    .into_iter()
    .filter_map(|(key, value, least, most)| {
        let is_inside = (least..=most).contains(&value.0);
        let [least, most] = [least, most].map(SizeSetting);
        (!is_inside).then(|| format!("{key}: {value} must be from {least} to {most}"))
    })
    .collect()
}

fn counts(config: &Config) -> Vec<String> {
    let (worker, memory) = (&config.worker, &config.priority.memory);
    [
        ("worker.workers", worker.workers.get(), 256),
        ("worker.batch", worker.batch.get(), 100_000),
        ("priority.memory.open_most", memory.open_most, 10_000_000),
        ("priority.memory.authors_most", memory.authors_most, 10_000_000),
    ]
    .into_iter()
    .filter(|(_, value, most)| !(1..=*most).contains(value))
    .map(|(key, value, most)| format!("{key}: {value} must be from 1 to {most}"))
    .collect()
}
