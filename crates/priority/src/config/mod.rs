//! The weights and thresholds of the score.
//!
//! Not yet: lists of names (see [`crate::Lists`]), which stand with a tenant's rules.

mod check;

use std::collections::BTreeMap;

use mention::{Intent, Level, NamedKind, RiskKind, Tone};
use serde::{Deserialize, Serialize};

/// Points for each factor, and the score from which a level begins.
///
/// The defaults put an angry complaint of nobody in particular at P2, the same from an account
/// with a million followers or during an incident at P1, a plain question at P3, praise at P5.
/// Where a probability is known, a factor gives its share of the points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Points at a certainly negative sentiment.
    pub negative: i32,
    /// Points taken away at a certainly positive sentiment.
    pub positive: i32,
    /// Points of a complaint.
    pub complaint: i32,
    /// Points of a question.
    pub question: i32,
    /// Points of a request.
    pub request: i32,
    /// Points of one who got through nowhere else.
    pub cannot_reach_you: i32,
    /// Points of one who wants to buy.
    pub sales_interest: i32,
    /// Points of a suggestion.
    pub suggestion: i32,
    /// Points taken away for praise.
    pub praise: i32,
    /// Points taken away for spam.
    pub spam: i32,
    /// Points when somebody certainly waits for an answer.
    pub needs_answer: i32,
    /// Points of a complaint whose reason is known and is not in `reasons`.
    pub reason: i32,
    /// Points for each doubling of the author's followers.
    pub followers: i32,
    /// The most that followers can give.
    pub followers_most: i32,
    /// Points for each doubling of the reactions (a reply counts twice, a repost three times, a
    /// hundred views once).
    pub engagement: i32,
    /// The most that reactions can give.
    pub engagement_most: i32,
    /// Points for each doubling of the reactions an hour.
    pub velocity: i32,
    /// The most that reactions an hour can give.
    pub velocity_most: i32,
    /// Points for each doubling of those who said nearly the same before.
    pub cluster: i32,
    /// The most that those can give.
    pub cluster_most: i32,
    /// Points of a mention whose reach is paid for.
    pub promoted: i32,
    /// Points more when such a mention is certainly a complaint.
    pub promoted_complaint: i32,
    /// Points for each doubling of what the customer is worth, in the CRM's unit.
    pub value: i32,
    /// The most that their worth can give.
    pub value_most: i32,
    /// Points for each case that the CRM has open for the customer.
    pub open_case: i32,
    /// The most that open cases can give.
    pub open_cases_most: i32,
    /// Points for each earlier mention of the same author that is still remembered.
    pub repeat: i32,
    /// The most that earlier mentions can give.
    pub repeat_most: i32,
    /// Points when the author says the same again.
    pub repeated: i32,
    /// Points when the author says that nobody answers.
    pub unanswered: i32,
    /// Points when the author has gone to a place with more readers.
    pub wider_channel: i32,
    /// Points more when one who complained before comes back angrier: says that nobody answers,
    /// or goes where more can read it. Doing nothing a second time costs more than the first.
    pub vengeance: i32,
    /// Points of a named executive.
    pub executive: i32,
    /// Points of a named competitor.
    pub competitor: i32,
    /// Points of words of one who leaves.
    pub churn: i32,
    /// Points of a named product.
    pub product: i32,
    /// Points of a direct message: somebody waits for an answer in person.
    pub direct_message: i32,
    /// Points of the worst rating; the middle and better gives none.
    pub worst_rating: i32,
    /// Points for each quarter of an hour since it was published.
    pub age: i32,
    /// The most that age can give.
    pub age_most: i32,
    /// The most that an incident can give, whatever its record says.
    pub incident_most: i32,
    /// The least score of P1.
    pub p1: i32,
    /// The least score of P2.
    pub p2: i32,
    /// The least score of P3.
    pub p3: i32,
    /// The least score of P4.
    pub p4: i32,
    /// By how many seconds each point moves a mention forward in a queue.
    pub seconds_a_point: i64,
    /// Points of a customer by the CRM's name of the tier; a tier that is missing gives none.
    pub tiers: BTreeMap<String, i32>,
    /// Points of a complaint by its reason.
    pub reasons: BTreeMap<String, i32>,
    /// Points of a risk; each kind counts once.
    pub risks: BTreeMap<RiskKind, i32>,
    /// The lowest level that a risk allows. `safety` and `threat_of_harm` are P1 whatever stands
    /// here.
    pub floors: BTreeMap<RiskKind, Level>,
}

