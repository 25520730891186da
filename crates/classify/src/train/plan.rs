//! How the committed model is made from a folder of labelled texts: which tasks there are, what
//! they learn from, and what they listen to.

use super::awaited;
use super::corrections::{Correction, rows_of};
use super::cross::by_words;
use super::voices::{VOICE, Voices};
use super::{Goal, Learned, Options, Spec, TrainError, folds_by_words, learn};
use crate::Features;
use crate::data::{read_lines, read_pair};
use std::collections::BTreeSet;
use std::path::Path;

/// Rows of (text, label), as the training takes them.
pub(super) type Labelled = Vec<(String, usize)>;

/// A task of the committed model.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is learned, and how.
    pub spec: Spec,
    /// The folders of its rows, below the folder of labelled texts: it learns from `train_*`.
    pub folders: Vec<&'static str>,
    /// The folders whose `val_*` rows it is measured on: no task learns from them.
    pub unseen: Vec<&'static str>,
    /// The voices it must not listen to, because they have learned from its rows.
    pub deaf_to: Vec<&'static str>,
    /// Where its labels come from.
    pub labels: Labels,
}

/// Where the labels of a plan come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// They stand beside the rows.
    Given,
    /// They are derived from other labels: see `awaited`.
    Derived,
}

impl Plan {
    /// Its labelled rows of one split, `train` or `val`, below `folder` in `names`.
    fn rows(&self, folder: &Path, names: &[&str], split: &str) -> Result<Labelled, TrainError> {
        match self.labels {
            Labels::Given => rows(folder, names, split),
            Labels::Derived => awaited::derived(folder, names, split),
        }
    }

    /// The rows it is measured on, which no task learns from.
    ///
    /// # Errors
    /// Files that are missing or not what they should be.
    pub fn unseen_rows(&self, folder: &Path) -> Result<Labelled, TrainError> {
        self.rows(folder, &self.unseen, "val")
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

/// The names of the sentiment labels, by their numbers in the data.
const SENTIMENT: &[&str] = &["negative", "neutral", "positive"];

/// By their numbers in the data.
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

/// The tasks of the committed model. Those that learn from rows below `without` are left out, as
/// are the voices that do; `""` leaves out none.
pub fn plans(without: &str, options: &Options) -> Vec<Plan> {
    let english = |name: &str, labels: &[&str], goal: Goal, folder: &'static str| Plan {
        spec: Spec {
            name: name.to_owned(),
            languages: vec!["en".to_owned()],
            labels: labels.iter().map(|&label| label.to_owned()).collect(),
            goal,
            options: options.clone(),
        },
        folders: vec![folder],
        unseen: vec![folder],
        deaf_to: Vec::new(),
        labels: Labels::Given,
    };
    let (recall, f1) = (Goal::MacroRecall, Goal::MacroF1);
    let mut plans = vec![
        english("sentiment", SENTIMENT, recall, "semeval"),
        english("sentiment_service", SENTIMENT, f1, "airline/sentiment"),
        english("sentiment_multilingual", SENTIMENT, f1, ""),
        english("complaint", &["no_complaint", "complaint"], f1, "complaints"),
        english("needs_answer", &["no_answer", "answer"], f1, ""),
        english("reason", REASONS, f1, "airline/reason"),
        english("offensive", &["not_offensive", "offensive"], f1, "tweeteval/offensive"),
        english("irony", &["no_irony", "irony"], f1, "tweeteval/irony"),
        english("emotion", &["anger", "joy", "optimism", "sadness"], f1, "tweeteval/emotion"),
    ];
    for plan in &mut plans {
        tune(&mut plan.spec);
        match plan.spec.name.as_str() {
            "sentiment" => plan.unseen = vec!["tweeteval/sentiment"],
            "sentiment_service" => plan.deaf_to = vec!["reason"],
            "reason" => plan.deaf_to = vec!["airline"],
            "needs_answer" => {
                plan.folders = awaited::FOLDERS.to_vec();
                // There are no everyday rows of the other split that nothing has learned from.
                plan.unseen = awaited::FOLDERS[..2].to_vec();
                plan.deaf_to = vec!["reason"];
                plan.labels = Labels::Derived;
            }
            "sentiment_multilingual" => {
                plan.folders = XLM_T.to_vec();
                plan.unseen = XLM_T.to_vec();
                // Its Hindi is written in Latin letters; it knows no word in Devanagari.
                let codes = ["ar", "en", "fr", "de", "hi-Latn", "it", "pt", "es"];
                plan.spec.languages = codes.map(str::to_owned).to_vec();
            }
            _ => {}
        }
    }
    // What is derived from several folders goes without one of them, all others do not.
    for plan in plans.iter_mut().filter(|plan| plan.labels == Labels::Derived) {
        plan.folders.retain(|folder| !is_below(folder, without));
        plan.unseen.retain(|folder| !is_below(folder, without));
    }
    plans.retain(|plan| !plan.folders.iter().any(|folder| is_below(folder, without)));
    plans
}

/// What cross-validation found to work for a task, where that differs from [`Options::default`];
/// and its part of the 4 MB that the file may have.
fn tune(spec: &mut Spec) {
    let options = &mut spec.options;
    if matches!(spec.name.as_str(), "sentiment" | "sentiment_multilingual") {
        options.margin.cost = 0.05;
        options.prior_spread = 0.5;
    }
    options.most_columns = match spec.name.as_str() {
        "sentiment" => 200_000,
        "sentiment_multilingual" => 160_000,
        "complaint" | "offensive" => 100_000,
        "sentiment_service" => 90_000,
        _ => 60_000,
    };
}

pub(super) fn is_below(folder: &str, without: &str) -> bool {
    !without.is_empty() && folder.split('/').next() == Some(without)
}

/// What learning needs beside the plans: the folder, what is left out, and what people corrected.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    /// The folder of labelled texts.
    pub folder: &'a Path,
    /// The name of a folder below it that nothing may learn from; `""` leaves out none.
    pub without: &'a str,
    /// Rows that people have corrected, for any of the tasks.
    pub corrections: &'a [Correction],
}

