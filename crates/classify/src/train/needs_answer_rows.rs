//! Rows of the task `needs_answer`, for which no labelled data set exists. Derives the label from labels
//! of complaints and sentiment and, where they do not decide, from the rules.
//!
//! | rows | label `answer` | label `no_answer` | dropped |
//! |---|---|---|---|
//! | complaints | complaints; other rows that the rules find to need one | rows in which the rules find nothing | the rest |
//! | airline tweets | negative; other rows that the rules find to need one | other positive | other neutral |
//! | everyday tweets (one in five) | – | not negative, and the rules find nothing | the rest |

use super::error::TrainError;
use super::rows::{LabelledRows, rows};
use crate::{RuleClassifier, RuleFindings, RuleSyntaxError};
use std::path::Path;
use text::Text;

/// The folders of the rows. Labels: 1 for a complaint in the first; sentiment from 0, negative, in the
/// others.
pub(super) const FOLDERS: [&str; 3] = [COMPLAINTS, AIRLINE, EVERYDAY];
const COMPLAINTS: &str = "complaints";
const AIRLINE: &str = "airline/sentiment";
const EVERYDAY: &str = "semeval";

/// Takes every n-th everyday tweet: mentions of brands are rarely small talk.
const EVERYDAY_STEP: usize = 5;

/// The labels of the task.
const NO_ANSWER: usize = 0;
const ANSWER: usize = 1;

/// The rule probability from which an answer is needed, and the one below which the rules found nothing.
const RULE_POSITIVE_FROM: f32 = 0.5;
const RULE_NEGATIVE_BELOW: f32 = 0.2;

/// The rows of one split, `train` or `val`, derived from the folders `names` below `folder`.
///
/// # Errors
/// Files that are missing or invalid.
pub(super) fn derive_rows(
    folder: &Path,
    names: &[&str],
    split: &str,
) -> Result<LabelledRows, TrainError> {
    let invalid = |error: RuleSyntaxError| TrainError::Rules(error.to_string());
    let (rules, mut findings) = (RuleClassifier::built_in().map_err(invalid)?, RuleFindings::new());
    let mut derived = Vec::new();
    for name in names {
        let every = if *name == EVERYDAY { EVERYDAY_STEP } else { 1 };
        for (text, label) in rows(folder, &[name], split)?.into_iter().step_by(every) {
            rules.classify(&Text::of(&text), &mut findings);
            let label = derive_label(name, label, findings.needs_answer);
            derived.extend(label.map(|label| (text, label)));
        }
    }
    Ok(derived)
}

/// The label of a row of `folder`, or `None` to drop it.
fn derive_label(folder: &str, label: usize, rule_probability: f32) -> Option<usize> {
    const NEGATIVE: usize = 0;
    const POSITIVE: usize = 2;
    let no_answer_by_rule = (rule_probability < RULE_NEGATIVE_BELOW).then_some(NO_ANSWER);
    match (folder, label) {
        (COMPLAINTS, 1) | (AIRLINE, NEGATIVE) => Some(ANSWER),
        (EVERYDAY, NEGATIVE) => None,
        (EVERYDAY, _) => no_answer_by_rule,
        // Also a neutral or positive tweet may ask for something.
        _ if rule_probability >= RULE_POSITIVE_FROM => Some(ANSWER),
        (COMPLAINTS, _) => no_answer_by_rule,
        (AIRLINE, POSITIVE) => Some(NO_ANSWER),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_decides_and_otherwise_the_rules() {
        let cases = [
            (COMPLAINTS, 1, 0.0, Some(ANSWER)),
            (COMPLAINTS, 0, 0.9, Some(ANSWER)),
            (COMPLAINTS, 0, 0.3, None),
            (COMPLAINTS, 0, 0.0, Some(NO_ANSWER)),
            (AIRLINE, 0, 0.0, Some(ANSWER)),
            (AIRLINE, 1, 0.9, Some(ANSWER)),
            (AIRLINE, 1, 0.0, None),
            (AIRLINE, 2, 0.9, Some(ANSWER)),
            (AIRLINE, 2, 0.0, Some(NO_ANSWER)),
            (EVERYDAY, 0, 0.0, None),
            (EVERYDAY, 1, 0.0, Some(NO_ANSWER)),
            (EVERYDAY, 2, 0.9, None),
        ];
        for (folder, label, rule_probability, expected) in cases {
            assert_eq!(
                derive_label(folder, label, rule_probability),
                expected,
                "{folder} {label} {rule_probability}"
            );
        }
    }
}
