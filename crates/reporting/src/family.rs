//! Families of counters: the metrics of which each combination of labels is one counter.

use crate::input::TOPICS;

/// A family of counters. The discriminant is the code in the state, so append new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CounterFamily {
    /// Records, by topic.
    Records,
    /// Mentions to be routed, by sentiment.
    Sentiment,
    /// Mentions to be routed, by level.
    Level,
    /// Records on `mention.routed`, by disposition.
    Routed,
    /// Missed due times, by clock.
    Breaches,
    /// Case events of the contact centre, by kind.
    CaseEvents,
    /// Records about expired hours, by topic.
    Late,
    /// Stopped clocks, by clock and level.
    Stopped,
    /// Clocks stopped before their due time, by clock and level.
    InTime,
    /// Open time counted by stopped clocks, in microseconds, by clock and level.
    ClockMicros,
    /// Notifications of escalation contacts, by cause.
    EscalationCalls,
    /// Resolved cases, by whether at most one answer was needed.
    Resolution,
    /// Labels reviewed by agents, by task and verdict.
    Labels,
    /// Messages, by sentiment and position in the case.
    SentimentByContact,
    /// Answers of a candidate model, by task and agreement with the active model.
    CandidateAnswers,
    /// Resolved cases of incidents, by whether a notice was available and an agent answered.
    Incident,
    /// Missed due times that a late event made void, by clock.
    WithdrawnBreaches,
    /// Calls of contacts, by whether the call was the last that the hourly limit allows.
    ContactCalls,
    /// Cases that contacts were called about, by whether the call was a summary.
    ContactCases,
    /// Escalations for which nobody could be reached.
    Unreachable,
}

/// A label with an open set of values, in addition to the tenant and the labels of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breakdown {
    /// No further label.
    None,
    /// The team that owns the case.
    Owner,
    /// The language of the case, one of [`crate::language::LANGUAGES`].
    Language,
}

/// A label of a family.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LabelSpec {
    pub(crate) name: &'static str,
    /// All values. The position is part of the code in the state, so append new ones.
    pub(crate) values: &'static [&'static str],
}

const TOPIC: LabelSpec = LabelSpec { name: "topic", values: &TOPICS };
const SENTIMENT: LabelSpec =
    LabelSpec { name: "label", values: &["negative", "neutral", "positive", "abstained"] };
const LEVEL: LabelSpec = LabelSpec { name: "level", values: &["P1", "P2", "P3", "P4", "P5"] };
const CLOCK: LabelSpec =
    LabelSpec { name: "clock", values: &["acknowledge", "respond", "resolve"] };
const CAUSE: LabelSpec =
    LabelSpec { name: "cause", values: &["breach", "foreseen", "not_accepted", "idle"] };
const RESOLUTION: LabelSpec = LabelSpec { name: "contact", values: &["first", "further"] };
const TASK: LabelSpec = LabelSpec { name: "task", values: &TASKS };
const VERDICT: LabelSpec = LabelSpec { name: "verdict", values: &["agreed", "corrected"] };
const CANDIDATE_TASK: LabelSpec =
    LabelSpec { name: "task", values: &["sentiment", "needs_answer"] };
const CANDIDATE_VERDICT: LabelSpec = LabelSpec { name: "verdict", values: &["agreed", "differed"] };
const NOTICE: LabelSpec = LabelSpec { name: "notice", values: &["without", "with"] };
const OUTCOME: LabelSpec = LabelSpec { name: "outcome", values: &["answered", "deflected"] };
const SENTIMENT_BY_CONTACT: LabelSpec =
    LabelSpec { name: "contact", values: SENTIMENTS_BY_CONTACT };
const CAPPED: LabelSpec = LabelSpec { name: "capped", values: &["no", "yes"] };
const CALL: LabelSpec = LabelSpec { name: "call", values: &["single", "summary"] };
const KIND: LabelSpec = LabelSpec { name: "kind", values: KINDS };
const DISPOSITION: LabelSpec = LabelSpec { name: "disposition", values: DISPOSITIONS };

