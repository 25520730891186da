//! The families of totals: counters with one name that differ in one label.

use stage::Topic;

use crate::input::TOPICS;

/// A family of totals; the number is its code in the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    /// Records of each topic.
    Records,
    /// Mentions to be routed, by how they are meant.
    Sentiment,
    /// Mentions to be routed, by urgency.
    Level,
    /// Routed records, by what they ask.
    Routed,
    /// Missed deadlines, by clock.
    Breaches,
    /// What the contact centre told.
    CaseEvents,
    /// Facts of hours no longer kept.
    Late,
}

/// The label that tells the counters of a family apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label {
    pub(crate) name: &'static str,
    /// All its values; the place of one is its code in the state.
    pub(crate) values: &'static [&'static str],
}

const TOPIC_NAMES: &[Topic] = &TOPICS;

/// In the order of their enum; new ones come last.
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

impl Family {
    /// Every family; the place of one is its code in the state.
    pub(crate) const ALL: [Family; 7] = [
        Family::Records,
        Family::Sentiment,
        Family::Level,
        Family::Routed,
        Family::Breaches,
        Family::CaseEvents,
        Family::Late,
    ];

    /// The name of its metric.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Family::Records => "harken_mention_records_total",
            Family::Sentiment => "harken_sentiment_mentions_total",
            Family::Level => "harken_priority_mentions_total",
            Family::Routed => "harken_route_records_total",
            Family::Breaches => "harken_escalation_breaches_total",
            Family::CaseEvents => "harken_case_events_total",
            Family::Late => "harken_balance_late_records_total",
        }
    }

    pub(crate) fn label(self) -> Label {
        let (name, values): (_, &'static [&'static str]) = match self {
            Family::Records | Family::Late => ("topic", TOPIC_NAMES),
            Family::Sentiment => ("label", &["negative", "neutral", "positive", "abstained"]),
            Family::Level => ("level", &["P1", "P2", "P3", "P4", "P5"]),
            Family::Routed => ("disposition", DISPOSITIONS),
            Family::Breaches => ("clock", &["acknowledge", "respond", "resolve"]),
            Family::CaseEvents => ("kind", KINDS),
        };
        Label { name, values }
    }

    /// Whether its counters are told apart by the owner team too.
    pub(crate) fn is_by_owner(self) -> bool {
        matches!(self, Family::Routed | Family::Breaches)
    }
}
