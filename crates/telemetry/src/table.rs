//! The one table of metrics: `harken_<noun>_<what>_<unit>[_total]`, base units, closed labels.

use std::fmt::Write as _;

use Kind::{Counter, Gauge, Histogram};

/// What kind of number a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, but for restarts.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts observations in buckets.
    Histogram,
}

impl Kind {
    /// Its name in the exposition format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        }
    }
}

/// What values a label can have: never ids, handles or texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// These.
    Of(&'static [&'static str]),
    /// One of a set that the configuration closes, in words.
    Configured(&'static str),
}

/// A label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// Its values.
    pub values: Values,
}

/// How the readings of several workers become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    /// They are added up.
    Sum,
    /// The highest is shown: what cannot be added up, such as an index.
    Highest,
}

/// One metric.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// What it counts or measures in.
    pub unit: &'static str,
    /// Its labels.
    pub labels: &'static [Label],
    /// What it says.
    pub help: &'static str,
    /// How the readings of workers become one.
    pub across: Across,
}

const fn of(name: &'static str, values: &'static [&'static str]) -> Label {
    Label { name, values: Values::Of(values) }
}

const fn configured(name: &'static str, words: &'static str) -> Label {
    Label { name, values: Values::Configured(words) }
}

const STAGE: Label =
    of("stage", &["ingest", "dedupe", "sentiment", "priority", "escalation", "surge", "metrics"]);
const TOPIC: Label = configured("topic", "topics");
const PARTITION: Label = configured("partition", "partition numbers");
const REASON: Label = of("reason", &["undecodable", "unknown_schema", "invalid", "quarantined"]);
const WORKER: Label = configured("worker", "workers of the process");
const TENANT: Label = configured("tenant", "tenants");
const OWNER: Label = configured("owner", "teams");
const CLOCK: Label = of("clock", &["acknowledge", "respond", "resolve"]);
const LANGUAGE: Label =
    of("language", &["unknown", "other", "ar", "de", "en", "es", "fr", "hi", "it", "pt"]);
const LEVEL: Label = of("level", &["P1", "P2", "P3", "P4", "P5"]);

const fn row(
    kind: Kind,
    name: &'static str,
    unit: &'static str,
    labels: &'static [Label],
    help: &'static str,
) -> Row {
    Row { name, kind, unit, labels, help, across: Across::Sum }
}

/// A gauge whose highest reading is shown.
const fn highest(
    name: &'static str,
    unit: &'static str,
    labels: &'static [Label],
    help: &'static str,
) -> Row {
    Row { name, kind: Gauge, unit, labels, help, across: Across::Highest }
}

/// Every metric, in the order of its name.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row(Gauge, "harken_backlog_open_cases", "cases", &[TENANT, OWNER],
        "Cases under an SLA policy that are not resolved."),
    row(Gauge, "harken_balance_difference_records", "records", &[TENANT, of("step", &["dedupe", "sentiment", "priority", "escalation"])],
        "Mentions of the closed hours kept that a stage took in and neither passed on nor put among its dead letters: lost; negative when it passed one on twice."),
    row(Counter, "harken_balance_late_records_total", "records", &[TENANT, TOPIC],
        "Facts about hours no longer kept, which no balance holds."),
    row(Gauge, "harken_balance_records", "records", &[TENANT, of("outcome", &["heard", "repost", "copy", "redelivered", "own", "withdrawn", "routed", "abstained", "filtered", "rejected"])],
        "What became of the mentions heard in the closed hours kept."),
    row(Gauge, "harken_balance_unbalanced_hours", "hours", &[TENANT],
        "Closed hours kept, by partition, in which heard is not exactly the sum of what became of it."),
    row(Histogram, "harken_batch_size_records", "records", &[STAGE],
        "Records in a committed transaction."),
    row(Gauge, "harken_build_info", "", &[configured("version", "the version of the program")],
        "Always 1; the label says which program runs."),
    row(Counter, "harken_case_clocks_seconds_total", "seconds", &[TENANT, OWNER, CLOCK, LEVEL],
        "Open time that stopped clocks had counted: over their number, the mean time to acknowledge, respond and resolve."),
    row(Counter, "harken_case_clocks_total", "clocks", &[TENANT, OWNER, CLOCK, LEVEL],
        "Clocks of cases stopped, by clock and level."),
    row(Counter, "harken_case_events_total", "events", &[TENANT, of("kind", &["accepted", "returned", "responded", "resolved", "reopened", "label_corrected", "reassigned", "capacity", "peer_answered"])],
        "What the contact centre told about cases."),
    row(Counter, "harken_case_in_time_clocks_total", "clocks", &[TENANT, OWNER, CLOCK, LEVEL],
        "Clocks of cases stopped by their deadline, by clock and level."),
    row(Counter, "harken_case_labels_total", "labels", &[TENANT, LANGUAGE, of("task", &["other", "sentiment", "intent", "needs_answer", "risk", "complaint", "reason", "offensive", "irony", "emotion"]), of("verdict", &["agreed", "corrected"])],
        "Labels that agents have looked at, by task and by the language of the case's last message."),
    row(Counter, "harken_case_messages_total", "messages", &[TENANT, of("contact", &["first_negative", "first_other", "answered_negative", "answered_other", "unanswered_negative", "unanswered_other"])],
        "Messages by how they are meant: the first of a case, and further ones behind an answer and without one."),
    row(Counter, "harken_case_resolutions_total", "resolutions", &[TENANT, OWNER, of("contact", &["first", "further"])],
        "Cases closed, by whether one answer was enough; reopened ones never are."),
    row(Histogram, "harken_commit_duration_seconds", "seconds", &[STAGE],
        "Time to commit a transaction."),
    row(Counter, "harken_commit_transactions_total", "transactions", &[STAGE],
        "Transactions committed."),
    row(Gauge, "harken_consumer_lag_records", "records", &[STAGE, TOPIC, PARTITION],
        "Records of a partition not yet processed."),
    row(Gauge, "harken_consumer_lag_seconds", "seconds", &[STAGE, TOPIC, PARTITION],
        "Age of the next record of a partition to be processed."),
    row(Counter, "harken_dead_letter_records_total", "records", &[STAGE, REASON],
        "Records sent to the dead letters."),
    row(Counter, "harken_escalation_breaches_total", "breaches", &[TENANT, OWNER, CLOCK],
        "Deadlines missed, by the team that owned the case."),
    row(Counter, "harken_escalation_calls_total", "calls", &[TENANT, OWNER, of("cause", &["breach", "foreseen", "not_accepted", "idle"])],
        "Calls of escalation paths, by why somebody is called."),
    row(Gauge, "harken_forecast_agents", "agents", &[TENANT, of("method", &["erlang_c", "backlog_simulation"])],
        "Agents that the hour after the one under way takes, if all its work is live (Erlang C) and if all may wait (backlog simulation); absent below four weeks of history."),
    row(Gauge, "harken_forecast_answers", "answers", &[TENANT, of("bound", &["mean", "low", "high"])],
        "Answers that the hour after the one under way will ask for; one hour in ten has fewer than low, one more than high; absent below four weeks of history."),
    row(Counter, "harken_http_mentions_total", "mentions", &[of("outcome", &["accepted", "rejected", "over_quota"])],
        "Mentions posted to the ingest endpoint."),
    row(Counter, "harken_incident_cases_total", "cases", &[TENANT, of("notice", &["without", "with"]), of("outcome", &["answered", "deflected"])],
        "Cases of an incident closed, by whether there was a notice to tell and whether an agent had to answer."),
    row(Counter, "harken_input_records_total", "records", &[STAGE, TOPIC],
        "Records read."),
    row(Histogram, "harken_mention_age_seconds", "seconds", &[TENANT, of("fact", &["scored", "routed"])],
        "Age of mentions when scored and when routed, since they were received."),
    row(Histogram, "harken_mention_delay_seconds", "seconds", &[TENANT],
        "Age of mentions when received, since they were published."),
    row(Counter, "harken_mention_records_total", "records", &[TENANT, TOPIC],
        "Facts on each topic."),
    row(Counter, "harken_output_records_total", "records", &[STAGE, TOPIC],
        "Records written."),
    row(Counter, "harken_priority_mentions_total", "mentions", &[TENANT, LEVEL],
        "Mentions to be routed, by urgency."),
    row(Histogram, "harken_process_duration_seconds", "seconds", &[STAGE],
        "Time a stage takes for a batch, without the commit."),
    row(Gauge, "harken_queue_waiting_cases", "cases", &[TENANT, OWNER],
        "Open cases that no agent has accepted."),
    row(Counter, "harken_route_records_total", "records", &[TENANT, OWNER, of("disposition", &["routed", "updated", "withdrawn", "handed_off", "accepted", "returned", "breached", "reopened", "resolved", "responded", "eased"])],
        "Records routed to a team."),
    row(Gauge, "harken_rules_info", "", &[configured("version", "the version of the rules")],
        "Always 1; the label says which rules are in force."),
    row(Counter, "harken_rules_loads_total", "loads", &[of("outcome", &["taken", "refused"])],
        "Rules read while the process runs, by whether they came into force."),
    row(Gauge, "harken_rules_stale_persons", "persons", &[],
        "People in the rules who have left, or whom nobody has confirmed for too long."),
    row(Gauge, "harken_rules_taken_timestamp_seconds", "seconds", &[],
        "When the rules in force came into force, since 1970."),
    highest("harken_score_drift_index", "index", &[TENANT, of("score", &["sentiment", "needs_answer", "complaint"])],
        "Population stability index of the scores of the last 24 closed hours against the first week of the model; 0 below 1,000 scores in either."),
    row(Counter, "harken_sentiment_mentions_total", "mentions", &[TENANT, of("label", &["negative", "neutral", "positive", "abstained"])],
        "Mentions to be routed, by how they are meant."),
    row(Counter, "harken_shadow_answers_total", "answers", &[TENANT, of("task", &["sentiment", "needs_answer"]), of("verdict", &["agreed", "differed"])],
        "What a candidate model says beside the one that decides."),
    row(Gauge, "harken_state_entries", "entries", &[STAGE],
        "Entries in the states of a stage."),
    row(Gauge, "harken_state_restore_seconds", "seconds", &[STAGE],
        "Time the last restore of a partition took."),
    row(Counter, "harken_state_restored_changes_total", "changes", &[STAGE],
        "Changes read back from the changelog."),
    row(Gauge, "harken_worker_beat_age_seconds", "seconds", &[WORKER],
        "Time since a worker last showed that it is alive."),
    row(Counter, "harken_worker_restarts_total", "restarts", &[STAGE],
        "Aborted transactions, after each of which a worker starts over."),
    row(Counter, "process_cpu_seconds_total", "seconds", &[],
        "User and system time of the process."),
    row(Gauge, "process_resident_memory_bytes", "bytes", &[],
        "Memory of the process that is in RAM."),
];

