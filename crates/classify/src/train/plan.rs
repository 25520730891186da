//! The tasks of the committed model: their labels, their training and held-out rows, and the auxiliary
//! models that each must not use.

use super::error::TrainError;
use super::needs_answer_rows;
use super::options::TrainOptions;
use super::rows::{LabelledRows, TextFingerprints, rows};
use super::spec::{Goal, TaskSpec};
use crate::data::read_lines;
use std::path::Path;

/// A task of the committed model.
#[derive(Clone, Debug)]
pub struct TaskPlan {
    /// The task and the settings of its training.
    pub spec: TaskSpec,
    /// The folders of its `train_*` rows, below the folder of labelled texts.
    pub folders: Vec<&'static str>,
    /// The folders of its `val_*` rows. They measure the task and train none.
    pub held_out: Vec<&'static str>,
    /// The auxiliary models that it must not use, because they were trained on its rows.
    pub leakage_exclusions: Vec<&'static str>,
    /// Where its labels come from.
    pub labels: LabelSource,
}

/// The source of the labels of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelSource {
    /// The label files of the rows.
    Given,
    /// Derived from labels of other tasks by `needs_answer_rows`.
    Derived,
}

impl TaskPlan {
    /// The labelled rows of one split, `train` or `val`, from the folders `names` below `folder`.
    fn rows(&self, folder: &Path, names: &[&str], split: &str) -> Result<LabelledRows, TrainError> {
        match self.labels {
            LabelSource::Given => rows(folder, names, split),
            LabelSource::Derived => needs_answer_rows::derive_rows(folder, names, split),
        }
    }

    /// The rows that measure the task and train none.
    ///
    /// # Errors
    /// Files that are missing or invalid.
    pub fn held_out_rows(&self, folder: &Path) -> Result<LabelledRows, TrainError> {
        self.rows(folder, &self.held_out, "val")
    }
}

/// The eight languages of the multilingual task.
pub(super) const XLM_T: [&str; 8] = [
    "xlm-t/arabic",
    "xlm-t/english",
    "xlm-t/french",
    "xlm-t/german",
    "xlm-t/hindi",
    "xlm-t/italian",
    "xlm-t/portuguese",
    "xlm-t/spanish",
];

/// The sentiment labels, by their numbers in the data.
const SENTIMENT: &[&str] = &["negative", "neutral", "positive"];

/// The complaint reasons, by their numbers in the data.
const REASONS: &[&str] = &[
    "bad_flight",
    "cannot_tell",
    "cancelled_flight",
    "customer_service",
    "damaged_luggage",
    "flight_attendants",
    "booking",
    "late_flight",
    "lost_luggage",
    "long_lines",
];

/// The tasks of the committed model, without those that are trained on rows below `excluded_folder`; `""`
/// excludes none.
pub fn plans(excluded_folder: &str, options: &TrainOptions) -> Vec<TaskPlan> {
    let mut plans = base_plans(options);
    for plan in &mut plans {
        apply_tuned_options(&mut plan.spec);
        choose_data(plan);
    }
    // A derived task keeps its other folders; any other task is left out.
    for plan in plans.iter_mut().filter(|plan| plan.labels == LabelSource::Derived) {
        plan.folders.retain(|folder| !is_below(folder, excluded_folder));
        plan.held_out.retain(|folder| !is_below(folder, excluded_folder));
    }
    plans.retain(|plan| !plan.folders.iter().any(|folder| is_below(folder, excluded_folder)));
    plans
}