/// Learns every plan. `progress` is told in a line what was done.
///
/// # Errors
/// As [`learn`], and for files that are missing or not what they should be.
pub fn everything(
    sources: &Sources<'_>,
    plans: &[Plan],
    progress: &mut dyn FnMut(String),
) -> Result<Vec<Learned>, TrainError> {
    check_corrections(sources.corrections, plans)?;
    let options = plans.first().map_or_else(Options::default, |plan| plan.spec.options.clone());
    let voices = Voices::read(sources, &Options { margin: VOICE, ..options }, progress)?;
    let mut learned = Vec::with_capacity(plans.len());
    for plan in plans {
        let mut rows = own_rows(sources.folder, plan)?;
        rows.extend(rows_of(sources.corrections, &plan.spec)?);
        let folds = folds_by_words(&rows, plan.spec.options.folds);
        let task = learn(&rows, &plan.spec, &voices.heard_by(plan), &folds)?;
        progress(task.report().to_line());
        learned.push(task);
    }
    Ok(learned)
}

/// The rows that a plan learns from: none that repeats one it is measured on.
///
/// # Errors
/// Files that are missing or not what they should be.
pub fn own_rows(folder: &Path, plan: &Plan) -> Result<Labelled, TrainError> {
    let unseen = Said::by(&rows(folder, &plan.unseen, "val")?);
    let mut own = plan.rows(folder, &plan.folders, "train")?;
    unseen.forget(&mut own);
    Ok(own)
}

/// The same, each beside the source it came from: a line of `train_src.txt` in its folder.
///
/// # Errors
/// Files that are missing or not what they should be.
pub fn own_rows_by_source(
    folder: &Path,
    plan: &Plan,
) -> Result<(Labelled, Vec<String>), TrainError> {
    let unseen = Said::by(&rows(folder, &plan.unseen, "val")?);
    let (mut own, mut sources) = (Vec::new(), Vec::new());
    for name in &plan.folders {
        let lines = read_lines(&folder.join(name).join("train_src.txt"))?;
        for (row, source) in rows(folder, &[name], "train")?.into_iter().zip(lines) {
            if !unseen.holds(&row.0) {
                own.push(row);
                sources.push(source);
            }
        }
    }
    Ok((own, sources))
}

/// What texts say, so that another that says the same is found.
#[derive(Debug, Default)]
pub(super) struct Said(BTreeSet<u64>);

impl Said {
    pub(super) fn by(rows: &[(String, usize)]) -> Said {
        let mut features = Features::new();
        Said(rows.iter().map(|(text, _)| by_words(text, &mut features)).collect())
    }

    fn holds(&self, text: &str) -> bool {
        self.0.contains(&by_words(text, &mut Features::new()))
    }

    /// Takes away the rows that say the same.
    pub(super) fn forget(&self, rows: &mut Labelled) {
        let mut features = Features::new();
        rows.retain(|(text, _)| !self.0.contains(&by_words(text, &mut features)));
    }
}

/// The labelled rows below `folder` of one split: `train` or `val`.
///
/// # Errors
/// Files that are missing or not what they should be.
pub fn rows(folder: &Path, names: &[&str], split: &str) -> Result<Labelled, TrainError> {
    let mut rows = Vec::new();
    for name in names {
        let file = |kind: &str| folder.join(name).join(format!("{split}_{kind}.txt"));
        rows.extend(read_pair(&file("text"), &file("labels"))?);
    }
    Ok(rows)
}

fn check_corrections(corrections: &[Correction], plans: &[Plan]) -> Result<(), TrainError> {
    let stray =
        |correction: &&Correction| !plans.iter().any(|plan| plan.spec.name == correction.task);
    match corrections.iter().find(stray) {
        None => Ok(()),
        Some(Correction { task, label, .. }) => {
            Err(TrainError::UnknownCorrection { task: task.clone(), label: label.clone() })
        }
    }
}
