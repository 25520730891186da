//! How the committed sentiment model is made from a folder of labelled texts.

use super::{Options, Prior, TrainError, train};
use crate::Model;
use crate::data::{read_lexicon, read_pair};
use std::path::Path;

/// The names of the sentiment labels, by their numbers in the data.
const SENTIMENT: [&str; 3] = ["negative", "neutral", "positive"];

const LEXICONS: [&str; 2] = ["vader_lexicon.txt", "AFINN_AFINN-en-165.txt"];

/// Folders of other labelled texts and how many labels each has.
const NEIGHBOURS: [(&str, usize); 5] = [
    ("tweeteval/emoji", 20),
    ("tweeteval/emotion", 4),
    ("tweeteval/irony", 2),
    ("tweeteval/offensive", 2),
    ("tse", 3),
];

/// Rows of (text, label), as the training takes them.
type Labelled = Vec<(String, usize)>;

/// The rows the sentiment model learns from: `semeval/train_*` below `folder`.
///
/// # Errors
/// Files that are missing or not what they should be.
pub fn sentiment_data(folder: &Path) -> Result<Labelled, TrainError> {
    let folder = folder.join("semeval");
    Ok(read_pair(&folder.join("train_text.txt"), &folder.join("train_labels.txt"))?)
}

/// Trains the sentiment model from the folder of labelled texts: SemEval rows, two lexicons, and
/// what models of five neighbouring tasks say.
///
/// # Errors
/// As [`train`], and for files that are missing or not what they should be.
pub fn sentiment(
    folder: &Path,
    options: &Options,
    progress: &mut dyn FnMut(String),
) -> Result<Model, TrainError> {
    let rows = sentiment_data(folder)?;
    let mut options = options.clone();
    options.priors.extend(lexicons(folder, options.bits)?);
    for (task, labels) in NEIGHBOURS {
        progress(format!("neighbouring task {task}"));
        options.priors.extend(neighbour(&folder.join(task), labels, &options, progress)?);
    }
    train(&rows, &SENTIMENT, &options, progress)
}

fn lexicons(folder: &Path, bits: u8) -> Result<Vec<Prior>, TrainError> {
    let folder = folder.join("lexicons");
    let read = |name: &&str| Ok(Prior::from_lexicon(&read_lexicon(&folder.join(name))?, bits));
    LEXICONS.iter().map(read).collect()
}

fn neighbour(
    folder: &Path,
    labels: usize,
    options: &Options,
    progress: &mut dyn FnMut(String),
) -> Result<Vec<Prior>, TrainError> {
    let rows = read_pair(&folder.join("train_text.txt"), &folder.join("train_labels.txt"))?;
    let options = Options { priors: Vec::new(), rounds: 1, ..options.clone() };
    Prior::from_task(&rows, labels, &options, progress)
}
