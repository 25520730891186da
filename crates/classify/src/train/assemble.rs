//! Puts learned tasks into one model: lanes side by side, weights quantised.

use super::{Learned, TrainError};
use crate::Model;
use crate::model::{Parts, Table, Task, step};

/// The step of the strongest weight.
const STRONGEST: f32 = 127.0 * 127.0;
const LONGEST_NAME: usize = 100;
/// Lanes a table may have.
const MOST_LANES: usize = 256;

/// The model of these tasks, in their order. `name` and `release` (year and month of the data)
/// become the first parts of its version.
///
/// # Errors
/// Tasks of other widths, of the same name, or more than a table holds; names that are too long.
pub fn assemble(name: &str, release: &str, learned: &[Learned]) -> Result<Model, TrainError> {
    check(name, release, learned)?;
    let bits = learned.first().map_or(8, |learned| learned.spec.options.bits);
    let lanes = || learned.iter().flat_map(|learned| &learned.folded.weights);
    let scale: Vec<f32> = lanes().map(|weights| scale(weights)).collect();
    let bias = learned.iter().flat_map(|learned| learned.folded.bias.iter().copied()).collect();
    let mut table = Table::empty(bits, scale.clone(), bias);
    for (lane, weights) in lanes().enumerate() {
        for (column, weight) in weights.iter().enumerate() {
            table.set(column, lane, step(weight / scale[lane]));
        }
    }
    let tasks = tasks(learned);
    Ok(Model::of(Parts { name: name.to_owned(), release: release.to_owned(), tasks, table }))
}

fn scale(weights: &[f32]) -> f32 {
    let strongest = weights.iter().map(|weight| weight.abs()).fold(0.0, f32::max);
    strongest.max(f32::MIN_POSITIVE * STRONGEST) / STRONGEST
}

fn tasks(learned: &[Learned]) -> Vec<Task> {
    let (mut lane, mut place) = (0, 0);
    let task = |learned: &Learned| {
        let Learned { spec, training, found, folded } = learned;
        let task = Task {
            name: spec.name.clone(),
            languages: spec.languages.clone(),
            labels: spec.labels.clone(),
            training: *training,
            lanes: lane..lane + folded.bias.len(),
            place: place..place + spec.labels.len(),
            matrix: found.calibration.matrix.clone(),
            offset: found.calibration.offset.clone(),
            handicaps: found.handicaps.clone(),
        };
        (lane, place) = (task.lanes.end, task.place.end);
        task
    };
    learned.iter().map(task).collect()
}

fn check(name: &str, release: &str, learned: &[Learned]) -> Result<(), TrainError> {
    let specs = || learned.iter().map(|learned| &learned.spec);
    let names = || specs().flat_map(|spec| [&spec.name].into_iter().chain(&spec.labels));
    let widths: Vec<u8> = specs().map(|spec| spec.options.bits).collect();
    let lanes: usize = learned.iter().map(|learned| learned.folded.bias.len()).sum();
    let fits = |name: &str| (1..=LONGEST_NAME).contains(&name.len());
    let mut once: Vec<&String> = specs().map(|spec| &spec.name).collect();
    once.sort_unstable();
    once.dedup();
    let rules = [
        (fits(name) && fits(release), "name", "1 to 100 bytes, as must be the release"),
        (names().all(|name| fits(name)), "labels", "1 to 100 bytes each, as must be tasks' names"),
        (widths.windows(2).all(|pair| pair[0] == pair[1]), "bits", "the same for every task"),
        ((1..=MOST_LANES).contains(&lanes), "tasks", "at least one, with 256 lanes at most"),
        (once.len() == learned.len(), "tasks", "of different names"),
    ];
    match rules.into_iter().find(|(holds, _, _)| !holds) {
        Some((_, name, allowed)) => Err(TrainError::Option { name, allowed }),
        None => Ok(()),
    }
}
