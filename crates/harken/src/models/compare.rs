//! What speaks against a candidate, beside the model in force.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use classify::eval::evaluate;
use classify::train::{Correction, Goal, Options, plans};
use classify::{Model, Task};

use crate::{Problem, learn};

/// How much lower a measure may be: half a point, which is less than chance alone makes of a few
/// thousand rows.
const ALLOWED: f64 = 0.005;

/// A task measured with both models. Scores are 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The task.
    pub task: String,
    /// What was measured.
    pub measure: &'static str,
    /// On how many rows.
    pub rows: usize,
    /// The model in force.
    pub present: f64,
    /// The candidate.
    pub new: f64,
}

/// What was found about both.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compared {
    /// What was measured.
    pub measured: Vec<Measured>,
    /// What speaks against the candidate; it is promoted by itself only if nothing does.
    pub against: Vec<String>,
}

impl Compared {
    /// What the files alone tell: everything that the candidate lacks.
    #[must_use]
    pub fn of(present: &Model, new: &Model) -> Self {
        let mut against = Vec::new();
        for task in present.tasks() {
            let name = task.name();
            match new.task(name) {
                None => against.push(format!("it lacks the task {name}")),
                Some(other) => against.extend(lacks(task, other)),
            }
        }
        Self { measured: Vec::new(), against }
    }

    /// Measures both on the labelled texts that no task learns from.
    ///
    /// # Errors
    /// [`Problem::Usage`] when they cannot be read.
    pub fn on_data(&mut self, present: &Model, new: &Model, folder: &Path) -> Result<(), Problem> {
        for plan in plans("", &Options::default()) {
            if both(present, new, &plan.spec.name).is_none() {
                continue;
            }
            let (present, new) =
                (learn::measure(present, &plan, folder)?, learn::measure(new, &plan, folder)?);
            let (spec, rows, reports) = (plan.spec, present.rows, [present, new]);
            let (measure, [present, new]) = match spec.goal {
                Goal::MacroRecall => ("macro recall", reports.map(|report| report.macro_recall)),
                Goal::MacroF1 => ("macro F1", reports.map(|report| report.macro_f1)),
            };
            let (present, new) = (present.value, new.value);
            if new < present - ALLOWED {
                let [from, to] = [present, new].map(|share| share * 100.0);
                let what = format!("{}: {measure} falls from {from:.1} to {to:.1}", spec.name);
                self.against.push(what);
            }
            self.measured.push(Measured { task: spec.name, measure, rows, present, new });
        }
        Ok(())
    }

    /// Measures both on what people have corrected.
    pub fn on_corrections(&mut self, present: &Model, new: &Model, rows: &[Correction]) {
        let names: BTreeSet<&str> = rows.iter().map(|row| row.task.as_str()).collect();
        for name in names {
            let Some(tasks) = both(present, new, name) else { continue };
            let label = |row: &Correction| {
                let place = tasks.0.labels().iter().position(|label| *label == row.label)?;
                Some((row.text.clone(), place))
            };
            let own = rows.iter().filter(|row| row.task == name);
            let own: Vec<_> = own.filter_map(label).collect();
            if own.is_empty() {
                continue;
            }
            let [present, new] = [(present, tasks.0), (new, tasks.1)]
                .map(|(model, task)| evaluate(model, task, &own).accuracy.value);
            let right = |share: f64| (share * own.len() as f64).round();
            if right(new) < right(present) {
                let (from, to, all) = (right(present), right(new), own.len());
                self.against
                    .push(format!("{name}: right in {to} of {all} corrected rows, not {from}"));
            }
            let (task, measure) = (name.to_owned(), "right when corrected");
            self.measured.push(Measured { task, measure, rows: own.len(), present, new });
        }
    }

    /// Holds it against a candidate that nothing was measured on.
    pub fn close(&mut self) {
        if self.measured.iter().all(|measured| measured.rows == 0) {
            self.against.push("it was measured on nothing: give --data or --with".to_owned());
        }
    }

    /// The measures, a line each; then what speaks against it.
    #[must_use]
    pub fn told(&self) -> String {
        let mut out = String::new();
        if !self.measured.is_empty() {
            let (present, new) = ("present", "new");
            out = format!("{:<24} {:<20} {present:>7} {new:>6}\n", "task", "measure");
        }
        for Measured { task, measure, rows, present, new } in &self.measured {
            let [present, new] = [present, new].map(|share| share * 100.0);
            let by = new - present;
            // Writing to a string never fails.
            let _ = writeln!(
                out,
                "{task:<24} {measure:<20} {present:7.1} {new:6.1} {by:+6.1}  {rows} rows"
            );
        }
        if self.measured.iter().any(|measured| measured.measure == "right when corrected") {
            out.push_str(
                "a candidate that has learnt from the corrected rows is flattered by them\n",
            );
        }
        for why in &self.against {
            let _ = writeln!(out, "against it: {why}");
        }
        out
    }
}

/// The task in both models, if it tells the same labels apart.
fn both<'a>(present: &'a Model, new: &'a Model, name: &str) -> Option<(&'a Task, &'a Task)> {
    let (present, new) = (present.task(name)?, new.task(name)?);
    (present.labels() == new.labels()).then_some((present, new))
}

fn lacks(present: &Task, new: &Task) -> Vec<String> {
    let name = present.name();
    if present.labels() != new.labels() {
        let (was, is) = (present.labels().join(", "), new.labels().join(", "));
        return vec![format!("{name} tells {is} apart, not {was}")];
    }
    let lost = present.languages().iter().filter(|language| !new.reads(language));
    lost.map(|language| format!("{name} no longer reads {language}")).collect()
}
