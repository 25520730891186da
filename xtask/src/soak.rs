//! `cargo xtask soak`: runs the kill tests with many more kills at each point, or random faults for a
//! number of minutes.

use crate::error::TaskError;
use crate::test::with_broker;

/// Kills at each point without `--kills`.
const DEFAULT_KILLS: &str = "50";

const USAGE: &str = "`soak` accepts `--kills NUMBER`, or `--minutes NUMBER` with `--seed NUMBER`";

/// Runs the kill tests of the Kafka log and of the pipeline, or the test of random faults.
pub(crate) fn run(arguments: &[&str]) -> Result<(), TaskError> {
    match arguments {
        [] => kill(DEFAULT_KILLS),
        ["--kills", kills] if is_number(kills) => kill(kills),
        ["--minutes", minutes] if is_number(minutes) => inject_faults(minutes, "1"),
        ["--minutes", minutes, "--seed", seed] | ["--seed", seed, "--minutes", minutes]
            if is_number(minutes) && is_number(seed) =>
        {
            inject_faults(minutes, seed)
        }
        _ => Err(TaskError::Usage(USAGE.into())),
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<u32>().is_ok_and(|number| number > 0)
}

fn kill(kills: &str) -> Result<(), TaskError> {
    println!("== {kills} kills at each point");
    // `kills::` is a test filter: the module of the kill tests in both test binaries.
    let tests = ["--test", "exactly_once", "--test", "integration", "--", "kills::"];
    with_broker(&tests, &[("HARKEN_TEST_KILLS", kills)])
}

fn inject_faults(minutes: &str, seed: &str) -> Result<(), TaskError> {
    println!("== random faults for {minutes} minutes, seed {seed}");
    let tests = ["--test", "integration", "--", "soak::", "--nocapture"];
    let environment = [("HARKEN_TEST_SOAK_MINUTES", minutes), ("HARKEN_TEST_SOAK_SEED", seed)];
    with_broker(&tests, &environment)
}