/// Tasks whose labels an agent can correct, by their names in records. The first stands for any
/// other task. Append new ones.
pub(crate) const TASKS: [&str; 10] = [
    "other",
    "sentiment",
    "intent",
    "needs_answer",
    "risk",
    "complaint",
    "reason",
    "offensive",
    "irony",
    "emotion",
];

/// In the order of `mention::Disposition`; append new ones.
const DISPOSITIONS: &[&str] = &[
    "routed",
    "updated",
    "withdrawn",
    "handed_off",
    "accepted",
    "returned",
    "breached",
    "reopened",
    "resolved",
    "responded",
    "eased",
];

const SENTIMENTS_BY_CONTACT: &[&str] = &[
    "first_negative",
    "first_other",
    "answered_negative",
    "answered_other",
    "unanswered_negative",
    "unanswered_other",
];

const KINDS: &[&str] = &[
    "accepted",
    "returned",
    "responded",
    "resolved",
    "reopened",
    "label_corrected",
    "reassigned",
    "capacity",
    "peer_answered",
];

impl CounterFamily {
    /// All families. The position is the code in the state.
    pub(crate) const ALL: [CounterFamily; 20] = [
        CounterFamily::Records,
        CounterFamily::Sentiment,
        CounterFamily::Level,
        CounterFamily::Routed,
        CounterFamily::Breaches,
        CounterFamily::CaseEvents,
        CounterFamily::Late,
        CounterFamily::Stopped,
        CounterFamily::InTime,
        CounterFamily::ClockMicros,
        CounterFamily::EscalationCalls,
        CounterFamily::Resolution,
        CounterFamily::Labels,
        CounterFamily::SentimentByContact,
        CounterFamily::CandidateAnswers,
        CounterFamily::Incident,
        CounterFamily::WithdrawnBreaches,
        CounterFamily::ContactCalls,
        CounterFamily::ContactCases,
        CounterFamily::Unreachable,
    ];

