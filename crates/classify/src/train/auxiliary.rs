//! Auxiliary models: lexicons, and linear models of other labelled data sets, whose scores are features of
//! the tasks of the committed model.
//!
//! To prevent leakage, an auxiliary model is trained on no text that is also a training or held-out text
//! of another data set: its scores cannot repeat the labels of the task that uses them.

use super::error::TrainError;
use super::learner;
use super::options::{MarginOptions, TrainOptions};
use super::plan::{TaskPlan, XLM_T, is_below, plans};
use super::prior::Prior;
use super::rows::{TextFingerprints, rows};
use super::sparse::SparseRows;
use crate::data::read_lexicon;
use crate::model::lanes_of;
use std::path::Path;

/// An auxiliary model and the folders of its rows.
struct AuxiliarySpec {
    name: &'static str,
    folders: &'static [&'static str],
    labels: usize,
}

const LEXICONS: [&str; 2] = ["vader_lexicon.txt", "AFINN_AFINN-en-165.txt"];

const AUXILIARY_MODELS: [AuxiliarySpec; 10] = [
    AuxiliarySpec { name: "emoji", folders: &["tweeteval/emoji"], labels: 20 },
    AuxiliarySpec { name: "emotion", folders: &["tweeteval/emotion"], labels: 4 },
    AuxiliarySpec { name: "irony", folders: &["tweeteval/irony"], labels: 2 },
    AuxiliarySpec { name: "offensive", folders: &["tweeteval/offensive"], labels: 2 },
    AuxiliarySpec { name: "tse", folders: &["tse"], labels: 3 },
    AuxiliarySpec { name: "semeval", folders: &["semeval"], labels: 3 },
    AuxiliarySpec { name: "xlm-t", folders: &XLM_T, labels: 3 },
    AuxiliarySpec { name: "complaints", folders: &["complaints"], labels: 2 },
    AuxiliarySpec { name: "airline", folders: &["airline/sentiment"], labels: 3 },
    AuxiliarySpec { name: "reason", folders: &["airline/reason"], labels: 10 },
];

/// The settings of auxiliary models. Labels are not balanced, since only the raw scores are used.
pub const AUXILIARY_MARGIN: MarginOptions =
    MarginOptions { cost: 0.5, passes: 12, balance: 0.0, emphasis: 0.0 };

/// The priors of all auxiliary models, by name.
#[derive(Debug)]
pub struct AuxiliaryModels(Vec<(&'static str, Vec<Prior>)>);

impl AuxiliaryModels {
    /// Reads the lexicons and trains the auxiliary models, except those with rows below
    /// `excluded_folder`. Calls `progress` with a line for each model.
    ///
    /// # Errors
    /// Files that are missing or invalid, options out of range, and errors of linfa.
    pub fn train(
        folder: &Path,
        excluded_folder: &str,
        options: &TrainOptions,
        progress: &mut dyn FnMut(String),
    ) -> Result<AuxiliaryModels, TrainError> {
        let mut models = Vec::new();
        for name in LEXICONS {
            let entries = read_lexicon(&folder.join("lexicons").join(name))?;
            models.push((name, vec![Prior::from_lexicon(&entries, options.bits)]));
        }
        let is_allowed = |model: &&AuxiliarySpec| {
            !model.folders.iter().any(|folder| is_below(folder, excluded_folder))
        };
        for model in AUXILIARY_MODELS.iter().filter(is_allowed) {
            let mut rows = rows(folder, model.folders, "train")?;
            texts_of_other_tasks(folder, excluded_folder, model)?.remove_from(&mut rows);
            progress(format!("auxiliary model {}: {} rows", model.name, rows.len()));
            models.push((model.name, train_priors(&rows, model.labels, options)?));
        }
        Ok(AuxiliaryModels(models))
    }

    /// The priors that a plan may use: those of models that were not trained on its rows and are not in
    /// its leakage exclusions.
    pub fn priors_for(&self, plan: &TaskPlan) -> Vec<&Prior> {
        let shares_rows = |name: &str| {
            AUXILIARY_MODELS.iter().any(|model| {
                model.name == name
                    && model.folders.iter().any(|folder| plan.folders.contains(folder))
            })
        };
        let allowed = self
            .0
            .iter()
            .filter(|(name, _)| !shares_rows(name) && !plan.leakage_exclusions.contains(name));
        allowed.flat_map(|(_, priors)| priors).collect()
    }
}

/// The priors of a linear model of `rows`: one per label, a single one for two labels.
fn train_priors(
    rows: &[(String, usize)],
    labels: usize,
    options: &TrainOptions,
) -> Result<Vec<Prior>, TrainError> {
    options.check()?;
    if let Some(at) = rows.iter().position(|(_, label)| *label >= labels) {
        return Err(TrainError::UnknownLabel { row: at, label: rows[at].1 });
    }
    let sparse = SparseRows::read(rows, labels, &[], options);
    let all: Vec<u32> = (0..rows.len() as u32).collect();
    let learned = learner::learn_lanes(&sparse, &all, lanes_of(labels), options)?;
    let columns = 1 << options.bits;
    let prior = |mut weights: Vec<f32>| {
        // Drops the bias: a prior knows about columns only.
        weights.truncate(columns);
        Prior { bits: options.bits, weights }
    };
    Ok(learned.into_iter().map(|linear| prior(linear.weights)).collect())
}

/// The texts that the plans are trained or measured on, from folders that `model` is not trained on.
fn texts_of_other_tasks(
    folder: &Path,
    excluded_folder: &str,
    model: &AuxiliarySpec,
) -> Result<TextFingerprints, TrainError> {
    let mut texts = Vec::new();
    for plan in plans(excluded_folder, &TrainOptions::default()) {
        for (names, split) in [(&plan.folders, "train"), (&plan.held_out, "val")] {
            let names: Vec<&str> =
                names.iter().copied().filter(|name| !model.folders.contains(name)).collect();
            texts.extend(rows(folder, &names, split)?);
        }
    }
    Ok(TextFingerprints::of(&texts))
}