/// The tasks in the order of the model file, each English and with one folder of rows.
fn base_plans(options: &TrainOptions) -> Vec<TaskPlan> {
    let english = |name: &str, labels: &[&str], goal: Goal, folder: &'static str| TaskPlan {
        spec: TaskSpec {
            name: name.to_owned(),
            languages: vec!["en".to_owned()],
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            goal,
            options: options.clone(),
        },
        folders: vec![folder],
        held_out: vec![folder],
        leakage_exclusions: Vec::new(),
        labels: LabelSource::Given,
    };
    let (recall, f1) = (Goal::MacroRecall, Goal::MacroF1);
    vec![
        english("sentiment", SENTIMENT, recall, "semeval"),
        english("sentiment_service", SENTIMENT, f1, "airline/sentiment"),
        english("sentiment_multilingual", SENTIMENT, f1, ""),
        english("complaint", &["no_complaint", "complaint"], f1, "complaints"),
        english("needs_answer", &["no_answer", "answer"], f1, ""),
        english("reason", REASONS, f1, "airline/reason"),
        english("offensive", &["not_offensive", "offensive"], f1, "tweeteval/offensive"),
        english("irony", &["no_irony", "irony"], f1, "tweeteval/irony"),
        english("emotion", &["anger", "joy", "optimism", "sadness"], f1, "tweeteval/emotion"),
    ]
}

/// Sets the folders, languages and leakage exclusions of the tasks that differ from the base.
fn choose_data(plan: &mut TaskPlan) {
    match plan.spec.name.as_str() {
        "sentiment" => plan.held_out = vec!["tweeteval/sentiment"],
        // The sentiment and the reason of the airline data are labels of the same tweets.
        "sentiment_service" => plan.leakage_exclusions = vec!["reason"],
        "reason" => plan.leakage_exclusions = vec!["airline"],
        "needs_answer" => {
            plan.folders = needs_answer_rows::FOLDERS.to_vec();
            // Every `val` row of everyday tweets is a training row of another task.
            plan.held_out = needs_answer_rows::FOLDERS[..2].to_vec();
            plan.leakage_exclusions = vec!["reason"];
            plan.labels = LabelSource::Derived;
        }
        "sentiment_multilingual" => {
            plan.folders = XLM_T.to_vec();
            plan.held_out = XLM_T.to_vec();
            // The Hindi rows are in Latin letters; the task has no word in Devanagari.
            let codes = ["ar", "en", "fr", "de", "hi-Latn", "it", "pt", "es"];
            plan.spec.languages = codes.map(str::to_owned).to_vec();
        }
        _ => {}
    }
}

/// Sets the options that cross-validation found best for a task, where they differ from
/// [`TrainOptions::default`], and its share of the columns of a file of at most 4 MB.
fn apply_tuned_options(spec: &mut TaskSpec) {
    let options = &mut spec.options;
    if matches!(spec.name.as_str(), "sentiment" | "sentiment_multilingual") {
        options.margin.cost = 0.05;
        options.prior_spread = 0.5;
    }
    options.max_columns = match spec.name.as_str() {
        "sentiment" => 200_000,
        "sentiment_multilingual" => 160_000,
        "complaint" | "offensive" => 100_000,
        "sentiment_service" => 90_000,
        _ => 60_000,
    };
}

/// Whether `folder` is or lies below `excluded_folder`; `""` contains nothing.
pub(super) fn is_below(folder: &str, excluded_folder: &str) -> bool {
    !excluded_folder.is_empty() && folder.split('/').next() == Some(excluded_folder)
}

/// The training rows of a plan, without those that repeat a held-out text.
///
/// # Errors
/// Files that are missing or invalid.
pub fn training_rows(folder: &Path, plan: &TaskPlan) -> Result<LabelledRows, TrainError> {
    let held_out = TextFingerprints::of(&rows(folder, &plan.held_out, "val")?);
    let mut training = plan.rows(folder, &plan.folders, "train")?;
    held_out.remove_from(&mut training);
    Ok(training)
}

/// As [`training_rows`], and for each row its source: the line of `train_src.txt` in its folder.
///
/// # Errors
/// Files that are missing or invalid.
pub fn training_rows_by_source(
    folder: &Path,
    plan: &TaskPlan,
) -> Result<(LabelledRows, Vec<String>), TrainError> {
    let held_out = TextFingerprints::of(&rows(folder, &plan.held_out, "val")?);
    let (mut training, mut sources) = (Vec::new(), Vec::new());
    for name in &plan.folders {
        let lines = read_lines(&folder.join(name).join("train_src.txt"))?;
        for (row, source) in rows(folder, &[name], "train")?.into_iter().zip(lines) {
            if !held_out.contains(&row.0) {
                training.push(row);
                sources.push(source);
            }
        }
    }
    Ok((training, sources))
}
