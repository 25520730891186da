//! How good a model is on labelled rows: recall and F1, confusion, calibration, and what abstaining
//! would cost and bring. Pure and deterministic; printing is left to the caller.

mod calibration;
mod confusion;
mod interval;
mod plot;
mod show;

pub use calibration::{Abstaining, Reliability};
pub use confusion::{Confusion, PerLabel};
pub use interval::Interval;

use crate::{Features, Model, Scores, Task};
use serde::Serialize;

/// What was measured. Shares and scores are 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The model's version, or how else the answers came about.
    pub model: String,
    /// The task's name.
    pub task: String,
    /// How many rows.
    pub rows: usize,
    /// Mean recall over the labels that have rows, with [`Task::decide`] choosing the label.
    pub macro_recall: Interval,
    /// Mean F1 over the labels that have rows.
    pub macro_f1: Interval,
    /// Share of rows with the right label.
    pub accuracy: Interval,
    /// The same three with the most probable label chosen instead.
    pub by_most_probable: Plain,
    /// Recall, precision and F1 of each label.
    pub labels: Vec<PerLabel>,
    /// Rows by true (outer) and chosen (inner) label.
    pub confusion: Confusion,
    /// Mean over the rows of Σ (probability − truth)², 0 to 2 (Brier 1950).
    pub brier: f64,
    /// Expected calibration error of the most probable label over ten equal bins.
    pub ece: f64,
    /// What stands behind `ece`.
    pub reliability: Vec<Reliability>,
    /// How much is answered, and how well, when the model abstains below a probability.
    pub abstaining: Vec<Abstaining>,
}

/// Scores without intervals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Plain {
    /// Mean recall over the labels.
    pub macro_recall: f64,
    /// Mean F1 over the labels.
    pub macro_f1: f64,
    /// Share of right rows.
    pub accuracy: f64,
}

/// Scores `rows` of (text, number of the true label) with `task` of `model`. Rows whose label the
/// task does not have are left out.
pub fn evaluate(model: &Model, task: &Task, rows: &[(String, usize)]) -> Report {
    let answers = answer(model, task, rows);
    Report { model: model.version().to_owned(), ..Report::of(task.name(), task.labels(), &answers) }
}

/// What was said of one row.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) truth: usize,
    pub(crate) chosen: usize,
    pub(crate) probabilities: Vec<f32>,
}

impl Answer {
    fn most_probable(&self) -> usize {
        let highest = self.highest();
        self.probabilities.iter().position(|&probability| probability == highest).unwrap_or(0)
    }

    fn highest(&self) -> f32 {
        self.probabilities.iter().copied().fold(0.0, f32::max)
    }
}

fn answer(model: &Model, task: &Task, rows: &[(String, usize)]) -> Vec<Answer> {
    let mut features = Features::new();
    let mut scores = Scores::new();
    rows.iter()
        .filter(|(_, truth)| *truth < task.labels().len())
        .map(|(text, truth)| {
            features.extract(text);
            model.judge(&features, &mut scores);
            let probabilities = scores.of(task).to_vec();
            Answer { truth: *truth, chosen: task.decide(&probabilities), probabilities }
        })
        .collect()
}

impl Report {
    /// The report on answers of a task that came about by cross-validation.
    pub(crate) fn of(task: &str, labels: &[String], answers: &[Answer]) -> Report {
        let confusion =
            Confusion::of(labels.len(), answers.iter().map(|row| (row.truth, row.chosen)));
        let plain =
            Confusion::of(labels.len(), answers.iter().map(|row| (row.truth, row.most_probable())));
        let [macro_recall, macro_f1, accuracy] = interval::bootstrap(&confusion, answers);
        Report {
            model: "cross-validation".to_owned(),
            task: task.to_owned(),
            rows: answers.len(),
            macro_recall,
            macro_f1,
            accuracy,
            by_most_probable: plain.plain(),
            labels: confusion.per_label(labels),
            confusion,
            brier: calibration::brier(answers),
            ece: calibration::ece(answers),
            reliability: calibration::reliability(answers),
            abstaining: calibration::abstaining(answers, labels.len()),
        }
    }

    /// The report in one line, for an overview of several tasks.
    pub fn to_line(&self) -> String {
        show::line(self)
    }

    /// The report for a reader at a terminal.
    pub fn to_text(&self) -> String {
        show::text(self)
    }

    /// The reliability curve as an SVG picture.
    pub fn to_svg(&self) -> String {
        plot::svg(self)
    }

    /// The report as one JSON object; the fields are those of [`Report`].
    pub fn to_json(&self) -> String {
        // Numbers, strings and vectors always serialise.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
