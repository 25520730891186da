//! Evaluates a model on labelled rows: recall and F1, confusion, calibration, and the effect of
//! abstaining. Pure and deterministic; the caller prints.

mod calibration;
mod confusion;
mod interval;
mod plot;
mod render;

pub use calibration::{AbstentionPoint, ReliabilityBin};
pub use confusion::{Confusion, PerLabel};
pub use interval::ConfidenceInterval;

use crate::{Features, Model, Task, TaskScores};
use serde::Serialize;
use text::Text;

/// The evaluation of a task. Shares and scores are 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvalReport {
    /// The version of the model, or `cross-validation`.
    pub model: String,
    /// The name of the task.
    pub task: String,
    /// The number of rows.
    pub rows: usize,
    /// Mean recall over the labels that have rows, with [`Task::decide`] choosing the label.
    pub macro_recall: ConfidenceInterval,
    /// Mean F1 over the labels that have rows.
    pub macro_f1: ConfidenceInterval,
    /// Share of rows with the correct label.
    pub accuracy: ConfidenceInterval,
    /// The same three scores if the most probable label is chosen.
    pub by_most_probable: PointScores,
    /// Recall, precision and F1 of each label.
    pub labels: Vec<PerLabel>,
    /// Row counts by true (outer) and chosen (inner) label.
    pub confusion: Confusion,
    /// Mean over the rows of Σ (probability − truth)², 0 to 2 (Brier 1950).
    pub brier: f64,
    /// Expected calibration error of the most probable label over ten equal bins.
    pub ece: f64,
    /// The bins from which `ece` is computed.
    pub reliability: Vec<ReliabilityBin>,
    /// Coverage and quality if the model abstains below a probability.
    pub abstaining: Vec<AbstentionPoint>,
}

/// Scores without confidence intervals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PointScores {
    /// Mean recall over the labels.
    pub macro_recall: f64,
    /// Mean F1 over the labels.
    pub macro_f1: f64,
    /// Share of rows with the correct label.
    pub accuracy: f64,
}

/// Evaluates `task` of `model` on `rows` of (text, number of the true label). Ignores rows with a label
/// that the task does not have.
pub fn evaluate(model: &Model, task: &Task, rows: &[(String, usize)]) -> EvalReport {
    let predictions = predict(model, task, rows);
    EvalReport {
        model: model.version().to_owned(),
        ..EvalReport::of(task.name(), task.labels(), &predictions)
    }
}

/// The prediction for one row.
#[derive(Clone, Debug)]
pub(crate) struct Prediction {
    pub(crate) truth: usize,
    pub(crate) chosen: usize,
    pub(crate) probabilities: Vec<f32>,
}

impl Prediction {
    fn most_probable(&self) -> usize {
        // By value instead of `max_by`, which returns the last of equals.
        let highest = self.highest();
        self.probabilities.iter().position(|&probability| probability == highest).unwrap_or(0)
    }

    fn highest(&self) -> f32 {
        self.probabilities.iter().copied().fold(0.0, f32::max)
    }
}

fn predict(model: &Model, task: &Task, rows: &[(String, usize)]) -> Vec<Prediction> {
    let mut features = Features::new();
    let mut scores = TaskScores::new();
    rows.iter()
        .filter(|(_, truth)| *truth < task.labels().len())
        .map(|(text, truth)| {
            features.extract(&Text::of(text));
            model.score(&features, &mut scores);
            let probabilities = scores.of(task).to_vec();
            Prediction { truth: *truth, chosen: task.decide(&probabilities), probabilities }
        })
        .collect()
}

impl EvalReport {
    /// The report of cross-validated predictions of a task.
    pub(crate) fn of(task: &str, labels: &[String], predictions: &[Prediction]) -> EvalReport {
        let confusion =
            Confusion::of(labels.len(), predictions.iter().map(|row| (row.truth, row.chosen)));
        let plain = Confusion::of(
            labels.len(),
            predictions.iter().map(|row| (row.truth, row.most_probable())),
        );
        let [macro_recall, macro_f1, accuracy] = interval::bootstrap(&confusion, predictions);
        EvalReport {
            model: "cross-validation".to_owned(),
            task: task.to_owned(),
            rows: predictions.len(),
            macro_recall,
            macro_f1,
            accuracy,
            by_most_probable: plain.point_scores(),
            labels: confusion.per_label(labels),
            confusion,
            brier: calibration::brier(predictions),
            ece: calibration::ece(predictions),
            reliability: calibration::reliability_bins(predictions),
            abstaining: calibration::abstention_curve(predictions, labels.len()),
        }
    }

    /// The report on one line, for an overview of several tasks.
    pub fn to_line(&self) -> String {
        render::render_line(self)
    }

    /// The report as text for a terminal.
    pub fn to_text(&self) -> String {
        render::render_text(self)
    }

    /// The reliability curve as SVG.
    pub fn to_svg(&self) -> String {
        plot::svg(self)
    }

    /// The report as one JSON object; the fields are those of [`EvalReport`].
    pub fn to_json(&self) -> String {
        // Serialising numbers, strings and vectors cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
