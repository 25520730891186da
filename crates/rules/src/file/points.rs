//! The points of each factor of a score.

use std::collections::BTreeMap;

use mention::{Intent, RiskKind};
use serde::Deserialize;

/// Points for each factor: the terms of a score, by name. `…_most` is the most that its term can
/// give; a term "for each" something grows by as many points with each. Where a probability is
/// known, a factor gives its share. None is below zero, but for intents that ask for nothing.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Points {
    /// At a certainly negative sentiment.
    pub negative: i32,
    /// Taken away at a certainly positive sentiment.
    pub positive: i32,
    /// By intent, praise and spam below zero.
    pub intent: BTreeMap<Intent, i32>,
    /// When somebody certainly waits for an answer.
    pub needs_answer: i32,
    /// By the reason of a complaint.
    pub reason: BTreeMap<String, i32>,
    /// For a complaint whose reason is known and has no points of its own.
    pub other_reason: i32,
    /// By risk, each kind once.
    pub risk: BTreeMap<RiskKind, i32>,
    /// For each doubling of the author's followers.
    pub followers: i32,
    /// The most that followers can give.
    pub followers_most: i32,
    /// For each doubling of the reactions.
    pub engagement: i32,
    /// The most that reactions can give.
    pub engagement_most: i32,
    /// For each doubling of the reactions an hour.
    pub velocity: i32,
    /// The most that reactions an hour can give.
    pub velocity_most: i32,
    /// For each doubling of those who said nearly the same before.
    pub cluster: i32,
    /// The most that those can give.
    pub cluster_most: i32,
    /// For a mention whose reach is paid for.
    pub promoted: i32,
    /// More when such a mention is certainly a complaint.
    pub promoted_complaint: i32,
    /// The most that an incident can give, whatever its record says.
    pub incident_most: i32,
    /// By the CRM's name of the customer's tier.
    pub tier: BTreeMap<String, i32>,
    /// For each doubling of the customer's value.
    pub value: i32,
    /// The most that the value can give.
    pub value_most: i32,
    /// For each case that the CRM has open.
    pub open_case: i32,
    /// The most that open cases can give.
    pub open_case_most: i32,
    /// For each contact before, in the memory of the stage.
    pub repeat_contact: i32,
    /// The most that repeated contacts can give.
    pub repeat_contact_most: i32,
    /// For saying the same again.
    pub repeated: i32,
    /// For a follow-up that says nobody answers.
    pub unanswered: i32,
    /// For a follow-up in a wider channel.
    pub wider_channel: i32,
    /// More when one who complained before comes back so: says that nobody answers, or goes where
    /// more can read it. Doing nothing a second time costs more than the first.
    pub vengeance: i32,
    /// For naming an executive.
    pub executive: i32,
    /// For naming a competitor.
    pub competitor: i32,
    /// For naming a product.
    pub product: i32,
    /// For words of one who leaves.
    pub churn: i32,
    /// For a direct message: somebody waits in person.
    pub direct_message: i32,
    /// At the worst rating; the middle and better gives none.
    pub worst_rating: i32,
    /// For each quarter of an hour since it was published.
    pub age: i32,
    /// The most that age can give.
    pub age_most: i32,
}

impl Points {
    /// The points of an intent, with their sign.
    #[must_use]
    pub fn intent(&self, intent: Intent) -> i32 {
        self.intent.get(&intent).copied().unwrap_or(0)
    }

    /// Those that stand for themselves, by their keys.
    #[must_use]
    pub fn single(&self) -> [(&'static str, i32); 33] {
        [
            ("negative", self.negative),
            ("positive", self.positive),
            ("needs_answer", self.needs_answer),
            ("other_reason", self.other_reason),
            ("followers", self.followers),
            ("followers_most", self.followers_most),
            ("engagement", self.engagement),
            ("engagement_most", self.engagement_most),
            ("velocity", self.velocity),
            ("velocity_most", self.velocity_most),
            ("cluster", self.cluster),
            ("cluster_most", self.cluster_most),
            ("promoted", self.promoted),
            ("promoted_complaint", self.promoted_complaint),
            ("incident_most", self.incident_most),
            ("value", self.value),
            ("value_most", self.value_most),
            ("open_case", self.open_case),
            ("open_case_most", self.open_case_most),
            ("repeat_contact", self.repeat_contact),
            ("repeat_contact_most", self.repeat_contact_most),
            ("repeated", self.repeated),
            ("unanswered", self.unanswered),
            ("wider_channel", self.wider_channel),
            ("vengeance", self.vengeance),
            ("executive", self.executive),
            ("competitor", self.competitor),
            ("product", self.product),
            ("churn", self.churn),
            ("direct_message", self.direct_message),
            ("worst_rating", self.worst_rating),
            ("age", self.age),
            ("age_most", self.age_most),
        ]
    }
}
