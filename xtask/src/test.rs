//! `cargo xtask test`: runs every check and test, cheapest first, and stops at the first failure.
//!
//! All steps use one cargo profile, so librdkafka and OpenSSL are compiled once.

use std::fs;
use std::num::NonZero;
use std::thread;
use std::time::Instant;

use testbroker::{BrokerOptions, SHARED_VARIABLE, TestBroker};

use crate::cargo::{cargo, run_to_success};
use crate::deny;
use crate::error::TaskError;
use crate::new_stage;

type TestStep = (&'static str, fn() -> Result<(), TaskError>);

/// All steps in order. `unit` runs the tests inside the crates and their docs, which need no
/// broker; `kafka` runs the integration tests. Together they run every test once.
const STEPS: [TestStep; 7] = [
    ("fmt", fmt),
    ("clippy", clippy),
    ("docs", docs),
    ("deny", deny::check),
    ("new-stage", new_stage::check),
    ("unit", unit),
    ("kafka", kafka),
];

/// Environment variable of libtest for the number of concurrent tests. A value set by the caller
/// wins.
const THREADS_VARIABLE: &str = "RUST_TEST_THREADS";

/// Broker tests mostly wait for sessions and transactions to time out, so two share a core.
const THREADS_PER_CORE: usize = 2;

/// Runs all steps, or only the one named by `--only`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), TaskError> {
    let begin = Instant::now();
    let steps = selected(arguments)?;
    for &(name, step) in steps {
        println!("== {name}");
        let begin = Instant::now();
        let result = step();
        let seconds = begin.elapsed().as_secs_f64();
        let verdict = if result.is_ok() { "ok" } else { "FAILED" };
        println!("== {name}: {verdict} in {seconds:.1} s");
        result.map_err(|error| error.in_step(name))?;
    }
    println!("== all {} steps passed in {:.1} s", steps.len(), begin.elapsed().as_secs_f64());
    Ok(())
}

fn selected(arguments: &[&str]) -> Result<&'static [TestStep], TaskError> {
    let name = match arguments {
        [] => return Ok(&STEPS),
        ["--only", name] => *name,
        _ => return Err(TaskError::Usage("`test` accepts only `--only STEP`".into())),
    };
    let index = STEPS.iter().position(|(step, _)| *step == name);
    match index {
        Some(index) => Ok(&STEPS[index..=index]),
        None => Err(TaskError::Usage(format!("unknown step `{name}`"))),
    }
}

fn fmt() -> Result<(), TaskError> {
    run_to_success(cargo(&["fmt", "--all", "--", "--check"])?)
}

fn clippy() -> Result<(), TaskError> {
    let all = ["clippy", "--workspace", "--all-targets", "--all-features"];
    run_to_success(cargo(&[&all[..], &["--", "-D", "warnings"]].concat())?)?;
    // The build of `cargo demo`: without Kafka and training.
    let demo =
        ["clippy", "--package", "harken", "--no-default-features", "--features", "allocator"];
    run_to_success(cargo(&[&demo[..], &["--", "-D", "warnings"]].concat())?)
}

fn docs() -> Result<(), TaskError> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps"])?;
    doc.env("RUSTDOCFLAGS", "-Dwarnings");
    run_to_success(doc)
}

fn unit() -> Result<(), TaskError> {
    run_to_success(cargo_test(&["--lib", "--bins", "--examples"])?)?;
    run_to_success(cargo_test(&["--doc"])?)
}

fn kafka() -> Result<(), TaskError> {
    with_broker(&["--test", "*"], &[])
}

/// Starts a broker, runs tests against it, and stops it and deletes its data afterwards, also when
/// a test fails.
pub(crate) fn with_broker(targets: &[&str], environment: &[(&str, &str)]) -> Result<(), TaskError> {
    // The kill tests start the `counter` example as a process; `--test` does not build examples.
    let mut example = cargo(&["build", "--workspace", "--example", "counter"])?;
    example.args(fault_features()?);
    run_to_success(example)?;
    let mut test = cargo_test(targets)?;
    let broker = TestBroker::start(BrokerOptions::default())?;
    println!("{SHARED_VARIABLE}={}", broker.bootstrap());
    test.env(SHARED_VARIABLE, broker.bootstrap()).envs(environment.iter().copied());
    if std::env::var_os(THREADS_VARIABLE).is_none() {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        test.env(THREADS_VARIABLE, (cores * THREADS_PER_CORE).to_string());
    }
    run_to_success(test)
}

fn cargo_test(targets: &[&str]) -> Result<std::process::Command, TaskError> {
    let mut test = cargo(&["test", "--workspace"])?;
    test.args(fault_features()?).args(targets);
    Ok(test)
}

/// Cargo arguments that enable the switches of the defences, if the manifest has them. Tests switch
/// a defence off and expect the loss or duplication that it prevents.
fn fault_features() -> Result<&'static [&'static str], TaskError> {
    let path = crate::tree::root()?.join("crates/harken/Cargo.toml");
    let text = fs::read_to_string(&path).map_err(TaskError::io("read", &path))?;
    Ok(if has_faults(&text) { &["--features", "harken/faults"] } else { &[] })
}

fn has_faults(manifest: &str) -> bool {
    let manifest: Option<toml::Table> = manifest.parse().ok();
    manifest.is_some_and(|table| {
        table.get("features").is_some_and(|features| features.get("faults").is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_steps_run_by_default_and_only_selects_one() {
        assert_eq!(selected(&[]).unwrap().len(), STEPS.len());
        let one = selected(&["--only", "deny"]).unwrap();
        assert_eq!(one.len(), 1);
        assert_eq!(one[0].0, "deny");
    }

    #[test]
    fn an_unknown_step_or_argument_is_rejected() {
        for arguments in [&["--only", "everything"][..], &["--only"], &["fmt"]] {
            assert!(matches!(selected(arguments), Err(TaskError::Usage(_))), "{arguments:?}");
        }
    }

    #[test]
    fn the_faults_feature_is_enabled_only_if_the_manifest_declares_it() {
        assert!(has_faults("[features]\nfaults = []\n"));
        assert!(!has_faults("[features]\nother = []\n"));
        assert!(!has_faults("[package]\nname = 'faults'\n"));
    }
}
