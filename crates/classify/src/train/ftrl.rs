//! One-against-the-rest FTRL over sparse rows by `linfa-ftrl`, which accepts dense rows only: compacts each
//! mini-batch to the columns that occur in it, builds a model from their state, fits it, and stores the state
//! back. A column costs nothing while it does not occur.

use super::error::TrainError;
use super::ftrl_state::{self, FtrlState};
use super::linear::LinearScorer;
use super::options::{FtrlOptions, TrainOptions};
use super::sparse::SparseRows;
use linfa::ParamGuard;
use linfa::dataset::Dataset;
use linfa::traits::FitWith;
use linfa_ftrl::FtrlError;
use ndarray::{Array1, Array2};
use numeric::random::SplitMix64;

/// Rows per batch. Larger batches learn less per epoch, smaller ones cost more model building.
const BATCH: usize = 32;

type Scorer = linfa_ftrl::Ftrl<f32>;

/// Learns one scorer per lane from the rows with these indices: the mean over the rounds.
pub(super) fn learn(
    rows: &SparseRows,
    learn: &[u32],
    lanes: usize,
    options: &TrainOptions,
) -> Result<Vec<LinearScorer>, TrainError> {
    let mut order = learn.to_vec();
    // Another stream of random numbers than that of `margin`.
    let mut random = SplitMix64::seeded(options.seed ^ 0x5eed);
    let mut sum = vec![LinearScorer::zero(rows.width); lanes];
    let FtrlOptions { rounds, epochs, .. } = options.ftrl;
    for _ in 0..rounds {
        let mut learner = BatchLearner::new(rows, params(&options.ftrl)?, lanes, &options.ftrl);
        for _ in 0..epochs {
            random.shuffle(&mut order);
            for batch in order.chunks(BATCH) {
                learner.fit(batch)?;
            }
        }
        for (sum, linear) in sum.iter_mut().zip(learner.finish()?) {
            sum.add(&linear, 1.0 / rounds as f32);
        }
    }
    Ok(sum)
}

/// The interface of checked `linfa-ftrl` parameters, without the type of their random generator, which
/// continuing a model never uses.
trait FitBatch:
    for<'a> FitWith<
        'a,
        Array2<f32>,
        Array1<bool>,
        FtrlError,
        ObjectIn = Option<Scorer>,
        ObjectOut = Scorer,
    >
{
}

impl<R> FitBatch for R where
    R: for<'a> FitWith<
            'a,
            Array2<f32>,
            Array1<bool>,
            FtrlError,
            ObjectIn = Option<Scorer>,
            ObjectOut = Scorer,
        >
{
}

fn params(options: &FtrlOptions) -> Result<impl FitBatch, TrainError> {
    linfa_ftrl::Ftrl::<f32>::params()
        .alpha(options.alpha)
        .beta(options.beta)
        .l1_ratio(options.l1)
        .l2_ratio(options.l2)
        .check()
        .map_err(|error| TrainError::Linfa(error.to_string()))
}

struct BatchLearner<'a, R> {
    rows: &'a SparseRows,
    options: &'a FtrlOptions,
    rule: R,
    /// (z, n) of each lane, over all columns.
    states: Vec<(Vec<f32>, Vec<f32>)>,
    active: ActiveColumns,
}

impl<'a, R: FitBatch> BatchLearner<'a, R> {
    fn new(rows: &'a SparseRows, rule: R, lanes: usize, options: &'a FtrlOptions) -> Self {
        BatchLearner {
            rows,
            options,
            rule,
            states: vec![(vec![0.0; rows.width], vec![0.0; rows.width]); lanes],
            active: ActiveColumns::new(rows.width),
        }
    }

    fn fit(&mut self, batch: &[u32]) -> Result<(), TrainError> {
        let records = self.active.compact(self.rows, batch);
        let mut dataset = Dataset::new(records, Array1::from_elem(batch.len(), false));
        for lane in 0..self.states.len() {
            dataset.targets = batch.iter().map(|&row| self.rows.sign(row, lane) > 0.0).collect();
            let model = self.load_lane(lane)?;
            let model = self
                .rule
                .fit_with(Some(model), &dataset)
                .map_err(|error| TrainError::Linfa(error.to_string()))?;
            self.store_lane(lane, &model);
        }
        Ok(())
    }

    fn load_lane(&self, lane: usize) -> Result<Scorer, TrainError> {
        let (z, n) = &self.states[lane];
        let pick = |state: &[f32]| -> Vec<f32> {
            self.active.columns.iter().map(|&column| state[column as usize]).collect()
        };
        self.build(&pick(z), &pick(n))
    }

    fn store_lane(&mut self, lane: usize, model: &Scorer) {
        let (z, n) = &mut self.states[lane];
        for (&column, (&new_z, &new_n)) in
            self.active.columns.iter().zip(model.z().iter().zip(model.n()))
        {
            z[column as usize] = new_z;
            n[column as usize] = new_n;
        }
    }

    fn finish(self) -> Result<Vec<LinearScorer>, TrainError> {
        let weigh = |(z, n): &(Vec<f32>, Vec<f32>)| {
            Ok(LinearScorer { weights: self.build(z, n)?.get_weights().to_vec() })
        };
        self.states.iter().map(weigh).collect()
    }

    fn build(&self, z: &[f32], n: &[f32]) -> Result<Scorer, TrainError> {
        let FtrlOptions { alpha, beta, l1, l2, .. } = *self.options;
        ftrl_state::build(&FtrlState { alpha, beta, l1, l2, z, n })
            .map_err(|error| TrainError::Linfa(error.to_string()))
    }
}

/// The columns that occur in the current batch.
struct ActiveColumns {
    columns: Vec<u32>,
    /// By column: its index in `columns`, or `ABSENT`.
    positions: Vec<u32>,
}

impl ActiveColumns {
    const ABSENT: u32 = u32::MAX;

    fn new(width: usize) -> Self {
        ActiveColumns { columns: Vec::new(), positions: vec![Self::ABSENT; width] }
    }

    /// The batch as a dense matrix over the columns that occur in it.
    fn compact(&mut self, rows: &SparseRows, batch: &[u32]) -> Array2<f32> {
        // Resets only what the previous batch set: the vector has one entry per column of the model.
        for column in self.columns.drain(..) {
            self.positions[column as usize] = Self::ABSENT;
        }
        for &row in batch {
            for (column, _) in rows.row(row) {
                let position = &mut self.positions[column as usize];
                if *position == Self::ABSENT {
                    *position = self.columns.len() as u32;
                    self.columns.push(column);
                }
            }
        }
        let mut records = Array2::zeros((batch.len(), self.columns.len()));
        for (at, &row) in batch.iter().enumerate() {
            for (column, value) in rows.row(row) {
                // `+=`: two features of a row may share a column.
                records[[at, self.positions[column as usize] as usize]] += value;
            }
        }
        records
    }
}
