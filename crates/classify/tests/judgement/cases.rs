//! Reads the written cases beside these tests.

use std::path::Path;

/// A line of a file of cases, without its head.
pub(crate) fn lines(file: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// True positives, false positives and false negatives of one yes-or-no decision.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) right: u32,
    pub(crate) too_much: u32,
    pub(crate) missed: u32,
}

impl Count {
    pub(crate) fn add(&mut self, is: bool, said: bool) {
        self.right += u32::from(is && said);
        self.too_much += u32::from(!is && said);
        self.missed += u32::from(is && !said);
    }

    pub(crate) fn precision(&self) -> f64 {
        share(self.right, self.right + self.too_much)
    }

    pub(crate) fn recall(&self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    pub(crate) fn f1(&self) -> f64 {
        share(2 * self.right, 2 * self.right + self.too_much + self.missed)
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}
