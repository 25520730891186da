//! Assembles learned tasks into one model: lanes side by side, weights quantised.

use super::error::TrainError;
use super::learn::LearnedTask;
use crate::Model;
use crate::model::{ModelParts, Task, WeightTable, quantise};

/// The value of the largest stored weight, in units of the scale.
const MAX_DEQUANTISED: f32 = 127.0 * 127.0;
const MAX_NAME_BYTES: usize = 100;
/// The most lanes of a table.
const MAX_LANES: usize = 256;

/// Assembles a model of these tasks, in this order. `name` and `release` (year and month of the data) are the
/// first parts of its version.
///
/// # Errors
/// Tasks of different widths, with the same name, or too many for a table; names that are too long.
pub fn assemble(name: &str, release: &str, learned: &[LearnedTask]) -> Result<Model, TrainError> {
    check(name, release, learned)?;
    // `check` has made sure that all tasks have the same number of bits.
    let bits = learned.first().map_or(8, |learned| learned.spec.options.bits);
    let lanes = || learned.iter().flat_map(|learned| &learned.merged.weights);
    let scale: Vec<f32> = lanes().map(|weights| scale(weights)).collect();
    let bias = learned.iter().flat_map(|learned| learned.merged.bias.iter().copied()).collect();
    let mut table = WeightTable::empty(bits, scale.clone(), bias);
    for (lane, weights) in lanes().enumerate() {
        for (column, weight) in weights.iter().enumerate() {
            table.set(column, lane, quantise(weight / scale[lane]));
        }
    }
    let tasks = tasks(learned);
    Ok(Model::from_parts(ModelParts {
        name: name.to_owned(),
        release: release.to_owned(),
        tasks,
        table,
    }))
}

fn scale(weights: &[f32]) -> f32 {
    let strongest = weights.iter().map(|weight| weight.abs()).fold(0.0, f32::max);
    // A lane without weights still needs a scale above 0.
    strongest.max(f32::MIN_POSITIVE * MAX_DEQUANTISED) / MAX_DEQUANTISED
}

fn tasks(learned: &[LearnedTask]) -> Vec<Task> {
    let (mut lane, mut output) = (0, 0);
    let task = |learned: &LearnedTask| {
        let LearnedTask { spec, training, validation, merged } = learned;
        let task = Task {
            name: spec.name.clone(),
            languages: spec.languages.clone(),
            labels: spec.labels.clone(),
            training: *training,
            lanes: lane..lane + merged.bias.len(),
            outputs: output..output + spec.labels.len(),
            matrix: validation.calibration.matrix.clone(),
            offset: validation.calibration.offset.clone(),
            divisors: validation.divisors.clone(),
        };
        (lane, output) = (task.lanes.end, task.outputs.end);
        task
    };
    learned.iter().map(task).collect()
}

fn check(name: &str, release: &str, learned: &[LearnedTask]) -> Result<(), TrainError> {
    let specs = || learned.iter().map(|learned| &learned.spec);
    let names = || specs().flat_map(|spec| [&spec.name].into_iter().chain(&spec.labels));
    let widths: Vec<u8> = specs().map(|spec| spec.options.bits).collect();
    let lanes: usize = learned.iter().map(|learned| learned.merged.bias.len()).sum();
    let fits = |name: &str| (1..=MAX_NAME_BYTES).contains(&name.len());
    let mut once: Vec<&String> = specs().map(|spec| &spec.name).collect();
    once.sort_unstable();
    once.dedup();
    let rules = [
        (fits(name) && fits(release), "name", "1 to 100 bytes, like the release"),
        (names().all(|name| fits(name)), "labels", "1 to 100 bytes each, like the task names"),
        (widths.windows(2).all(|pair| pair[0] == pair[1]), "bits", "the same for every task"),
        (
            (1..=MAX_LANES).contains(&lanes),
            "tasks",
            "at least one, with at most 256 lanes in total",
        ),
        (once.len() == learned.len(), "tasks", "of different names"),
    ];
    match rules.into_iter().find(|(holds, _, _)| !holds) {
        Some((_, name, allowed)) => Err(TrainError::Option { name, allowed }),
        None => Ok(()),
    }
}
