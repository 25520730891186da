//! The costs of mistakes and the thresholds that follow from them: a task answers if the expected cost of the
//! answer is less than that of a review by a person, which is 1.
//!
//! C. K. Chow, "On Optimum Recognition Error and Reject Tradeoff", IEEE Transactions on Information
//! Theory 16 (1970), and C. Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001.

use serde::{Deserialize, Serialize};

/// The cost of each kind of mistake. The unit is one unneeded review by a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Costs {
    /// A mention that needs an answer is classified as one that does not.
    pub missed_answer: f32,
    /// A risk is missed.
    pub missed_risk: f32,
    /// A sentiment is wrong.
    pub wrong_sentiment: f32,
    /// A complaint is classified as none, or the reverse.
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
        // Written so that NaN is rejected as well. A wrong answer below 1 would cost less than a review.
        let bad = named.into_iter().filter(|(_, cost, least)| !(cost >= least && cost.is_finite()));
        bad.map(|(key, cost, least)| {
            format!("costs.{key}: {cost} is not a number of at least {least}")
        })
        .collect()
    }
}

/// The probability from which a review pays off if a miss costs `missed`: the smallest p with
/// `p × missed ≥ (1 − p) × 1`.
#[must_use]
pub fn review_threshold(missed: f32) -> f32 {
    1.0 / (1.0 + missed)
}

/// The probability from which an answer pays off if a wrong one costs `wrong`: the smallest p with
/// `(1 − p) × wrong ≤ 1`.
#[must_use]
pub fn answer_threshold(wrong: f32) -> f32 {
    (1.0 - 1.0 / wrong).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_a_threshold_both_choices_cost_the_same() {
        for cost in [0.0, 0.5, 1.0, 1.7, 2.0, 19.0, 99.0_f32] {
            let review = review_threshold(cost);
            let saved = |p: f32| p * cost - (1.0 - p);
            assert!(saved(review).abs() < 1e-4, "{cost}");
            assert!(saved(review + 0.01) > 0.0 && saved(review - 0.01) < 0.0, "{cost}");
        }
        for cost in [1.0, 1.7, 2.0, 19.0, 99.0_f32] {
            let answer = answer_threshold(cost);
            let saved = |p: f32| 1.0 - (1.0 - p) * cost;
            assert!(saved(answer).abs() < 1e-4, "{cost}");
            assert!(saved(answer + 0.001) > 0.0 && saved(answer - 0.001) < 0.0, "{cost}");
        }
    }

    #[test]
    fn invalid_costs_are_rejected_with_their_key() {
        assert!(Costs::default().problems().is_empty());
        let bad = Costs { missed_answer: -1.0, wrong_reason: f32::NAN, ..Costs::default() };
        let problems = bad.problems();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("costs.missed_answer: -1"), "{problems:?}");
    }
}
