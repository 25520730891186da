//! What mistakes cost, and the thresholds that follow: a task is answered where the answer is
//! expected to cost less than the look of a person, whose cost is 1.
//!
//! C. K. Chow, "On Optimum Recognition Error and Reject Tradeoff", IEEE Transactions on Information
//! Theory 16 (1970), and C. Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.

use serde::{Deserialize, Serialize};

/// What a mistake costs, in looks of a person that were not needed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Costs {
    /// Somebody who waits for an answer is taken for one who does not.
    pub missed_answer: f32,
    /// A risk is passed over.
    pub missed_risk: f32,
    /// A sentiment is wrong.
    pub wrong_sentiment: f32,
    /// A complaint is taken for none, or the other way round.
    pub wrong_complaint: f32,
    /// The reason of a complaint is wrong.
    pub wrong_reason: f32,
    /// An emotion is wrong.
    pub wrong_emotion: f32,
}

impl Default for Costs {
    fn default() -> Self {
        Self {
            missed_answer: 4.0,
            missed_risk: 99.0,
            wrong_sentiment: 1.7,
            wrong_complaint: 2.0,
            wrong_reason: 1.5,
            wrong_emotion: 1.5,
        }
    }
}

impl Costs {
    pub(crate) fn problems(&self) -> Vec<String> {
        let named = [
            ("missed_answer", self.missed_answer, 0.0),
            ("missed_risk", self.missed_risk, 0.0),
            ("wrong_sentiment", self.wrong_sentiment, 1.0),
            ("wrong_complaint", self.wrong_complaint, 1.0),
            ("wrong_reason", self.wrong_reason, 1.0),
            ("wrong_emotion", self.wrong_emotion, 1.0),
        ];
        let bad = named.into_iter().filter(|(_, cost, least)| !(cost >= least && cost.is_finite()));
        bad.map(|(key, cost, least)| format!("costs.{key}: {cost} is not a number from {least}"))
            .collect()
    }
}

/// The least probability at which it pays to look for what costs `missed` where it is passed over:
/// where `p × missed` is no less than `(1 − p) × 1`.
#[must_use]
pub fn look_from(missed: f32) -> f32 {
    1.0 / (1.0 + missed)
}

/// The least probability at which it pays to answer what costs `wrong` where it is wrong: where
/// `(1 − p) × wrong` is no more than 1.
#[must_use]
pub fn answer_from(wrong: f32) -> f32 {
    (1.0 - 1.0 / wrong).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_threshold_both_ways_cost_the_same_and_beyond_it_the_one_taken_costs_less() {
        for cost in [0.0, 0.5, 1.0, 1.7, 2.0, 19.0, 99.0_f32] {
            let look = look_from(cost);
            let saved = |p: f32| p * cost - (1.0 - p);
            assert!(saved(look).abs() < 1e-4, "{cost}");
            assert!(saved(look + 0.01) > 0.0 && saved(look - 0.01) < 0.0, "{cost}");
        }
        for cost in [1.0, 1.7, 2.0, 19.0, 99.0_f32] {
            let answer = answer_from(cost);
            let saved = |p: f32| 1.0 - (1.0 - p) * cost;
            assert!(saved(answer).abs() < 1e-4, "{cost}");
            assert!(saved(answer + 0.001) > 0.0 && saved(answer - 0.001) < 0.0, "{cost}");
        }
    }

    #[test]
    fn costs_that_are_none_are_refused_by_name() {
        assert!(Costs::default().problems().is_empty());
        let bad = Costs { missed_answer: -1.0, wrong_reason: f32::NAN, ..Costs::default() };
        let problems = bad.problems();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("costs.missed_answer: -1"), "{problems:?}");
    }
}
