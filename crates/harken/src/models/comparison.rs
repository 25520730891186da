//! Compares a candidate with the active model and collects objections to its promotion.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use classify::eval::evaluate;
use classify::train::{Correction, Goal, TrainOptions, plans};
use classify::{Model, Task};

use crate::{CommandError, training};

/// Maximum loss of a score: half a point, which is within the sampling error of a few thousand rows.
const MAX_LOSS: f64 = 0.005;

/// Name of the score on corrected rows.
const CORRECTED: &str = "correct when corrected";

/// The scores of both models in one task, 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskComparison {
    /// The task.
    pub task: String,
    /// Name of the score.
    pub measure: &'static str,
    /// Number of rows.
    pub rows: usize,
    /// Score of the active model.
    pub active: f64,
    /// Score of the candidate.
    pub candidate: f64,
}

/// The comparison of two models.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ModelComparison {
    /// The scores by task.
    pub measurements: Vec<TaskComparison>,
    /// Reasons against the promotion. A candidate with any of them requires `--force`.
    pub objections: Vec<String>,
}

impl ModelComparison {
    /// Compares tasks, labels and languages, without evaluating the models.
    #[must_use]
    pub fn of_tasks(active: &Model, candidate: &Model) -> Self {
        let mut objections = Vec::new();
        for task in active.tasks() {
            let name = task.name();
            match candidate.task(name) {
                None => objections.push(format!("the candidate lacks the task {name}")),
                Some(other) => objections.extend(losses(task, other)),
            }
        }
        Self { measurements: Vec::new(), objections }
    }

    /// Evaluates both models on the held-out rows of every common task.
    ///
    /// # Errors
    /// [`CommandError::Usage`] if the rows are unreadable.
    pub fn on_data(
        &mut self,
        active: &Model,
        candidate: &Model,
        folder: &Path,
    ) -> Result<(), CommandError> {
        for plan in plans("", &TrainOptions::default()) {
            if common_task(active, candidate, &plan.spec.name).is_none() {
                continue;
            }
            let report = training::measure(active, &plan, folder)?;
            let (spec, rows) = (&plan.spec, report.rows);
            let reports = [report, training::measure(candidate, &plan, folder)?];
            let (measure, [active, candidate]) = match spec.goal {
                Goal::MacroRecall => ("macro recall", reports.map(|report| report.macro_recall)),
                Goal::MacroF1 => ("macro F1", reports.map(|report| report.macro_f1)),
            };
            let (active, candidate) = (active.value, candidate.value);
            if candidate < active - MAX_LOSS {
                let [from, to] = [active, candidate].map(|share| share * 100.0);
                let name = &spec.name;
                self.objections.push(format!("{name}: {measure} falls from {from:.1} to {to:.1}"));
            }
            let task = spec.name.clone();
            self.measurements.push(TaskComparison { task, measure, rows, active, candidate });
        }
        Ok(())
    }

    /// Evaluates both models on rows corrected by people.
    pub fn on_corrections(&mut self, active: &Model, candidate: &Model, rows: &[Correction]) {
        // Sorted, so that the report has a stable order.
        let names: BTreeSet<&str> = rows.iter().map(|row| row.task.as_str()).collect();
        for name in names {
            let Some(tasks) = common_task(active, candidate, name) else { continue };
            let label = |row: &Correction| {
                let place = tasks.0.labels().iter().position(|label| *label == row.label)?;
                Some((row.text.clone(), place))
            };
            let rows_of_task = rows.iter().filter(|row| row.task == name);
            let labelled: Vec<_> = rows_of_task.filter_map(label).collect();
            if labelled.is_empty() {
                continue;
            }
            let rows = labelled.len();
            let [active, candidate] = [(active, tasks.0), (candidate, tasks.1)]
                .map(|(model, task)| evaluate(model, task, &labelled).accuracy.value);
            // Counts, not shares: equal numbers of correct rows must not differ by rounding.
            let correct = |share: f64| (share * rows as f64).round();
            if correct(candidate) < correct(active) {
                let (from, to) = (correct(active), correct(candidate));
                self.objections.push(format!(
                    "{name}: correct in {to} of {rows} corrected rows, down from {from}"
                ));
            }
            let (task, measure) = (name.to_owned(), CORRECTED);
            self.measurements.push(TaskComparison { task, measure, rows, active, candidate });
        }
    }

    /// Objects to a candidate that was evaluated on no row.
    pub fn require_measurements(&mut self) {
        if self.measurements.iter().all(|measured| measured.rows == 0) {
            self.objections
                .push("the candidate was not evaluated: pass --data or --with".to_owned());
        }
    }

    /// One line per score, then one per objection.
    #[must_use]
    pub fn render(&self) -> String {
        let mut out = String::new();
        if !self.measurements.is_empty() {
            let (active, candidate) = ("active", "new");
            out = format!("{:<24} {:<20} {active:>7} {candidate:>6}\n", "task", "measure");
        }
        for TaskComparison { task, measure, rows, active: present, candidate: new } in
            &self.measurements
        {
            let [present, new] = [present, new].map(|share| share * 100.0);
            let by = new - present;
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{task:<24} {measure:<20} {present:7.1} {new:6.1} {by:+6.1}  {rows} rows"
            );
        }
        if self.measurements.iter().any(|measured| measured.measure == CORRECTED) {
            out.push_str(
                "the score on corrected rows is biased if the candidate was trained on them\n",
            );
        }
        for objection in &self.objections {
            let _ = writeln!(out, "objection: {objection}");
        }
        out
    }
}

/// The task in both models, if both have it with the same labels.
fn common_task<'a>(present: &'a Model, new: &'a Model, name: &str) -> Option<(&'a Task, &'a Task)> {
    let (present, new) = (present.task(name)?, new.task(name)?);
    (present.labels() == new.labels()).then_some((present, new))
}

fn losses(active: &Task, candidate: &Task) -> Vec<String> {
    let name = active.name();
    if active.labels() != candidate.labels() {
        let (was, is) = (active.labels().join(", "), candidate.labels().join(", "));
        return vec![format!("{name} has the labels {is}, not {was}")];
    }
    let lost = active.languages().iter().filter(|language| !candidate.supports_language(language));
    lost.map(|language| format!("{name} no longer supports {language}")).collect()
}
