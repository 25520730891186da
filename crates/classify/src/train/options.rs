//! What can be chosen about a training, and what was found to work.

use super::{Margin, TrainError};

/// Which learner finds the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learner {
    /// FTRL-proximal by `linfa-ftrl`.
    Ftrl,
    /// Support vector machines by dual coordinate descent.
    Margin,
    /// Logistic regression by `linfa-logistic` on the few thousand columns that tell most.
    Logistic,
    /// The mean of the first two, each levelled to the same spread of scores.
    Both,
}

/// How FTRL learns.
#[derive(Clone, Debug, PartialEq)]
pub struct Ftrl {
    /// Passes over the rows, in each round.
    pub epochs: u32,
    /// How often to learn from the beginning in another order; the weights are averaged.
    pub rounds: u32,
    /// The learning rate α.
    pub alpha: f32,
    /// β.
    pub beta: f32,
    /// λ₁, 0 to 1: weights that earn less stay zero.
    pub l1: f32,
    /// λ₂, 0 to 1.
    pub l2: f32,
}

/// How to train a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The table has 2^bits columns (8 to 20), the same for every task of a file.
    pub bits: u8,
    /// Columns seen in fewer rows than this get no weight from the rows.
    pub fewest_rows: u32,
    /// Which learner finds the weights.
    pub learner: Learner,
    /// How it learns by margins.
    pub margin: Margin,
    /// How it learns by FTRL.
    pub ftrl: Ftrl,
    /// How far the word of each prior spreads over the rows: its standard deviation. What is
    /// louder is cheaper to listen to.
    pub prior_spread: f32,
    /// The rows are cut into so many folds; each is scored by what was learned from the others.
    pub folds: usize,
    /// How many columns the file keeps at most: those that weigh most.
    pub most_columns: usize,
    /// Decides the order of the rows.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            bits: 18,
            fewest_rows: 1,
            learner: Learner::Margin,
            margin: Margin { cost: 0.1, passes: 12, balance: 0.5, emphasis: 0.5 },
            ftrl: Ftrl { epochs: 3, rounds: 2, alpha: 0.5, beta: 0.1, l1: 0.0, l2: 0.0 },
            prior_spread: 0.2,
            folds: 5,
            most_columns: 1 << 18,
            seed: 1,
        }
    }
}

impl Options {
    pub(super) fn check(&self) -> Result<(), TrainError> {
        let Ftrl { epochs, rounds, alpha, beta, l1, l2 } = self.ftrl;
        let Margin { cost, passes, balance, emphasis } = self.margin;
        let positive = |number: f32| number > 0.0 && number.is_finite();
        let rules = [
            ((8..=20).contains(&self.bits), "bits", "8 to 20"),
            ((1..=1000).contains(&epochs), "epochs", "1 to 1000"),
            ((1..=100).contains(&rounds), "rounds", "1 to 100"),
            (positive(alpha), "alpha", "above 0"),
            (beta >= 0.0 && beta.is_finite(), "beta", "0 or more"),
            ((0.0..=1.0).contains(&l1), "l1", "0 to 1"),
            ((0.0..=1.0).contains(&l2), "l2", "0 to 1"),
            (positive(cost), "cost", "above 0"),
            ((1..=1000).contains(&passes), "passes", "1 to 1000"),
            ((0.0..=1.0).contains(&balance), "balance", "0 to 1"),
            ((0.0..=1.0).contains(&emphasis), "emphasis", "0 to 1"),
            (positive(self.prior_spread), "prior_spread", "above 0"),
            ((2..=100).contains(&self.folds), "folds", "2 to 100"),
        ];
        match rules.into_iter().find(|(holds, _, _)| !holds) {
            Some((_, name, allowed)) => Err(TrainError::Option { name, allowed }),
            None => Ok(()),
        }
    }
}