impl Default for Config {
    fn default() -> Self {
        use RiskKind::*;
        let tiers = [("silver", 5), ("gold", 15), ("business", 15), ("platinum", 20)];
        Self {
            negative: 40,
            positive: 15,
            complaint: 30,
            question: 28,
            request: 28,
            cannot_reach_you: 32,
            sales_interest: 20,
            suggestion: 8,
            praise: 10,
            spam: 60,
            needs_answer: 4,
            reason: 2,
            followers: 1,
            followers_most: 25,
            engagement: 1,
            engagement_most: 20,
            velocity: 1,
            velocity_most: 12,
            cluster: 1,
            cluster_most: 10,
            promoted: 5,
            promoted_complaint: 10,
            value: 1,
            value_most: 10,
            open_case: 4,
            open_cases_most: 8,
            repeat: 3,
            repeat_most: 9,
            repeated: 4,
            unanswered: 8,
            wider_channel: 6,
            vengeance: 10,
            executive: 15,
            competitor: 4,
            churn: 12,
            product: 0,
            direct_message: 5,
            worst_rating: 20,
            age: 1,
            age_most: 8,
            incident_most: 40,
            p1: 80,
            p2: 55,
            p3: 25,
            p4: 8,
            seconds_a_point: 60,
            tiers: tiers.into_iter().map(|(tier, points)| (tier.to_owned(), points)).collect(),
            reasons: BTreeMap::new(),
            risks: BTreeMap::from([
                (Safety, 60),
                (ThreatOfHarm, 60),
                (Health, 30),
                (VulnerablePerson, 30),
                (SecurityOrFraud, 30),
                (LegalThreat, 25),
                (Discrimination, 25),
                (PressOrRegulator, 25),
            ]),
            floors: BTreeMap::from([
                (Safety, Level::P1),
                (ThreatOfHarm, Level::P1),
                (Health, Level::P2),
                (VulnerablePerson, Level::P2),
                (SecurityOrFraud, Level::P2),
                (LegalThreat, Level::P2),
                (Discrimination, Level::P2),
                (PressOrRegulator, Level::P2),
            ]),
        }
    }
}

impl Config {
    /// Points of an intent, with their sign.
    #[must_use]
    pub fn intent(&self, intent: Intent) -> i32 {
        match intent {
            Intent::Other | Intent::JobEnquiry | Intent::CampaignChatter => 0,
            Intent::Complaint => self.complaint,
            Intent::CannotReachYou => self.cannot_reach_you,
            Intent::Question => self.question,
            Intent::Request => self.request,
            Intent::SalesInterest => self.sales_interest,
            Intent::Suggestion => self.suggestion,
            Intent::Praise => -self.praise,
            Intent::Spam => -self.spam,
        }
    }

    /// Points of an entry of a list.
    #[must_use]
    pub fn named(&self, kind: NamedKind) -> i32 {
        match kind {
            NamedKind::Executive => self.executive,
            NamedKind::Competitor => self.competitor,
            NamedKind::Churn => self.churn,
            NamedKind::Product => self.product,
        }
    }

    /// Points of a tone.
    #[must_use]
    pub fn tone(&self, tone: Tone) -> i32 {
        match tone {
            Tone::Repeated => self.repeated,
            Tone::Unanswered => self.unanswered,
            Tone::WiderChannel => self.wider_channel,
        }
    }

    /// The lowest level that a risk allows.
    #[must_use]
    pub fn floor(&self, risk: RiskKind) -> Level {
        match risk {
            RiskKind::Safety | RiskKind::ThreatOfHarm => Level::P1,
            _ => self.floors.get(&risk).copied().unwrap_or(Level::P5),
        }
    }

    /// The least score of a level; the least of all for P5.
    #[must_use]
    pub fn least(&self, level: Level) -> i32 {
        match level {
            Level::P1 => self.p1,
            Level::P2 => self.p2,
            Level::P3 => self.p3,
            Level::P4 => self.p4,
            Level::P5 => i32::MIN,
        }
    }

    /// The level of a score.
    #[must_use]
    pub fn level(&self, score: i32) -> Level {
        let levels = [Level::P1, Level::P2, Level::P3, Level::P4];
        levels.into_iter().find(|level| score >= self.least(*level)).unwrap_or(Level::P5)
    }
}
