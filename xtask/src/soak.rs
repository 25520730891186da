//! `cargo xtask soak`: runs the kill tests with many more kills at each point.

use crate::error::TaskError;
use crate::test::with_broker;

/// Kills at each point without `--kills`.
const DEFAULT_KILLS: &str = "50";

/// Runs the kill tests of the Kafka log and of the pipeline.
pub(crate) fn run(arguments: &[&str]) -> Result<(), TaskError> {
    let kills = match arguments {
        [] => DEFAULT_KILLS,
        ["--kills", kills] if kills.parse::<u32>().is_ok_and(|kills| kills > 0) => *kills,
        _ => return Err(TaskError::Usage("`soak` accepts only `--kills NUMBER`".into())),
    };
    println!("== {kills} kills at each point");
    // `kills::` is a test filter: the module of the kill tests in both test binaries.
    let tests = ["--test", "exactly_once", "--test", "integration", "--", "kills::"];
    with_broker(&tests, &[("HARKEN_TEST_KILLS", kills)])
}
