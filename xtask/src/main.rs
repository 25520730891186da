//! The workspace commands. A new command is one module and one line in [`run`].

#![allow(
    clippy::disallowed_methods,
    reason = "developer tool: it times its steps and reads CARGO from the environment"
)]

mod bench;
mod broker;
mod cargo;
mod deny;
mod error;
mod mutants;
mod new_stage;
mod soak;
mod test;
mod tree;

use std::process::ExitCode;

use error::TaskError;

const HELP: &str = "\
Usage: cargo xtask <COMMAND>

Commands:
  test [--only STEP]    Run all checks and tests, or one STEP: fmt, clippy, docs, deny,
                        new-stage, unit, kafka
  mutants [NAME]...     Apply each mutant of tests/mutants.toml; its test must fail
  bench [--quick] [--rounds N] [--json FILE]
                        Measure latency, throughput and cost of the pipeline on a local broker
  bench --functions     Measure codec, dedupe, scoring, priority, routing and rules
  soak [--kills NUMBER] Run the kill tests with NUMBER (default 50) kills at each point
  soak --minutes N [--seed S]
                        Inject random faults and compare every decision with the memory log
  new-stage NAME        Write the crate of a new stage with its fault-injection test
  broker                Run a local Apache Kafka broker until interrupted
  help                  Print this text
";

/// Exit code for an invalid command line: `EX_USAGE` of sysexits.h.
const USAGE: u8 = 64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(TaskError::Usage(text)) => {
            eprint!("{text}\n\n{HELP}");
            ExitCode::from(USAGE)
        }
        Err(error) => {
            eprintln!("xtask: failed to {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), TaskError> {
    match words {
        ["test", rest @ ..] => test::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        ["mutants", names @ ..] => mutants::run(names),
        ["new-stage", rest @ ..] => new_stage::run(rest),
        ["broker"] => broker::run(),
        ["soak", rest @ ..] => soak::run(rest),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        [] => Err(TaskError::Usage("a command is missing".into())),
        [unknown, ..] => Err(TaskError::Usage(format!("unknown command `{unknown}`"))),
    }
}