/// The row of a metric.
pub(crate) fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

/// The table in Markdown, as it stands in the README.
#[must_use]
pub fn table_markdown() -> String {
    let mut out =
        "| metric | type | unit | labels | what it says |\n|---|---|---|---|---|\n".to_owned();
    for row in TABLE {
        let labels: Vec<String> = row.labels.iter().map(describe).collect();
        let (kind, labels) = (row.kind.as_str(), labels.join("; "));
        // Writing to a String cannot fail.
        let _ =
            writeln!(out, "| `{}` | {kind} | {} | {labels} | {} |", row.name, row.unit, row.help);
    }
    out
}

fn describe(label: &Label) -> String {
    match label.values {
        Values::Of(values) => format!("`{}`: {}", label.name, values.join(", ")),
        Values::Configured(words) => format!("`{}`: {words}", label.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_say_kind_and_unit() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
        for row in TABLE {
            let name = row.name.strip_suffix("_total");
            assert_eq!(name.is_some(), row.kind == Counter, "{}", row.name);
            let name = name.unwrap_or(row.name);
            assert!(name.starts_with("harken_") || name.starts_with("process_"), "{name}");
            assert!(
                row.name.ends_with("_info") || name.ends_with(&format!("_{}", row.unit)),
                "{name}"
            );
        }
    }

    #[test]
    fn only_the_lag_knows_partitions() {
        let with: Vec<_> = TABLE.iter().filter(|row| row.labels.contains(&PARTITION)).collect();
        let names: Vec<_> = with.iter().map(|row| row.name).collect();
        assert_eq!(names, ["harken_consumer_lag_records", "harken_consumer_lag_seconds"]);
    }

    #[test]
    fn the_markdown_has_a_line_for_each_metric() {
        let markdown = table_markdown();
        assert_eq!(markdown.lines().count(), TABLE.len() + 2);
        let line = "| `harken_dead_letter_records_total` | counter | records | `stage`: ingest, \
                    dedupe, sentiment, priority, escalation, surge, metrics; `reason`: undecodable, \
                    unknown_schema, invalid, quarantined | Records sent to the dead letters. |";
        assert!(markdown.lines().any(|found| found == line), "{markdown}");
    }

    #[test]
    fn reasons_are_those_of_the_contract() {
        let Values::Of(values) = REASON.values else { panic!("reasons are a closed set") };
        let reasons: Vec<_> = stage::Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(values, reasons);
    }
}
