//! One-against-the-rest FTRL over sparse rows by `linfa-ftrl`, which knows only dense ones: each
//! small batch is compacted to the columns that appear in it, a model is built from their state,
//! fitted, and its state scattered back. A column costs nothing while it does not appear.

use super::linear::Linear;
use super::slices::{self, State};
use super::sparse::Rows;
use super::{Ftrl, Options, TrainError};
use crate::random::Random;
use linfa::ParamGuard;
use linfa::dataset::Dataset;
use linfa::traits::FitWith;
use linfa_ftrl::FtrlError;
use ndarray::{Array1, Array2};

/// Rows a batch: larger ones learn less an epoch, smaller ones cost more building.
const BATCH: usize = 32;

type Scorer = linfa_ftrl::Ftrl<f32>;

/// Learns one linear scorer a lane from the rows numbered in `learn`: the mean over the rounds.
pub(super) fn learn(
    rows: &Rows,
    learn: &[u32],
    lanes: usize,
    options: &Options,
) -> Result<Vec<Linear>, TrainError> {
    let mut order = learn.to_vec();
    let mut random = Random::seeded(options.seed ^ 0x5eed);
    let mut sum = vec![Linear::nothing(rows.width); lanes];
    let Ftrl { rounds, epochs, .. } = options.ftrl;
    for _ in 0..rounds {
        let mut learner = Learner::new(rows, rule(&options.ftrl)?, lanes, &options.ftrl);
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

/// What `linfa-ftrl` offers once its parameters are checked, without naming its random generator,
/// which a model that continues never uses.
trait Rule:
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

impl<R> Rule for R where
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

fn rule(options: &Ftrl) -> Result<impl Rule, TrainError> {
    linfa_ftrl::Ftrl::<f32>::params()
        .alpha(options.alpha)
        .beta(options.beta)
        .l1_ratio(options.l1)
        .l2_ratio(options.l2)
        .check()
        .map_err(|error| TrainError::Linfa(error.to_string()))
}

struct Learner<'a, R> {
    rows: &'a Rows,
    options: &'a Ftrl,
    rule: R,
    /// z and n of each lane, over all columns.
    states: Vec<(Vec<f32>, Vec<f32>)>,
    active: Active,
}

impl<'a, R: Rule> Learner<'a, R> {
    fn new(rows: &'a Rows, rule: R, lanes: usize, options: &'a Ftrl) -> Self {
        Learner {
            rows,
            options,
            rule,
            states: vec![(vec![0.0; rows.width], vec![0.0; rows.width]); lanes],
            active: Active::new(rows.width),
        }
    }

    fn fit(&mut self, batch: &[u32]) -> Result<(), TrainError> {
        let records = self.active.compact(self.rows, batch);
        let mut dataset = Dataset::new(records, Array1::from_elem(batch.len(), false));
        for lane in 0..self.states.len() {
            dataset.targets = batch.iter().map(|&row| self.rows.sign(row, lane) > 0.0).collect();
            let model = self.gather(lane)?;
            let model = self
                .rule
                .fit_with(Some(model), &dataset)
                .map_err(|error| TrainError::Linfa(error.to_string()))?;
            self.scatter(lane, &model);
        }
        Ok(())
    }

    fn gather(&self, lane: usize) -> Result<Scorer, TrainError> {
        let (z, n) = &self.states[lane];
        let pick = |state: &[f32]| -> Vec<f32> {
            self.active.columns.iter().map(|&column| state[column as usize]).collect()
        };
        self.build(&pick(z), &pick(n))
    }

    fn scatter(&mut self, lane: usize, model: &Scorer) {
        let (z, n) = &mut self.states[lane];
        for (&column, (&new_z, &new_n)) in
            self.active.columns.iter().zip(model.z().iter().zip(model.n()))
        {
            z[column as usize] = new_z;
            n[column as usize] = new_n;
        }
    }

    fn finish(self) -> Result<Vec<Linear>, TrainError> {
        let weigh = |(z, n): &(Vec<f32>, Vec<f32>)| {
            Ok(Linear { weights: self.build(z, n)?.get_weights().to_vec() })
        };
        self.states.iter().map(weigh).collect()
    }

    fn build(&self, z: &[f32], n: &[f32]) -> Result<Scorer, TrainError> {
        let Ftrl { alpha, beta, l1, l2, .. } = *self.options;
        slices::build(&State { alpha, beta, l1, l2, z, n })
            .map_err(|error| TrainError::Linfa(error.to_string()))
    }
}

/// The columns that appear in the batch at hand.
struct Active {
    columns: Vec<u32>,
    /// Of every column: its place in `columns`, or `NOWHERE`.
    places: Vec<u32>,
}

impl Active {
    const NOWHERE: u32 = u32::MAX;

    fn new(width: usize) -> Self {
        Active { columns: Vec::new(), places: vec![Self::NOWHERE; width] }
    }

    /// The batch as a dense matrix over the columns that appear in it.
    fn compact(&mut self, rows: &Rows, batch: &[u32]) -> Array2<f32> {
        for column in self.columns.drain(..) {
            self.places[column as usize] = Self::NOWHERE;
        }
        for &row in batch {
            for (column, _) in rows.row(row) {
                let place = &mut self.places[column as usize];
                if *place == Self::NOWHERE {
                    *place = self.columns.len() as u32;
                    self.columns.push(column);
                }
            }
        }
        let mut records = Array2::zeros((batch.len(), self.columns.len()));
        for (at, &row) in batch.iter().enumerate() {
            for (column, value) in rows.row(row) {
                records[[at, self.places[column as usize] as usize]] += value;
            }
        }
        records
    }
}
