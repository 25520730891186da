//! Rows that people have corrected: one JSON object per line with `task`, `text` and `label`.

use super::error::TrainError;
use super::spec::TaskSpec;
use serde::{Deserialize, Serialize};

/// A text with the label that a person gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The name of the task in the model.
    pub task: String,
    /// The text.
    pub text: String,
    /// The name of the correct label.
    pub label: String,
}

/// Parses corrections: one JSON object per line; ignores empty lines.
///
/// # Errors
/// The first line that is not a correction.
pub fn read_corrections(lines: &str) -> Result<Vec<Correction>, TrainError> {
    let numbered = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(at, line)| {
            serde_json::from_str(line)
                .map_err(|error| TrainError::Correction { line: at + 1, what: error.to_string() })
        })
        .collect()
}

/// The corrections of one task as rows.
///
/// # Errors
/// A label that the task does not have.
pub(super) fn rows_for_task(
    corrections: &[Correction],
    spec: &TaskSpec,
) -> Result<Vec<(String, usize)>, TrainError> {
    let own = corrections.iter().filter(|correction| correction.task == spec.name);
    own.map(|Correction { task, text, label }| {
        let number = spec.labels.iter().position(|name| name == label);
        number.map(|number| (text.clone(), number)).ok_or_else(|| TrainError::UnknownCorrection {
            task: task.clone(),
            label: label.clone(),
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::options::TrainOptions;
    use crate::train::spec::Goal;

    fn spec() -> TaskSpec {
        TaskSpec {
            name: "complaint".to_owned(),
            languages: vec!["en".to_owned()],
            labels: ["no_complaint", "complaint"].map(str::to_owned).to_vec(),
            goal: Goal::MacroF1,
            options: TrainOptions::default(),
        }
    }

    #[test]
    fn corrections_of_a_task_become_its_rows() {
        let lines = "{\"task\":\"complaint\",\"text\":\"late again\",\"label\":\"complaint\"}\n\n\
                     {\"task\":\"irony\",\"text\":\"great\",\"label\":\"irony\"}\n";
        let corrections = read_corrections(lines).unwrap();
        assert_eq!(corrections.len(), 2);
        assert_eq!(rows_for_task(&corrections, &spec()).unwrap(), [("late again".to_owned(), 1)]);
    }

    #[test]
    fn an_invalid_correction_is_rejected_with_its_line_or_label() {
        let malformed = read_corrections("\n{\"task\":\"complaint\",\"text\":1}\n").unwrap_err();
        assert!(malformed.to_string().starts_with("invalid correction in line 2: "), "{malformed}");
        let unknown = [Correction {
            task: "complaint".to_owned(),
            text: "x".to_owned(),
            label: "maybe".to_owned(),
        }];
        let rejected = rows_for_task(&unknown, &spec()).unwrap_err().to_string();
        assert_eq!(rejected, "correction for an unknown label \"maybe\" or task \"complaint\"");
    }
}
