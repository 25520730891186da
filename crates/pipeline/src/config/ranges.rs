//! The range of each setting that has a number: what is outside cannot run, or would by accident.

use std::time::Duration;

use super::Config;
use super::units::{DurationSetting, SizeSetting};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
/// Ten years of 365.25 days, which humantime prints as such: longer than any retention.
const DECADE: Duration = Duration::from_secs(315_576_000);

/// The most entries of a store: more than fit into the memory of a machine.
const MOST_ENTRIES: usize = 1_000_000_000;

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
        ("escalation.occurred_within", escalation.occurred_within, zero, DAY),
        // A span of more than an hour would outlive the state of a contact.
        ("calls.path_interval", config.calls.path_interval, SECOND, 60 * MINUTE),
        ("surge.quiet", surge.quiet, MINUTE, DECADE),
        ("surge.cool_down", surge.cool_down, MINUTE, DECADE),
        ("surge.revise", surge.revise, MINUTE, DECADE),
        ("surge.keep", surge.keep, DAY, DECADE),
        ("surge.keep_cluster", surge.keep_cluster, 60 * MINUTE, DECADE),
        ("surge.keep_incident", surge.keep_incident, DAY, DECADE),
        ("surge.warm_up", surge.warm_up, zero, DECADE),
        ("ingest.body_timeout", config.ingest.body_timeout, SECOND, 10 * MINUTE),
        ("ingest.header_timeout", config.ingest.header_timeout, SECOND, 10 * MINUTE),
        ("metrics.grace", config.metrics.grace, zero, DAY),
    ]
    .into_iter()
    .filter_map(in_range)
    .collect()
}

fn sizes(config: &Config) -> Vec<String> {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;
    let ingest = &config.ingest;
    [
        ("ingest.body_limit", ingest.body_limit, KIB, 64 * MIB),
        // A longer line cannot become a record.
        ("ingest.line_limit", ingest.line_limit, KIB, MIB),
        ("ingest.body_rate", ingest.body_rate, 1, GIB),
        ("dedupe.memory.originals_size", config.dedupe.memory.originals_size, 64 * KIB, 64 * GIB),
        ("escalation.memory.cases_size", config.escalation.memory.cases_size, 64 * KIB, 64 * GIB),
        ("surge.memory.series_size", config.surge.memory.series_size, 64 * KIB, 64 * GIB),
        (
            "priority.memory.customers_size",
            config.priority.memory.customers_size,
            64 * KIB,
            64 * GIB,
        ),
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
    let (ingest, telemetry) = (&config.ingest, &config.telemetry);
    let (worker, memory) = (&config.worker, &config.priority.memory);
    let (dedupe, escalation) = (&config.dedupe.memory, &config.escalation.memory);
    let (surge, metrics) = (&config.surge.memory, &config.metrics.memory);
    [
        ("worker.workers", worker.workers.get(), 256),
        ("worker.batch", worker.batch.get(), 100_000),
        ("telemetry.connections", telemetry.connections, 100_000),
        ("telemetry.connections_per_address", telemetry.connections_per_address, 100_000),
        ("ingest.in_flight", ingest.in_flight, 10_000),
        ("ingest.in_flight_per_key", ingest.in_flight_per_key, 10_000),
        ("ingest.connections", ingest.connections, 100_000),
        ("ingest.connections_per_address", ingest.connections_per_address, 100_000),
        ("dedupe.memory.ids_most", dedupe.ids_most, MOST_ENTRIES),
        ("dedupe.memory.originals_most", dedupe.originals_most, MOST_ENTRIES),
        ("dedupe.memory.clusters_most", dedupe.clusters_most, MOST_ENTRIES),
        ("escalation.memory.cases_most", escalation.cases_most, MOST_ENTRIES),
        ("escalation.memory.teams_most", escalation.teams_most, MOST_ENTRIES),
        // More than one a minute is no limit.
        ("calls.per_hour", config.calls.per_hour, 60),
        ("calls.memory.contacts_most", config.calls.memory.contacts_most, 10_000_000),
        ("calls.memory.cases_most", config.calls.memory.cases_most, 10_000_000),
        ("surge.memory.series_most", surge.series_most, MOST_ENTRIES),
        ("surge.memory.ended_most", surge.ended_most, MOST_ENTRIES),
        ("metrics.memory.tenants_most", metrics.tenants_most, MOST_ENTRIES),
        ("metrics.memory.counters_most", metrics.counters_most, MOST_ENTRIES),
        ("metrics.memory.models_most", metrics.models_most, MOST_ENTRIES),
        ("metrics.memory.cases_most", metrics.cases_most, MOST_ENTRIES),
        ("priority.memory.open_most", memory.open_most, 10_000_000),
        ("priority.memory.authors_most", memory.authors_most, 10_000_000),
        ("priority.memory.customers_most", memory.customers_most, MOST_ENTRIES),
    ]
    .into_iter()
    .filter(|(_, value, most)| !(1..=*most).contains(value))
    .map(|(key, value, most)| format!("{key}: {value} must be from 1 to {most}"))
    .collect()
}
