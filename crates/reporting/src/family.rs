//! The families of totals: counters with one name that differ in one label.

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
    /// What a candidate model says beside the one that decides.
    Shadow,
    /// Closed cases of an incident, by whether there was a notice and whether an agent answered.
    Incident,
}

/// What else tells the counters of a family apart, beside the tenant and its labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Nothing.
    None,
    /// The team that owns the case.
    Owner,
    /// The language of the case, one of [`crate::language::LANGUAGES`].
    Language,
}

/// A label that tells the counters of a family apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label {
    pub(crate) name: &'static str,
    /// All its values; new ones come last.
    pub(crate) values: &'static [&'static str],
}

const TOPIC: Label = Label { name: "topic", values: &TOPICS };
const SENTIMENT: Label =
    Label { name: "label", values: &["negative", "neutral", "positive", "abstained"] };
const LEVEL: Label = Label { name: "level", values: &["P1", "P2", "P3", "P4", "P5"] };
const CLOCK: Label = Label { name: "clock", values: &["acknowledge", "respond", "resolve"] };
const CAUSE: Label =
    Label { name: "cause", values: &["breach", "foreseen", "not_accepted", "idle"] };
const RESOLUTION: Label = Label { name: "contact", values: &["first", "further"] };
const TASK: Label = Label { name: "task", values: &TASKS };
const VERDICT: Label = Label { name: "verdict", values: &["agreed", "corrected"] };
const SHADOWED: Label = Label { name: "task", values: &["sentiment", "needs_answer"] };
const BESIDE: Label = Label { name: "verdict", values: &["agreed", "differed"] };
const NOTICE: Label = Label { name: "notice", values: &["without", "with"] };
const OUTCOME: Label = Label { name: "outcome", values: &["answered", "deflected"] };
const MOOD: Label = Label { name: "contact", values: MOODS };
const KIND: Label = Label { name: "kind", values: KINDS };
const DISPOSITION: Label = Label { name: "disposition", values: DISPOSITIONS };

/// The tasks whose labels an agent can correct, as records name them; the first stands for any
/// other. New ones come last.
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
    pub(crate) const ALL: [Family; 16] = [
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
        Family::Shadow,
        Family::Incident,
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
            Family::InTime => "harken_case_in_time_clocks_total",
            Family::Counted => "harken_case_clocks_seconds_total",
            Family::Calls => "harken_escalation_calls_total",
            Family::Resolution => "harken_case_resolutions_total",
            Family::Labels => "harken_case_labels_total",
            Family::Mood => "harken_case_messages_total",
            Family::Shadow => "harken_shadow_answers_total",
            Family::Incident => "harken_incident_cases_total",
        }
    }

    /// What tells its counters apart, beside the tenant and its part. The place of a counter is
    /// its code in the state: with two labels, that of the first times how many values the second
    /// has, and that of the second. So only the first of two may get new values.
    pub(crate) fn labels(self) -> &'static [Label] {
        match self {
            Family::Records | Family::Late => &[TOPIC],
            Family::Sentiment => &[SENTIMENT],
            Family::Level => &[LEVEL],
            Family::Routed => &[DISPOSITION],
            Family::Breaches => &[CLOCK],
            Family::CaseEvents => &[KIND],
            Family::Stopped | Family::InTime | Family::Counted => &[CLOCK, LEVEL],
            Family::Calls => &[CAUSE],
            Family::Resolution => &[RESOLUTION],
            Family::Labels => &[TASK, VERDICT],
            Family::Mood => &[MOOD],
            Family::Shadow => &[SHADOWED, BESIDE],
            Family::Incident => &[NOTICE, OUTCOME],
        }
    }

    /// How many counters it has for one tenant and part.
    pub(crate) fn places(self) -> u8 {
        self.labels().iter().map(|label| label.values.len() as u8).product()
    }

    /// The labels of a counter, by its place.
    pub(crate) fn named(self, place: u8) -> Vec<(&'static str, String)> {
        let mut rest = usize::from(place);
        let mut named = Vec::new();
        for label in self.labels().iter().rev() {
            let value = label.values[rest % label.values.len()];
            rest /= label.values.len();
            named.push((label.name, value.to_owned()));
        }
        named.reverse();
        named
    }

    /// What else tells its counters apart.
    pub(crate) fn part(self) -> Part {
        match self {
            Family::Routed
            | Family::Breaches
            | Family::Stopped
            | Family::InTime
            | Family::Counted
            | Family::Calls
            | Family::Resolution => Part::Owner,
            Family::Labels => Part::Language,
            Family::Records
            | Family::Sentiment
            | Family::Level
            | Family::CaseEvents
            | Family::Late
            | Family::Mood
            | Family::Shadow
            | Family::Incident => Part::None,
        }
    }

    /// A total as its metric reads it: kept in microseconds, shown in seconds.
    pub(crate) fn reading(self, total: i64) -> f64 {
        let per_unit = if self == Family::Counted { 1e6 } else { 1.0 };
        total as f64 / per_unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_one_value_of_each_label() {
        assert_eq!(Family::Stopped.places(), 15);
        let named = |place| Family::Stopped.named(place);
        let value = |name, value: &str| (name, value.to_owned());
        assert_eq!(named(0), [value("clock", "acknowledge"), value("level", "P1")]);
        assert_eq!(named(6), [value("clock", "respond"), value("level", "P2")]);
        assert_eq!(named(14), [value("clock", "resolve"), value("level", "P5")]);
        assert_eq!(Family::Level.named(4), [value("level", "P5")]);
    }

    #[test]
    fn every_family_is_at_the_place_of_its_code() {
        for (place, family) in Family::ALL.into_iter().enumerate() {
            assert_eq!(family as usize, place);
        }
    }
}
