//! Reads the written cases in `tests/cases`.

use std::path::Path;

/// The tab-separated fields of each line, without comments.
pub(crate) fn lines(file: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// True positives, false positives and false negatives of one binary decision.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ConfusionCounts {
    pub(crate) true_positives: u32,
    pub(crate) false_positives: u32,
    pub(crate) false_negatives: u32,
}

impl ConfusionCounts {
    pub(crate) fn add(&mut self, actual: bool, predicted: bool) {
        self.true_positives += u32::from(actual && predicted);
        self.false_positives += u32::from(!actual && predicted);
        self.false_negatives += u32::from(actual && !predicted);
    }

    pub(crate) fn precision(&self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    pub(crate) fn recall(&self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    pub(crate) fn f1(&self) -> f64 {
        share(
            2 * self.true_positives,
            2 * self.true_positives + self.false_positives + self.false_negatives,
        )
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}
