//! The points of each factor of a score.

use std::collections::BTreeMap;

use mention::{Intent, RiskKind};
use serde::Deserialize;

/// The points of each factor of a score. `…_most` caps its factor. A factor "per" something adds
/// its points for each unit. A factor with a probability adds that share of its points. Only
/// intents that request nothing may be negative.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FactorPoints {
    /// For negative sentiment of probability 1.
    pub negative: i32,
    /// Subtracted for positive sentiment of probability 1.
    pub positive: i32,
    /// By intent; praise and spam are negative.
    pub intent: BTreeMap<Intent, i32>,
    /// For a reply that the author expects with probability 1.
    pub needs_answer: i32,
    /// By the reason of a complaint.
    pub reason: BTreeMap<String, i32>,
    /// For a complaint whose reason has no points of its own.
    pub other_reason: i32,
    /// By risk; each kind counts once.
    pub risk: BTreeMap<RiskKind, i32>,
    /// Per doubling of the author's followers.
    pub followers: i32,
    /// The cap of `followers`.
    pub followers_most: i32,
    /// Per doubling of the reactions.
    pub engagement: i32,
    /// The cap of `engagement`.
    pub engagement_most: i32,
    /// Per doubling of the reactions per hour.
    pub velocity: i32,
    /// The cap of `velocity`.
    pub velocity_most: i32,
    /// Per doubling of the earlier mentions with nearly the same text.
    pub cluster: i32,
    /// The cap of `cluster`.
    pub cluster_most: i32,
    /// For a mention whose reach is paid for.
    pub promoted: i32,
    /// In addition, for a promoted complaint of probability 1.
    pub promoted_complaint: i32,
    /// The cap of the points that an incident record may add.
    pub incident_most: i32,
    /// By the CRM's name of the customer's tier.
    pub tier: BTreeMap<String, i32>,
    /// Per doubling of the customer's value.
    pub value: i32,
    /// The cap of `value`.
    pub value_most: i32,
    /// Per open case in the CRM.
    pub open_case: i32,
    /// The cap of `open_case`.
    pub open_case_most: i32,
    /// Per earlier contact that the stage remembers.
    pub repeat_contact: i32,
    /// The cap of `repeat_contact`.
    pub repeat_contact_most: i32,
    /// For a repeated text.
    pub repeated: i32,
    /// For a follow-up that complains about a missing answer.
    pub unanswered: i32,
    /// For a follow-up in a wider channel.
    pub wider_channel: i32,
    /// In addition, for an earlier complainant whose follow-up complains about a missing answer or
    /// moves to a wider channel: a second omission costs more than the first.
    pub vengeance: i32,
    /// For naming an executive.
    pub executive: i32,
    /// For naming a competitor.
    pub competitor: i32,
    /// For naming a product.
    pub product: i32,
    /// For words of a customer who intends to leave.
    pub churn: i32,
    /// For a direct message.
    pub direct_message: i32,
    /// For the worst rating; falls to zero at the middle.
    pub worst_rating: i32,
    /// Per quarter of an hour since publication.
    pub age: i32,
    /// The cap of `age`.
    pub age_most: i32,
}

impl FactorPoints {
    /// The points of an intent; may be negative.
    #[must_use]
    pub fn intent(&self, intent: Intent) -> i32 {
        self.intent.get(&intent).copied().unwrap_or(0)
    }

    /// The factors that are single numbers, with their keys.
    #[must_use]
    pub fn scalar_points(&self) -> [(&'static str, i32); 33] {
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
