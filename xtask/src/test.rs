//! `cargo xtask test`: every check and every test, cheapest first, until one fails.
//!
//! All of it is one profile, so that librdkafka and OpenSSL are compiled once.

use std::fs;
use std::num::NonZero;
use std::thread;
use std::time::Instant;

use testbroker::{Broker, Options, SHARED_VARIABLE};

use crate::cargo::{cargo, succeed};
use crate::deny;
use crate::failure::Failure;

type Step = (&'static str, fn() -> Result<(), Failure>);

/// Everything, in order. `unit` and `kafka` together are all tests, each once: `unit` those that
/// need no broker (in the crates and in their docs), `kafka` the integration tests.
const STEPS: [Step; 6] = [
    ("fmt", fmt),
    ("clippy", clippy),
    ("docs", docs),
    ("deny", deny::check),
    ("unit", unit),
    ("kafka", kafka),
];

/// How many tests run side by side, unless the caller has said so.
const THREADS_VARIABLE: &str = "RUST_TEST_THREADS";

/// Tests beside a broker wait for sessions and transactions to run out, most of their time.
const THREADS_A_CORE: usize = 2;

/// Runs all steps, or the one that `--only` names.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let begin = Instant::now();
    let steps = chosen(arguments)?;
    for &(name, step) in steps {
        println!("== {name}");
        let begin = Instant::now();
        let result = step();
        let seconds = begin.elapsed().as_secs_f64();
        let verdict = if result.is_ok() { "ok" } else { "FAILED" };
        println!("== {name}: {verdict} in {seconds:.1} s");
        result.map_err(|failure| failure.in_step(name))?;
    }
    println!("== all {} steps passed in {:.1} s", steps.len(), begin.elapsed().as_secs_f64());
    Ok(())
}

fn chosen(arguments: &[&str]) -> Result<&'static [Step], Failure> {
    let name = match arguments {
        [] => return Ok(&STEPS),
        ["--only", name] => *name,
        _ => return Err(Failure::Usage("`test` takes `--only STEP` and nothing else".into())),
    };
    let index = STEPS.iter().position(|(step, _)| *step == name);
    match index {
        Some(index) => Ok(&STEPS[index..=index]),
        None => Err(Failure::Usage(format!("unknown step `{name}`"))),
    }
}

fn fmt() -> Result<(), Failure> {
    succeed(cargo(&["fmt", "--all", "--", "--check"])?)
}

fn clippy() -> Result<(), Failure> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--all-features"];
    succeed(cargo(&[&arguments[..], &["--", "-D", "warnings"]].concat())?)
}

fn docs() -> Result<(), Failure> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps"])?;
    doc.env("RUSTDOCFLAGS", "-Dwarnings");
    succeed(doc)
}

fn unit() -> Result<(), Failure> {
    succeed(cargo_test(&["--lib", "--bins", "--examples"])?)?;
    succeed(cargo_test(&["--doc"])?)
}

fn kafka() -> Result<(), Failure> {
    with_broker(&["--test", "*"], &[])
}

/// Runs tests beside a broker; it ends, and its data goes, when they have ended, whichever way.
pub(crate) fn with_broker(targets: &[&str], environment: &[(&str, &str)]) -> Result<(), Failure> {
    // The smallest stage on Kafka is an example, which a test run by name does not build.
    let mut example = cargo(&["build", "--workspace", "--example", "counter"])?;
    example.args(fault_features()?);
    succeed(example)?;
    let mut test = cargo_test(targets)?;
    let broker = Broker::start(Options::default())?;
    println!("{SHARED_VARIABLE}={}", broker.bootstrap());
    test.env(SHARED_VARIABLE, broker.bootstrap()).envs(environment.iter().copied());
    if std::env::var_os(THREADS_VARIABLE).is_none() {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        test.env(THREADS_VARIABLE, (cores * THREADS_A_CORE).to_string());
    }
    succeed(test)
}

fn cargo_test(targets: &[&str]) -> Result<std::process::Command, Failure> {
    let mut test = cargo(&["test", "--workspace"])?;
    test.args(fault_features()?).args(targets);
    Ok(test)
}

/// The switches that break a defence on purpose, for the tests that show what it is for.
fn fault_features() -> Result<&'static [&'static str], Failure> {
    let path = crate::tree::root()?.join("crates/harken/Cargo.toml");
    let text = fs::read_to_string(&path).map_err(Failure::io("read", &path))?;
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
    fn without_arguments_all_steps_are_chosen_and_with_only_one_is() {
        assert_eq!(chosen(&[]).unwrap().len(), STEPS.len());
        let one = chosen(&["--only", "deny"]).unwrap();
        assert_eq!(one.len(), 1);
        assert_eq!(one[0].0, "deny");
    }

    #[test]
    fn an_unknown_step_or_argument_is_refused() {
        for arguments in [&["--only", "everything"][..], &["--only"], &["fmt"]] {
            assert!(matches!(chosen(arguments), Err(Failure::Usage(_))), "{arguments:?}");
        }
    }

    #[test]
    fn faults_are_switched_on_where_the_manifest_names_them() {
        assert!(has_faults("[features]\nfaults = []\n"));
        assert!(!has_faults("[features]\nother = []\n"));
        assert!(!has_faults("[package]\nname = 'faults'\n"));
    }
}
