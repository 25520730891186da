//! The weights and thresholds of the score.

use std::collections::BTreeMap;

use mention::{Intent, Level};
use serde::{Deserialize, Serialize};

/// Points for each factor, and the score from which a level begins.
///
/// The defaults put an angry complaint of nobody in particular at P2, the same from an account
/// with a million followers or during an incident at P1, a plain question at P3, praise at P5.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Points at a certainly negative sentiment; a probability gives its share.
    pub negative: i32,
    /// Points taken away at a certainly positive sentiment.
    pub positive: i32,
    /// Points of a complaint.
    pub complaint: i32,
    /// Points of a question.
    pub question: i32,
    /// Points of a request.
    pub request: i32,
    /// Points taken away for praise.
    pub praise: i32,
    /// Points taken away for spam.
    pub spam: i32,
    /// Points for each doubling of the author's followers.
    pub followers: i32,
    /// The most that followers can give.
    pub followers_most: i32,
    /// Points for each doubling of the reactions (a reply counts twice, a repost three times, a
    /// hundred views once).
    pub engagement: i32,
    /// The most that reactions can give.
    pub engagement_most: i32,
    /// Points of a customer by the CRM's name of the tier; a tier that is missing gives none.
    pub tiers: BTreeMap<String, i32>,
    /// Points of a direct message: somebody waits for an answer in person.
    pub direct_message: i32,
    /// Points of the worst rating; the middle and better gives none.
    pub worst_rating: i32,
    /// Points of a mention whose reach is paid for.
    pub promoted: i32,
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
}

impl Default for Config {
    fn default() -> Self {
        let tiers = [("silver", 5), ("gold", 15), ("business", 15), ("platinum", 20)];
        Self {
            negative: 40,
            positive: 15,
            complaint: 30,
            question: 28,
            request: 28,
            praise: 10,
            spam: 60,
            followers: 1,
            followers_most: 25,
            engagement: 1,
            engagement_most: 20,
            tiers: tiers.into_iter().map(|(tier, points)| (tier.to_owned(), points)).collect(),
            direct_message: 5,
            worst_rating: 20,
            promoted: 5,
            age: 1,
            age_most: 8,
            incident_most: 40,
            p1: 80,
            p2: 55,
            p3: 25,
            p4: 8,
        }
    }
}

impl Config {
    /// Points of an intent, with their sign.
    #[must_use]
    pub fn intent(&self, intent: Intent) -> i32 {
        match intent {
            Intent::Other | Intent::Suggestion | Intent::JobEnquiry | Intent::CampaignChatter => 0,
            Intent::Complaint | Intent::CannotReachYou => self.complaint,
            Intent::Question => self.question,
            Intent::Request | Intent::SalesInterest => self.request,
            Intent::Praise => -self.praise,
            Intent::Spam => -self.spam,
        }
    }

    /// The level of a score.
    #[must_use]
    pub fn level(&self, score: i32) -> Level {
        let steps = [
            (self.p1, Level::P1),
            (self.p2, Level::P2),
            (self.p3, Level::P3),
            (self.p4, Level::P4),
        ];
        let reached = steps.into_iter().find(|(least, _)| score >= *least);
        reached.map_or(Level::P5, |(_, level)| level)
    }

    /// What is wrong with it, as `key: what`: weights below zero or beyond 1000, levels out of
    /// order.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let named = [
            ("negative", self.negative),
            ("positive", self.positive),
            ("complaint", self.complaint),
            ("question", self.question),
            ("request", self.request),
            ("praise", self.praise),
            ("spam", self.spam),
            ("followers", self.followers),
            ("followers_most", self.followers_most),
            ("engagement", self.engagement),
            ("engagement_most", self.engagement_most),
            ("direct_message", self.direct_message),
            ("worst_rating", self.worst_rating),
            ("promoted", self.promoted),
            ("age", self.age),
            ("age_most", self.age_most),
            ("incident_most", self.incident_most),
        ];
        let tiers = self.tiers.iter().map(|(tier, points)| (tier.as_str(), *points));
        let bad = named.into_iter().chain(tiers).filter(|(_, points)| !(0..=1000).contains(points));
        let mut problems: Vec<_> =
            bad.map(|(key, points)| format!("{key}: {points} is not from 0 to 1000")).collect();
        if !(self.p1 > self.p2 && self.p2 > self.p3 && self.p3 > self.p4) {
            problems.push("p1: the levels must begin at falling scores from p1 to p4".to_owned());
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_have_no_problem_and_a_bad_weight_is_named() {
        assert_eq!(Config::default().problems(), Vec::<String>::new());
        let bad = Config { negative: -1, p2: 90, ..Config::default() };
        assert_eq!(
            bad.problems(),
            [
                "negative: -1 is not from 0 to 1000",
                "p1: the levels must begin at falling scores from p1 to p4"
            ]
        );
    }

    #[test]
    fn a_level_begins_at_its_least_score() {
        let config = Config::default();
        let cases = [
            (i32::MAX, Level::P1),
            (80, Level::P1),
            (79, Level::P2),
            (55, Level::P2),
            (54, Level::P3),
            (25, Level::P3),
            (24, Level::P4),
            (8, Level::P4),
            (7, Level::P5),
            (-100, Level::P5),
        ];
        for (score, expected) in cases {
            assert_eq!(config.level(score), expected, "{score}");
        }
    }
}
