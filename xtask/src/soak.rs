//! `cargo xtask soak`: the kill tests again, with many more kills at each point.

use crate::failure::Failure;
use crate::test::with_broker;

/// How many kills at each point, unless the call says otherwise.
const KILLS: &str = "50";

/// Runs the kill tests of the log and of the pipeline.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let kills = match arguments {
        [] => KILLS,
        ["--kills", kills] if kills.parse::<u32>().is_ok_and(|kills| kills > 0) => *kills,
        _ => return Err(Failure::Usage("`soak` takes `--kills NUMBER` and nothing else".into())),
    };
    println!("== {kills} kills at each point");
    let tests = ["--test", "exactly_once", "--test", "integration", "--", "kills::"];
    with_broker(&tests, &[("HARKEN_TEST_KILLS", kills)])
}
