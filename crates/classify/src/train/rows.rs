//! Labelled rows: reading them, dividing them into folds, removing repeated texts.

use super::error::TrainError;
use crate::Features;
use crate::data::read_pair;
use std::collections::BTreeSet;
use std::path::Path;
use text::Text;
use xxhash_rust::xxh3::xxh3_64;

/// Rows of (text, label number).
pub(super) type LabelledRows = Vec<(String, usize)>;

/// Reads the labelled rows of one split, `train` or `val`, from the folders `names` below `folder`.
///
/// # Errors
/// Files that are missing or invalid.
pub fn rows(folder: &Path, names: &[&str], split: &str) -> Result<LabelledRows, TrainError> {
    let mut rows = Vec::new();
    for name in names {
        let file = |kind: &str| folder.join(name).join(format!("{split}_{kind}.txt"));
        rows.extend(read_pair(&file("text"), &file("labels"))?);
    }
    Ok(rows)
}

/// The fold of each row, by the words of its text, so that reposts share a fold.
pub fn folds_by_words(rows: &[(String, usize)], folds: usize) -> Vec<usize> {
    let mut features = Features::new();
    let fold =
        |text: &String| (word_fingerprint(text, &mut features) % folds.max(1) as u64) as usize;
    rows.iter().map(|(text, _)| text).map(fold).collect()
}

/// The fingerprints of a set of texts, to find texts with the same words.
#[derive(Debug, Default)]
pub(super) struct TextFingerprints(BTreeSet<u64>);

impl TextFingerprints {
    pub(super) fn of(rows: &[(String, usize)]) -> TextFingerprints {
        let mut features = Features::new();
        TextFingerprints(
            rows.iter().map(|(text, _)| word_fingerprint(text, &mut features)).collect(),
        )
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        self.0.contains(&word_fingerprint(text, &mut Features::new()))
    }

    /// Removes the rows whose text has the words of a text of this set.
    pub(super) fn remove_from(&self, rows: &mut LabelledRows) {
        let mut features = Features::new();
        rows.retain(|(text, _)| !self.0.contains(&word_fingerprint(text, &mut features)));
    }
}

/// A hash that is equal for texts with the same words and word pairs, whatever their URLs, handles and
/// case. `features` is a buffer.
fn word_fingerprint(text: &str, features: &mut Features) -> u64 {
    features.extract(&Text::of(text));
    // Only the words block: parts of words add nothing, and the features already ignore URLs and handles.
    let [(words, _), _] = features.blocks();
    let bytes: Vec<u8> = words.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    xxh3_64(&bytes)
}
