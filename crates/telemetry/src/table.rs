//! The table of all metrics. Names follow `harken_<noun>_<what>_<unit>[_total]` with base units;
//! every label has a closed set of values.

use std::fmt::Write as _;

use MetricKind::{Counter, Gauge, Histogram};

/// Type of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// A number that only increases, except after a restart.
    Counter,
    /// A number that increases and decreases.
    Gauge,
    /// Observations counted in buckets.
    Histogram,
}

impl MetricKind {
    /// Name of the type in the exposition format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
        }
    }
}

/// Possible values of a label. Ids, handles and texts are not allowed: each value is a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelValues {
    /// Exactly these values.
    Listed(&'static [&'static str]),
    /// A set determined by the configuration, described in words.
    Configured(&'static str),
}

/// A label of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetricLabel {
    /// Name of the label.
    pub name: &'static str,
    /// Possible values.
    pub values: LabelValues,
}

/// How the samples of several workers are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// Sum of the samples.
    Sum,
    /// Maximum of the samples, for values that cannot be added, such as an index.
    Max,
}

/// One metric: a row of the table.
#[derive(Debug, Clone, Copy)]
pub struct MetricSpec {
    /// Name of the metric.
    pub name: &'static str,
    /// Type of the metric.
    pub kind: MetricKind,
    /// Unit, as in the name; empty for an info metric.
    pub unit: &'static str,
    /// Labels, in the order of exposition.
    pub labels: &'static [MetricLabel],
    /// Help text.
    pub help: &'static str,
    /// How the samples of workers are combined.
    pub aggregation: Aggregation,
}

