//! Rows that people have corrected, as one JSON object a line: {"task", "text", "label"}.

use super::{Spec, TrainError};
use serde::{Deserialize, Serialize};

/// A text and the label a person gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The task's name in the model.
    pub task: String,
    /// The text.
    pub text: String,
    /// The name of the right label.
    pub label: String,
}

/// Reads corrections, one JSON object a line; empty lines are passed over.
///
/// # Errors
/// The number of the first line that is none.
pub fn read_corrections(lines: &str) -> Result<Vec<Correction>, TrainError> {
    let numbered = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(at, line)| {
            serde_json::from_str(line)
                .map_err(|error| TrainError::Correction { line: at + 1, what: error.to_string() })
        })
        .collect()
}

/// The corrections of one task as rows. A label that the task does not have is refused.
pub(super) fn rows_of(
    corrections: &[Correction],
    spec: &Spec,
) -> Result<Vec<(String, usize)>, TrainError> {
    let own = corrections.iter().filter(|correction| correction.task == spec.name);
    own.map(|Correction { task, text, label }| {
        let number = spec.labels.iter().position(|known| known == label);
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
    use crate::train::{Goal, Options};

    fn spec() -> Spec {
        Spec {
            name: "complaint".to_owned(),
            languages: vec!["en".to_owned()],
            labels: ["no_complaint", "complaint"].map(str::to_owned).to_vec(),
            goal: Goal::MacroF1,
            options: Options::default(),
        }
    }

    #[test]
    fn corrections_of_a_task_become_rows_and_those_of_others_do_not() {
        let lines = "{\"task\":\"complaint\",\"text\":\"late again\",\"label\":\"complaint\"}\n\n\
                     {\"task\":\"irony\",\"text\":\"great\",\"label\":\"irony\"}\n";
        let corrections = read_corrections(lines).unwrap();
        assert_eq!(corrections.len(), 2);
        assert_eq!(rows_of(&corrections, &spec()).unwrap(), [("late again".to_owned(), 1)]);
    }

    #[test]
    fn what_is_no_correction_is_refused_with_its_line_or_its_label() {
        let broken = read_corrections("\n{\"task\":\"complaint\",\"text\":1}\n").unwrap_err();
        assert!(broken.to_string().starts_with("no correction in line 2: "), "{broken}");
        let unknown = [Correction {
            task: "complaint".to_owned(),
            text: "x".to_owned(),
            label: "maybe".to_owned(),
        }];
        let refused = rows_of(&unknown, &spec()).unwrap_err().to_string();
        assert_eq!(refused, "no label \"maybe\" in a task \"complaint\" to correct");
    }
}
