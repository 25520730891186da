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
    /// Clocks stopped, by clock and level.
    Stopped,
    /// Of them, those stopped by their deadline.
    InTime,
    /// Microseconds of open time that they had counted.
    Counted,
    /// Calls of an escalation path, by cause.
    Calls,
    /// Cases closed, by whether one answer was enough.
    Resolution,
    /// Labels that agents have looked at.
    Labels,
    /// Messages of authors who were there before, by what came between.
    Mood,
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

/// Clock by clock, from P1 to P5.
const CLOCKS: &[&str] = &[
    "acknowledge_P1",
    "acknowledge_P2",
    "acknowledge_P3",
    "acknowledge_P4",
    "acknowledge_P5",
    "respond_P1",
    "respond_P2",
    "respond_P3",
    "respond_P4",
    "respond_P5",
    "resolve_P1",
    "resolve_P2",
    "resolve_P3",
    "resolve_P4",
    "resolve_P5",
];

const MOODS: &[&str] = &[
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

impl Family {
    /// Every family; the place of one is its code in the state.
    pub(crate) const ALL: [Family; 14] = [
        Family::Records,
        Family::Sentiment,
        Family::Level,
        Family::Routed,
        Family::Breaches,
        Family::CaseEvents,
        Family::Late,
        Family::Stopped,
        Family::InTime,
        Family::Counted,
        Family::Calls,
        Family::Resolution,
        Family::Labels,
        Family::Mood,
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
            Family::Stopped => "harken_case_clocks_total",
            Family::InTime => "harken_case_clocks_in_time_total",
            Family::Counted => "harken_case_clocks_seconds_total",
            Family::Calls => "harken_escalation_calls_total",
            Family::Resolution => "harken_case_resolutions_total",
            Family::Labels => "harken_case_labels_total",
            Family::Mood => "harken_case_moods_total",
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
            Family::Stopped | Family::InTime | Family::Counted => ("clock", CLOCKS),
            Family::Calls => ("cause", &["breach", "foreseen", "not_accepted", "idle"]),
            Family::Resolution => ("contact", &["first", "further"]),
            Family::Labels => ("verdict", &["agreed", "corrected"]),
            Family::Mood => ("contact", MOODS),
        };
        Label { name, values }
    }

    /// Whether its counters are told apart by the owner team too.
    pub(crate) fn is_by_owner(self) -> bool {
        matches!(
            self,
            Family::Routed
                | Family::Breaches
                | Family::Stopped
                | Family::InTime
                | Family::Counted
                | Family::Calls
                | Family::Resolution
        )
    }

    /// A total as its metric reads it: kept in microseconds, shown in seconds.
    pub(crate) fn reading(self, total: i64) -> f64 {
        let per_unit = if self == Family::Counted { 1e6 } else { 1.0 };
        total as f64 / per_unit
    }
}
