//! `harken run`: runs stages on Kafka.

use pipeline::config::Config;
use pipeline::kafka_runner::{self, IngestInput, RunPlan};
use pipeline::stages;

use crate::CommandError;
use crate::cli::{ALL, INGEST, RunArgs};

/// `harken run`
///
/// # Errors
/// As [`kafka_runner::run`].
pub fn command(args: &RunArgs, config: &Config) -> Result<(), CommandError> {
    kafka_runner::run(&plan(args), config)
}

fn plan(args: &RunArgs) -> RunPlan {
    let is_requested = |name: &str| args.stages.iter().any(|stage| stage == name || stage == ALL);
    let input = match &args.input {
        Some(path) => IngestInput::File(path.clone(), args.format.into()),
        None => IngestInput::Http,
    };
    RunPlan {
        stages: stages::TABLE.iter().filter(|row| is_requested(row.name)).collect(),
        ingest: is_requested(INGEST).then_some(input),
    }
}
