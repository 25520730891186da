//! Trains all plans of a model: auxiliary models first, then one task after the other.

use super::auxiliary::{AUXILIARY_MARGIN, AuxiliaryModels};
use super::corrections::{Correction, rows_for_task};
use super::error::TrainError;
use super::learn::{LearnedTask, learn};
use super::options::TrainOptions;
use super::plan::{TaskPlan, training_rows};
use super::rows::folds_by_words;
use std::path::Path;

/// The data of a training run.
#[derive(Clone, Debug)]
pub struct TrainingSources<'a> {
    /// The folder of labelled texts.
    pub folder: &'a Path,
    /// The name of a folder below it from which nothing is learned; `""` excludes none.
    pub excluded_folder: &'a str,
    /// Rows that people have corrected, for any of the tasks.
    pub corrections: &'a [Correction],
}

/// Trains every plan. Calls `progress` with a line after each step.
///
/// # Errors
/// As [`learn`], and files that are missing or invalid.
pub fn train_all(
    sources: &TrainingSources<'_>,
    plans: &[TaskPlan],
    progress: &mut dyn FnMut(String),
) -> Result<Vec<LearnedTask>, TrainError> {
    // Fails before the training of the auxiliary models, which lasts minutes.
    check_corrections(sources.corrections, plans)?;
    let options = plans.first().map_or_else(TrainOptions::default, |p| p.spec.options.clone());
    let options = TrainOptions { margin: AUXILIARY_MARGIN, ..options };
    let TrainingSources { folder, excluded_folder, .. } = *sources;
    let auxiliary = AuxiliaryModels::train(folder, excluded_folder, &options, progress)?;
    let mut learned = Vec::with_capacity(plans.len());
    for plan in plans {
        let mut rows = training_rows(folder, plan)?;
        rows.extend(rows_for_task(sources.corrections, &plan.spec)?);
        let folds = folds_by_words(&rows, plan.spec.options.folds);
        let task = learn(&rows, &plan.spec, &auxiliary.priors_for(plan), &folds)?;
        progress(task.report().to_line());
        learned.push(task);
    }
    Ok(learned)
}

fn check_corrections(corrections: &[Correction], plans: &[TaskPlan]) -> Result<(), TrainError> {
    let is_unknown =
        |correction: &&Correction| !plans.iter().any(|plan| plan.spec.name == correction.task);
    match corrections.iter().find(is_unknown) {
        None => Ok(()),
        Some(Correction { task, label, .. }) => {
            Err(TrainError::UnknownCorrection { task: task.clone(), label: label.clone() })
        }
    }
}