const fn listed(name: &'static str, values: &'static [&'static str]) -> MetricLabel {
    MetricLabel { name, values: LabelValues::Listed(values) }
}

const fn configured(name: &'static str, words: &'static str) -> MetricLabel {
    MetricLabel { name, values: LabelValues::Configured(words) }
}

const STAGE: MetricLabel = listed(
    "stage",
    &["ingest", "dedupe", "sentiment", "priority", "escalation", "calls", "surge", "metrics"],
);
const TOPIC: MetricLabel = configured("topic", "topics");
const PARTITION: MetricLabel = configured("partition", "partition numbers");
const REASON: MetricLabel =
    listed("reason", &["undecodable", "unknown_schema", "invalid", "quarantined", "unreadable"]);
const WORKER: MetricLabel = configured("worker", "workers of the process");
const STORE: MetricLabel = listed(
    "store",
    &[
        "ids",
        "originals",
        "clusters",
        "customers",
        "authors",
        "open_mentions",
        "cases",
        "open_cases",
        "teams",
        "contacts",
        "series",
        "incidents",
        "ended_incidents",
        "counters",
        "tenants",
        "models",
    ],
);

/// The stores that may be full, by stage.
pub(crate) const STORES: [(&str, &str); 19] = [
    ("dedupe", "ids"),
    ("dedupe", "originals"),
    ("dedupe", "clusters"),
    ("priority", "customers"),
    ("priority", "authors"),
    ("priority", "open_mentions"),
    ("escalation", "cases"),
    ("escalation", "open_cases"),
    ("escalation", "teams"),
    ("calls", "contacts"),
    ("calls", "cases"),
    ("surge", "series"),
    ("surge", "incidents"),
    ("surge", "ended_incidents"),
    ("metrics", "cases"),
    ("metrics", "open_cases"),
    ("metrics", "counters"),
    ("metrics", "tenants"),
    ("metrics", "models"),
];
const TENANT: MetricLabel = configured("tenant", "tenants");
const LISTENER: MetricLabel = listed("listener", &["ingest", "telemetry"]);
const OWNER: MetricLabel = configured("owner", "teams");
const CLOCK: MetricLabel = listed("clock", &["acknowledge", "respond", "resolve"]);
const LANGUAGE: MetricLabel =
    listed("language", &["unknown", "other", "ar", "de", "en", "es", "fr", "hi", "it", "pt"]);
const LEVEL: MetricLabel = listed("level", &["P1", "P2", "P3", "P4", "P5"]);

const fn metric(
    kind: MetricKind,
    name: &'static str,
    unit: &'static str,
    labels: &'static [MetricLabel],
    help: &'static str,
) -> MetricSpec {
    MetricSpec { name, kind, unit, labels, help, aggregation: Aggregation::Sum }
}

/// A gauge that exports the maximum over the workers.
const fn max_gauge(
    name: &'static str,
    unit: &'static str,
    labels: &'static [MetricLabel],
    help: &'static str,
) -> MetricSpec {
    MetricSpec { name, kind: Gauge, unit, labels, help, aggregation: Aggregation::Max }
}

/// All metrics, sorted by name.
#[rustfmt::skip]
pub const TABLE: &[MetricSpec] = &[
    metric(Gauge, "harken_backlog_open_cases", "cases", &[TENANT, OWNER],
        "Unresolved cases under an SLA policy."),
    metric(Gauge, "harken_balance_difference_records", "records", &[TENANT, listed("step", &["dedupe", "sentiment", "priority", "escalation"])],
        "Mentions of the retained closed hours that a stage received and neither passed on nor sent to its dead letters: lost, or not yet processed. Negative if a stage passed on a mention twice."),
    metric(Counter, "harken_balance_late_records_total", "records", &[TENANT, TOPIC],
        "Records about hours that are no longer retained; the reconciliation does not include them."),
    metric(Gauge, "harken_balance_records", "records", &[TENANT, listed("outcome", &["heard", "repost", "copy", "redelivered", "own", "withdrawn", "routed", "abstained", "filtered", "rejected"])],
        "Mentions received in the retained closed hours (heard), and their outcomes."),
    metric(Gauge, "harken_balance_unbalanced_hours", "hours", &[TENANT],
        "Closed hours of the last 48, counted per partition, in which a step did not account for each mention exactly once."),
    metric(Histogram, "harken_batch_size_records", "records", &[STAGE],
        "Records in a committed transaction."),
    metric(Gauge, "harken_build_info", "", &[configured("version", "the version of the program")],
        "Always 1; the label is the version of the running program."),
    metric(Counter, "harken_case_clocks_seconds_total", "seconds", &[TENANT, OWNER, CLOCK, LEVEL],
        "Open time counted by stopped SLA clocks. Divided by harken_case_clocks_total: the mean time to acknowledge, respond or resolve."),
    metric(Counter, "harken_case_clocks_total", "clocks", &[TENANT, OWNER, CLOCK, LEVEL],
        "Stopped SLA clocks, by clock and level."),
    metric(Counter, "harken_case_events_total", "events", &[TENANT, listed("kind", &["accepted", "returned", "responded", "resolved", "reopened", "label_corrected", "reassigned", "capacity", "peer_answered"])],
        "Case events received from the contact centre."),
    metric(Counter, "harken_case_in_time_clocks_total", "clocks", &[TENANT, OWNER, CLOCK, LEVEL],
        "SLA clocks stopped before their due time, by clock and level."),
    metric(Counter, "harken_case_labels_total", "labels", &[TENANT, LANGUAGE, listed("task", &["other", "sentiment", "intent", "needs_answer", "risk", "complaint", "reason", "offensive", "irony", "emotion"]), listed("verdict", &["agreed", "corrected"])],
        "Labels reviewed by agents, by task and by the language of the last message of the case."),
    metric(Counter, "harken_case_messages_total", "messages", &[TENANT, listed("contact", &["first_negative", "first_other", "answered_negative", "answered_other", "unanswered_negative", "unanswered_other"])],
        "Messages by sentiment and position in the case: the first one, a later one after an answer, a later one without an answer."),
    metric(Counter, "harken_case_resolutions_total", "resolutions", &[TENANT, OWNER, listed("contact", &["first", "further"])],
        "Resolved cases, by whether at most one answer was needed (first-contact resolution). A reopened case counts as further."),
    metric(Histogram, "harken_commit_duration_seconds", "seconds", &[STAGE],
        "Time to commit a transaction."),
    metric(Counter, "harken_commit_transactions_total", "transactions", &[STAGE],
        "Transactions committed."),
    metric(Gauge, "harken_consumer_lag_records", "records", &[STAGE, TOPIC, PARTITION],
        "Records of a partition that are not yet processed."),
    metric(Gauge, "harken_consumer_lag_seconds", "seconds", &[STAGE, TOPIC, PARTITION],
        "Age of the next unprocessed record of a partition."),
    metric(Counter, "harken_contact_calls_total", "calls", &[TENANT, listed("capped", &["no", "yes"])],
        "Calls of contacts, by whether the call was the last that calls.per_hour allows: further cases of the contact then wait."),
    metric(Counter, "harken_contact_cases_total", "cases", &[TENANT, listed("call", &["single", "summary"])],
        "Cases that contacts were called about, by whether the call was about one or about several that had to wait."),
    metric(Counter, "harken_dead_letter_records_total", "records", &[STAGE, REASON],
        "Records sent to the dead letters."),
    metric(Counter, "harken_escalation_breaches_total", "breaches", &[TENANT, OWNER, CLOCK],
        "Missed due times, by the team that owned the case."),
    metric(Counter, "harken_escalation_calls_total", "calls", &[TENANT, OWNER, listed("cause", &["breach", "foreseen", "not_accepted", "idle"])],
        "Due escalations, by cause. harken_contact_calls_total counts the calls that the limits make of them."),
    metric(Counter, "harken_escalation_withdrawn_breaches_total", "breaches", &[TENANT, OWNER, CLOCK],
        "Missed due times that became void, because an event from before the due time arrived after it."),
    metric(Gauge, "harken_forecast_agents", "agents", &[TENANT, listed("method", &["erlang_c", "backlog_simulation"])],
        "Agents needed in the hour after the current one: by Erlang C if all work is live, by backlog simulation if all work may wait. Absent with less than four weeks of history."),
    metric(Gauge, "harken_forecast_answers", "answers", &[TENANT, listed("bound", &["mean", "low", "high"])],
        "Expected answers in the hour after the current one. One hour in ten is below low, one in ten above high. Absent with less than four weeks of history."),
    metric(Counter, "harken_http_mentions_total", "mentions", &[listed("outcome", &["accepted", "rejected", "over_quota", "denied"])],
        "Mentions posted to the ingest endpoint, by outcome: denied if the key does not speak for the mention, or if its tenant does not exist."),
    metric(Gauge, "harken_http_open_connections", "connections", &[LISTENER],
        "Open HTTP connections."),
    metric(Counter, "harken_http_refused_connections_total", "connections", &[LISTENER, listed("limit", &["total", "address"])],
        "HTTP connections refused because the limit of all connections or of one address was reached."),
    metric(Counter, "harken_incident_cases_total", "cases", &[TENANT, listed("notice", &["without", "with"]), listed("outcome", &["answered", "deflected"])],
        "Resolved cases of incidents, by whether a notice was available and whether an agent answered."),
    metric(Counter, "harken_input_records_total", "records", &[STAGE, TOPIC],
        "Records consumed."),
    metric(Histogram, "harken_mention_age_seconds", "seconds", &[TENANT, listed("fact", &["scored", "routed"])],
        "Time from receiving a mention to scoring and to routing it."),
    metric(Histogram, "harken_mention_delay_seconds", "seconds", &[TENANT],
        "Time from publication of a mention to receiving it."),
    metric(Counter, "harken_mention_records_total", "records", &[TENANT, TOPIC],
        "Records about mentions and cases on each topic."),
    metric(Counter, "harken_output_records_total", "records", &[STAGE, TOPIC],
        "Records published."),
    metric(Counter, "harken_priority_mentions_total", "mentions", &[TENANT, LEVEL],
        "Mentions to be routed, by level."),
    metric(Histogram, "harken_process_duration_seconds", "seconds", &[STAGE],
        "Time to process a batch, without the commit."),
    metric(Gauge, "harken_queue_waiting_cases", "cases", &[TENANT, OWNER],
        "Open cases that no agent has accepted."),
    metric(Counter, "harken_route_records_total", "records", &[TENANT, OWNER, listed("disposition", &["routed", "updated", "withdrawn", "handed_off", "accepted", "returned", "breached", "reopened", "resolved", "responded", "eased"])],
        "Records on the topic of routed mentions, by owner and disposition."),
    metric(Gauge, "harken_rules_info", "", &[configured("version", "the version of the rules")],
        "Always 1; the label is the version of the rules in effect."),
    metric(Counter, "harken_rules_loads_total", "loads", &[listed("outcome", &["taken", "refused"])],
        "Reloads of the rules while the process runs: taken if valid, refused if invalid."),
    metric(Gauge, "harken_rules_stale_persons", "persons", &[],
        "People in the rules who have left or whose last confirmation is too old."),
    metric(Gauge, "harken_rules_taken_timestamp_seconds", "seconds", &[],
        "Time at which the current rules took effect, in seconds since the epoch."),
    max_gauge("harken_score_drift_index", "index", &[TENANT, listed("score", &["sentiment", "needs_answer", "complaint"])],
        "Population stability index of the scores of the last 24 closed hours against the first week of the model. 0 with fewer than 1,000 scores in either period."),
    metric(Counter, "harken_sentiment_mentions_total", "mentions", &[TENANT, listed("label", &["negative", "neutral", "positive", "abstained"])],
        "Mentions to be routed, by sentiment."),
    metric(Counter, "harken_shadow_answers_total", "answers", &[TENANT, listed("task", &["sentiment", "needs_answer"]), listed("verdict", &["agreed", "differed"])],
        "Answers of a candidate model, by whether they agree with the active model."),
    metric(Gauge, "harken_state_entries", "entries", &[STAGE],
        "Entries in the states of a stage, over all partitions."),
    metric(Counter, "harken_state_evicted_entries_total", "entries", &[STAGE, STORE],
        "Entries that a store of the state had no room for: removed before their time, or not kept. open_cases: cases with a running clock, which were handed over to a person."),
    metric(Gauge, "harken_state_restore_seconds", "seconds", &[STAGE],
        "Duration of the last restore of a partition."),
    metric(Counter, "harken_state_restored_changes_total", "changes", &[STAGE],
        "Changes restored from the changelog."),
    metric(Counter, "harken_unreachable_escalations_total", "escalations", &[TENANT, OWNER],
        "Due escalations for which nobody was on duty, by the team that owned the case."),
    metric(Gauge, "harken_worker_beat_age_seconds", "seconds", &[WORKER],
        "Time since the last heartbeat of a worker."),
    metric(Counter, "harken_worker_restarts_total", "restarts", &[STAGE],
        "Aborted transactions, each followed by a restart of the worker."),
    metric(Counter, "process_cpu_seconds_total", "seconds", &[],
        "User and system CPU time of the process."),
    metric(Gauge, "process_resident_memory_bytes", "bytes", &[],
        "Resident memory of the process."),
];

/// Returns the row of a metric.
pub(crate) fn find(name: &str) -> Option<&'static MetricSpec> {
    TABLE.iter().find(|row| row.name == name)
}

/// Renders the table as Markdown, for the documentation.
#[must_use]
pub fn table_markdown() -> String {
    let mut out = "| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n".to_owned();
    for row in TABLE {
        let labels: Vec<String> = row.labels.iter().map(describe).collect();
        let (kind, labels) = (row.kind.as_str(), labels.join("; "));
        // Writing to a String cannot fail.
        let _ =
            writeln!(out, "| `{}` | {kind} | {} | {labels} | {} |", row.name, row.unit, row.help);
    }
    out
}

fn describe(label: &MetricLabel) -> String {
    match label.values {
        LabelValues::Listed(values) => format!("`{}`: {}", label.name, values.join(", ")),
        LabelValues::Configured(words) => format!("`{}`: {words}", label.name),
    }
}

#[cfg(test)]
mod tests;
