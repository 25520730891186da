//! The commands of the workspace. A new one is one line here and one module beside it.

#![allow(
    clippy::disallowed_methods,
    reason = "an edge: it measures how long its steps take and reads where cargo is"
)]

mod bench;
mod broker;
mod cargo;
mod deny;
mod failure;
mod mutants;
mod soak;
mod test;
mod tree;

use std::process::ExitCode;

use failure::Failure;

const HELP: &str = "\
Usage: cargo xtask <COMMAND>

Commands:
  test [--only STEP]    every check and test; a STEP is fmt, clippy, docs, deny, unit or kafka
  mutants [NAME]...     break the code as tests/mutants.toml says; each time a test must fail
  bench [--quick] [--rounds N] [--json FILE]
                        latency, throughput and cost of the pipeline on a broker of its own
  bench --functions     what the codec, dedupe, scoring, priority and routing cost
  soak [--kills NUMBER] the kill tests with 50 kills at each point
  broker                boots an Apache Kafka to try things on, until it is interrupted
  help                  this text
";

/// The exit code for a call that is not understood.
const USAGE: u8 = 64;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(text)) => {
            eprint!("{text}\n\n{HELP}");
            ExitCode::from(USAGE)
        }
        Err(failure) => {
            eprintln!("xtask: failed to {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), Failure> {
    match words {
        ["test", rest @ ..] => test::run(rest),
        ["bench", rest @ ..] => bench::run(rest),
        ["mutants", names @ ..] => mutants::run(names),
        ["broker"] => broker::run(),
        ["soak", rest @ ..] => soak::run(rest),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        [] => Err(Failure::Usage("a command is missing".into())),
        [unknown, ..] => Err(Failure::Usage(format!("unknown command `{unknown}`"))),
    }
}
