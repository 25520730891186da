//! Rows of the task `needs_answer`, for which nobody has labelled texts: derived from labels of
//! complaints and moods and, where those leave it open, from the rules.
//!
//! | rows | an answer is due | none is | left out |
//! |---|---|---|---|
//! | complaints | complaints; what the rules say is due | what the rules see nothing in | the rest |
//! | tweets to airlines | negative ones; what the rules say is due | positive ones without that | other neutral ones |
//! | everyday tweets (one in five) | – | not negative, and the rules see nothing in it | the rest |

use super::TrainError;
use super::plan::{Labelled, rows};
use crate::{Judged, Rules};
use std::path::Path;

/// Rows of (text, label): complaint or not, in the first folder; mood from 0, negative, in the others.
pub(super) const FOLDERS: [&str; 3] = [COMPLAINTS, AIRLINE, EVERYDAY];
const COMPLAINTS: &str = "complaints";
const AIRLINE: &str = "airline/sentiment";
const EVERYDAY: &str = "semeval";

/// One in so many everyday tweets is enough: brands are written to about something.
const EVERY: usize = 5;

/// The labels of the task.
const NOT_DUE: usize = 0;
const DUE: usize = 1;

/// From here on the rules say that an answer is due; below the other, they see nothing.
const SAID: f32 = 0.5;
const NOTHING: f32 = 0.2;

/// The rows of one split below `folder` in those of the three folders that have it.
///
/// # Errors
/// Files that are missing or not what they should be.
pub(super) fn derived(folder: &Path, names: &[&str], split: &str) -> Result<Labelled, TrainError> {
    let misprint = |why: crate::Misprint| TrainError::Rules(why.to_string());
    let (rules, mut judged) = (Rules::built_in().map_err(misprint)?, Judged::new());
    let mut derived = Vec::new();
    for name in names {
        let every = if *name == EVERYDAY { EVERY } else { 1 };
        for (text, label) in rows(folder, &[name], split)?.into_iter().step_by(every) {
            rules.judge(&text, &mut judged);
            let due = due(name, label, judged.answer);
            derived.extend(due.map(|due| (text, due)));
        }
    }
    Ok(derived)
}

fn due(folder: &str, label: usize, by_rule: f32) -> Option<usize> {
    const NEGATIVE: usize = 0;
    const POSITIVE: usize = 2;
    let sees_nothing = (by_rule < NOTHING).then_some(NOT_DUE);
    match (folder, label) {
        (COMPLAINTS, 1) | (AIRLINE, NEGATIVE) => Some(DUE),
        (EVERYDAY, NEGATIVE) => None,
        (EVERYDAY, _) => sees_nothing,
        _ if by_rule >= SAID => Some(DUE),
        (COMPLAINTS, _) => sees_nothing,
        (AIRLINE, POSITIVE) => Some(NOT_DUE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_due_by_the_label_and_where_that_leaves_it_open_by_the_rules() {
        let cases = [
            (COMPLAINTS, 1, 0.0, Some(DUE)),
            (COMPLAINTS, 0, 0.9, Some(DUE)),
            (COMPLAINTS, 0, 0.3, None),
            (COMPLAINTS, 0, 0.0, Some(NOT_DUE)),
            (AIRLINE, 0, 0.0, Some(DUE)),
            (AIRLINE, 1, 0.9, Some(DUE)),
            (AIRLINE, 1, 0.0, None),
            (AIRLINE, 2, 0.9, Some(DUE)),
            (AIRLINE, 2, 0.0, Some(NOT_DUE)),
            (EVERYDAY, 0, 0.0, None),
            (EVERYDAY, 1, 0.0, Some(NOT_DUE)),
            (EVERYDAY, 2, 0.9, None),
        ];
        for (folder, label, by_rule, expected) in cases {
            assert_eq!(due(folder, label, by_rule), expected, "{folder} {label} {by_rule}");
        }
    }
}