    /// Name of the metric.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CounterFamily::Records => "harken_mention_records_total",
            CounterFamily::Sentiment => "harken_sentiment_mentions_total",
            CounterFamily::Level => "harken_priority_mentions_total",
            CounterFamily::Routed => "harken_route_records_total",
            CounterFamily::Breaches => "harken_escalation_breaches_total",
            CounterFamily::CaseEvents => "harken_case_events_total",
            CounterFamily::Late => "harken_balance_late_records_total",
            CounterFamily::Stopped => "harken_case_clocks_total",
            CounterFamily::InTime => "harken_case_in_time_clocks_total",
            CounterFamily::ClockMicros => "harken_case_clocks_seconds_total",
            CounterFamily::EscalationCalls => "harken_escalation_calls_total",
            CounterFamily::Resolution => "harken_case_resolutions_total",
            CounterFamily::Labels => "harken_case_labels_total",
            CounterFamily::SentimentByContact => "harken_case_messages_total",
            CounterFamily::CandidateAnswers => "harken_shadow_answers_total",
            CounterFamily::Incident => "harken_incident_cases_total",
            CounterFamily::WithdrawnBreaches => "harken_escalation_withdrawn_breaches_total",
            CounterFamily::ContactCalls => "harken_contact_calls_total",
            CounterFamily::ContactCases => "harken_contact_cases_total",
            CounterFamily::Unreachable => "harken_unreachable_escalations_total",
        }
    }

    /// Labels of the family, in addition to the tenant and the breakdown.
    ///
    /// The position of a counter is its code in the state. With two labels it is `first * n +
    /// second`, where `n` is the number of values of the second label. Therefore only the first label
    /// can get new values.
    pub(crate) fn labels(self) -> &'static [LabelSpec] {
        match self {
            CounterFamily::Records | CounterFamily::Late => &[TOPIC],
            CounterFamily::Sentiment => &[SENTIMENT],
            CounterFamily::Level => &[LEVEL],
            CounterFamily::Routed => &[DISPOSITION],
            CounterFamily::Breaches | CounterFamily::WithdrawnBreaches => &[CLOCK],
            CounterFamily::CaseEvents => &[KIND],
            CounterFamily::Stopped | CounterFamily::InTime | CounterFamily::ClockMicros => {
                &[CLOCK, LEVEL]
            }
            CounterFamily::EscalationCalls => &[CAUSE],
            CounterFamily::Resolution => &[RESOLUTION],
            CounterFamily::Labels => &[TASK, VERDICT],
            CounterFamily::SentimentByContact => &[SENTIMENT_BY_CONTACT],
            CounterFamily::CandidateAnswers => &[CANDIDATE_TASK, CANDIDATE_VERDICT],
            CounterFamily::Incident => &[NOTICE, OUTCOME],
            CounterFamily::ContactCalls => &[CAPPED],
            CounterFamily::ContactCases => &[CALL],
            CounterFamily::Unreachable => &[],
        }
    }

    /// Number of counters for one tenant and breakdown.
    pub(crate) fn label_count(self) -> u8 {
        self.labels().iter().map(|label| label.values.len() as u8).product()
    }

    /// Returns the names and values of the labels of a counter by its position.
    pub(crate) fn labels_at(self, label_index: u8) -> Vec<(&'static str, String)> {
        // Decode like a mixed-radix number, last label first.
        let mut rest = usize::from(label_index);
        let mut named = Vec::new();
        for label in self.labels().iter().rev() {
            let value = label.values[rest % label.values.len()];
            rest /= label.values.len();
            named.push((label.name, value.to_owned()));
        }
        named.reverse();
        named
    }

    /// Returns the further label of the family.
    pub(crate) fn breakdown(self) -> Breakdown {
        match self {
            CounterFamily::Routed
            | CounterFamily::Breaches
            | CounterFamily::WithdrawnBreaches
            | CounterFamily::Stopped
            | CounterFamily::InTime
            | CounterFamily::ClockMicros
            | CounterFamily::EscalationCalls
            | CounterFamily::Unreachable
            | CounterFamily::Resolution => Breakdown::Owner,
            CounterFamily::Labels => Breakdown::Language,
            CounterFamily::Records
            | CounterFamily::Sentiment
            | CounterFamily::Level
            | CounterFamily::CaseEvents
            | CounterFamily::Late
            | CounterFamily::SentimentByContact
            | CounterFamily::CandidateAnswers
            | CounterFamily::Incident
            | CounterFamily::ContactCalls
            | CounterFamily::ContactCases => Breakdown::None,
        }
    }

    /// Converts a count to the unit of the metric: microseconds in the state, seconds in the metric.
    pub(crate) fn in_unit(self, total: i64) -> f64 {
        let per_unit = if self == CounterFamily::ClockMicros { 1e6 } else { 1.0 };
        total as f64 / per_unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_decoded_to_one_value_of_each_label() {
        assert_eq!(CounterFamily::Stopped.label_count(), 15);
        let named = |place| CounterFamily::Stopped.labels_at(place);
        let value = |name, value: &str| (name, value.to_owned());
        assert_eq!(named(0), [value("clock", "acknowledge"), value("level", "P1")]);
        assert_eq!(named(6), [value("clock", "respond"), value("level", "P2")]);
        assert_eq!(named(14), [value("clock", "resolve"), value("level", "P5")]);
        assert_eq!(CounterFamily::Level.labels_at(4), [value("level", "P5")]);
    }

    #[test]
    fn the_position_of_every_family_is_its_code() {
        for (position, family) in CounterFamily::ALL.into_iter().enumerate() {
            assert_eq!(family as usize, position);
        }
    }
}
