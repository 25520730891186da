//! Whether weights make sense.

use super::Config;

/// The most points of one factor: sums of them stay far from what an `i32` holds.
const MOST: i32 = 1000;
/// The slowest ageing, a day a point.
const SLOWEST: i64 = 86_400;

impl Config {
    /// What is wrong with it, as `key: what`: weights below zero or beyond 1000, levels out of
    /// order.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let flat = self.flat().map(|(key, points)| (key.to_owned(), points));
        let risks = self.risks.iter().map(|(kind, points)| (format!("risks: {kind:?}"), *points));
        let tables = self.tiers.iter().chain(&self.reasons);
        let tables = tables.map(|(name, points)| (name.clone(), *points)).chain(risks);
        let is_wrong = |(_, points): &(String, i32)| !(0..=MOST).contains(points);
        let mut problems: Vec<_> = flat
            .into_iter()
            .chain(tables)
            .filter(is_wrong)
            .map(|(key, points)| format!("{key}: {points} is not from 0 to {MOST}"))
            .collect();
        if !(self.p1 > self.p2 && self.p2 > self.p3 && self.p3 > self.p4) {
            problems.push("p1: the levels must begin at falling scores from p1 to p4".to_owned());
        }
        if [self.p1, self.p4].iter().any(|least| !(-MOST..=10 * MOST).contains(least)) {
            problems.push(format!("p1: levels begin between -{MOST} and {}", 10 * MOST));
        }
        if !(1..=SLOWEST).contains(&self.seconds_a_point) {
            problems.push(format!(
                "seconds_a_point: {} is not from 1 to {SLOWEST}",
                self.seconds_a_point
            ));
        }
        problems
    }

    /// The weights that stand for themselves, by their keys.
    fn flat(&self) -> [(&'static str, i32); 41] {
        [
            ("negative", self.negative),
            ("positive", self.positive),
            ("complaint", self.complaint),
            ("question", self.question),
            ("request", self.request),
            ("cannot_reach_you", self.cannot_reach_you),
            ("sales_interest", self.sales_interest),
            ("suggestion", self.suggestion),
            ("praise", self.praise),
            ("spam", self.spam),
            ("needs_answer", self.needs_answer),
            ("reason", self.reason),
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
            ("value", self.value),
            ("value_most", self.value_most),
            ("open_case", self.open_case),
            ("open_cases_most", self.open_cases_most),
            ("repeat", self.repeat),
            ("repeat_most", self.repeat_most),
            ("repeated", self.repeated),
            ("unanswered", self.unanswered),
            ("wider_channel", self.wider_channel),
            ("vengeance", self.vengeance),
            ("executive", self.executive),
            ("competitor", self.competitor),
            ("churn", self.churn),
            ("product", self.product),
            ("direct_message", self.direct_message),
            ("worst_rating", self.worst_rating),
            ("age", self.age),
            ("age_most", self.age_most),
            ("incident_most", self.incident_most),
        ]
    }
}

#[cfg(test)]
mod tests {
    use mention::{Level, RiskKind};

    use super::*;

    #[test]
    fn the_defaults_have_no_problem_and_a_bad_weight_is_named() {
        assert_eq!(Config::default().problems(), Vec::<String>::new());
        let mut bad = Config { negative: -1, p2: 90, seconds_a_point: 0, ..Config::default() };
        bad.risks.insert(RiskKind::Health, 1001);
        assert_eq!(
            bad.problems(),
            [
                "negative: -1 is not from 0 to 1000",
                "risks: Health: 1001 is not from 0 to 1000",
                "p1: the levels must begin at falling scores from p1 to p4",
                "seconds_a_point: 0 is not from 1 to 86400",
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

    #[test]
    fn no_setting_lowers_the_floor_of_safety_and_of_a_threat_of_harm() {
        let none = Config { floors: [].into(), ..Config::default() };
        for (risk, expected) in [
            (RiskKind::Safety, Level::P1),
            (RiskKind::ThreatOfHarm, Level::P1),
            (RiskKind::Health, Level::P5),
        ] {
            assert_eq!(none.floor(risk), expected, "{risk:?}");
        }
    }
}
