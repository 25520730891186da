//! What can be chosen about a training, and what was found to work.

use super::{Prior, TrainError};

/// How to train. `Options::default()` is what the committed sentiment model uses, without priors.
#[derive(Clone, Debug)]
pub struct Options {
    /// The task's name, the first part of the model's version.
    pub name: String,
    /// The release, the second part of the model's version: year and month of the data.
    pub release: String,
    /// The model has 2^bits columns (8 to 19: a file stays below 4 MB with three labels).
    pub bits: u8,
    /// Columns seen in fewer rows than this get no weight.
    pub fewest_rows: u32,
    /// Passes over the rows, in each round.
    pub epochs: u32,
    /// How often to learn from the beginning in another order; the weights are averaged.
    pub rounds: u32,
    /// FTRL's learning rate α.
    pub alpha: f32,
    /// FTRL's β.
    pub beta: f32,
    /// FTRL's λ₁, 0 to 1: weights that earn less stay zero.
    pub l1: f32,
    /// FTRL's λ₂, 0 to 1.
    pub l2: f32,
    /// The share of rows kept apart for calibration, above 0 and at most a half.
    pub kept_apart: f32,
    /// What other sources say about columns.
    pub priors: Vec<Prior>,
    /// Decides the order of the rows and which are kept apart.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            name: "sentiment".to_owned(),
            release: "2026.11".to_owned(),
            bits: 19,
            fewest_rows: 1,
            epochs: 3,
            rounds: 3,
            alpha: 0.5,
            beta: 0.1,
            l1: 0.0,
            l2: 0.0,
            kept_apart: 0.1,
            priors: Vec::new(),
            seed: 1,
        }
    }
}

impl Options {
    /// A label with fewer rows cannot be learned and calibrated.
    pub(super) const FEWEST_ROWS: usize = 4;
    const LONGEST_NAME: usize = 100;

    pub(super) fn check(&self) -> Result<(), TrainError> {
        let names = [&self.name, &self.release];
        let rules = [
            (
                names.iter().all(|name| (1..=Self::LONGEST_NAME).contains(&name.len())),
                "name",
                "1 to 100 bytes, as must be the release",
            ),
            ((8..=19).contains(&self.bits), "bits", "8 to 19"),
            ((1..=1000).contains(&self.epochs), "epochs", "1 to 1000"),
            (self.alpha > 0.0 && self.alpha.is_finite(), "alpha", "above 0"),
            (self.beta >= 0.0 && self.beta.is_finite(), "beta", "0 or more"),
            ((0.0..=1.0).contains(&self.l1), "l1", "0 to 1"),
            ((0.0..=1.0).contains(&self.l2), "l2", "0 to 1"),
            (self.kept_apart > 0.0 && self.kept_apart <= 0.5, "kept_apart", "above 0, at most 0.5"),
            ((1..=100).contains(&self.rounds), "rounds", "1 to 100"),
            (
                self.priors.iter().all(|prior| prior.bits == self.bits),
                "priors",
                "made for as many bits",
            ),
        ];
        match rules.into_iter().find(|(holds, _, _)| !holds) {
            Some((_, name, allowed)) => Err(TrainError::Option { name, allowed }),
            None => Ok(()),
        }
    }
}
