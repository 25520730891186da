//! The settings of a training, with defaults chosen by cross-validation.

use super::error::TrainError;

/// The learner of the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learner {
    /// FTRL-proximal by `linfa-ftrl`.
    Ftrl,
    /// Support vector machines by dual coordinate descent.
    Margin,
    /// Logistic regression by `linfa-logistic` on the few thousand most discriminative columns.
    Logistic,
    /// The mean of the first two, each scaled to scores of standard deviation 1.
    Both,
}

/// The settings of learning by margins.
#[derive(Clone, Debug, PartialEq)]
pub struct MarginOptions {
    /// C: the cost of a row inside the margin, against the length of the weights.
    pub cost: f32,
    /// Passes over the rows.
    pub passes: u32,
    /// The extra cost of rows with rare labels: 0 for none, 1 for equal total cost of all labels.
    pub balance: f32,
    /// The preference for columns that separate the labels by themselves, by their log-count ratio
    /// (Wang, Manning: "Baselines and Bigrams", 2012): 0 for none, 1 for all of it.
    pub emphasis: f32,
}

/// The settings of FTRL.
#[derive(Clone, Debug, PartialEq)]
pub struct FtrlOptions {
    /// Passes over the rows per round.
    pub epochs: u32,
    /// The number of independent runs, each in another row order; their weights are averaged.
    pub rounds: u32,
    /// The learning rate α.
    pub alpha: f32,
    /// β.
    pub beta: f32,
    /// λ₁, 0 to 1: smaller weights become zero.
    pub l1: f32,
    /// λ₂, 0 to 1.
    pub l2: f32,
}

/// The settings of the training of a task.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainOptions {
    /// The table has 2^bits columns (8 to 20), the same for every task of a file.
    pub bits: u8,
    /// Columns in fewer rows than this get no weight from the rows.
    pub min_rows: u32,
    /// The learner of the weights.
    pub learner: Learner,
    /// The settings of [`Learner::Margin`].
    pub margin: MarginOptions,
    /// The settings of [`Learner::Ftrl`].
    pub ftrl: FtrlOptions,
    /// The standard deviation to which the scores of each prior are scaled. With larger scores a prior
    /// needs a smaller weight, which is cheaper.
    pub prior_spread: f32,
    /// The number of folds of cross-validation.
    pub folds: usize,
    /// The most columns that the file keeps: those with the largest weights.
    pub max_columns: usize,
    /// The seed of the row order.
    pub seed: u64,
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions {
            bits: 18,
            min_rows: 1,
            learner: Learner::Margin,
            margin: MarginOptions { cost: 0.1, passes: 12, balance: 0.5, emphasis: 0.5 },
            ftrl: FtrlOptions { epochs: 3, rounds: 2, alpha: 0.5, beta: 0.1, l1: 0.0, l2: 0.0 },
            prior_spread: 0.2,
            folds: 5,
            max_columns: 1 << 18,
            seed: 1,
        }
    }
}

impl TrainOptions {
    pub(super) fn check(&self) -> Result<(), TrainError> {
        let FtrlOptions { epochs, rounds, alpha, beta, l1, l2 } = self.ftrl;
        let MarginOptions { cost, passes, balance, emphasis } = self.margin;
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
