//! `cargo xtask bench`: measures the whole pipeline on a real broker, or single functions.
//!
//! The benches themselves are ordinary cargo benches; this module selects them and checks their
//! arguments.

use crate::cargo::{cargo, run_to_success};
use crate::error::TaskError;

/// Cargo arguments of each function benchmark.
const FUNCTION_BENCHES: [&[&str]; 7] = [
    &["bench", "--quiet", "-p", "harken", "--bench", "chain"],
    &["bench", "--quiet", "-p", "mention", "--bench", "codec"],
    &["run", "--quiet", "--release", "-p", "dedupe", "--example", "measure"],
    &["bench", "--quiet", "-p", "understanding", "--bench", "understand"],
    &["bench", "--quiet", "-p", "priority", "--bench", "weigh"],
    &["bench", "--quiet", "-p", "escalation", "--bench", "decide"],
    &["bench", "--quiet", "-p", "rules", "--bench", "costs"],
];

const USAGE: &str = "`bench` accepts [--quick] [--rounds N] [--json FILE], or --functions";

/// Runs the function benchmarks for `--functions`, else the pipeline benchmark.
pub(crate) fn run(arguments: &[&str]) -> Result<(), TaskError> {
    if arguments == ["--functions"] {
        return FUNCTION_BENCHES.iter().try_for_each(|words| {
            println!("== cargo {}", words.join(" "));
            run_to_success(cargo(words)?)
        });
    }
    let mut bench = cargo(&["bench", "-p", "harken", "--bench", "pipeline", "--"])?;
    bench.args(forwarded_arguments(arguments)?);
    run_to_success(bench)
}

/// Checks the arguments of the pipeline benchmark and makes the path of `--json` absolute.
///
/// Cargo runs a bench in the directory of its package, so a relative path would point elsewhere.
fn forwarded_arguments(arguments: &[&str]) -> Result<Vec<String>, TaskError> {
    let mut words = Vec::new();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        // The number of remaining words tells whether an option still has its value.
        match (*word, rest.len()) {
            ("--quick", _) => words.push("--quick".to_owned()),
            ("--rounds", 1..) => {
                let rounds = rest.next().copied().unwrap_or_default();
                match rounds.parse::<u32>() {
                    Ok(1..) => words.extend(["--rounds".to_owned(), rounds.to_owned()]),
                    _ => return Err(TaskError::Usage(USAGE.into())),
                }
            }
            ("--json", 1..) => {
                let file = rest.next().copied().unwrap_or_default();
                let path =
                    std::path::absolute(file).map_err(TaskError::io("find", file.as_ref()))?;
                words.extend(["--json".to_owned(), path.display().to_string()]);
            }
            _ => return Err(TaskError::Usage(USAGE.into())),
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_forwarded_and_the_json_path_becomes_absolute() {
        let words =
            forwarded_arguments(&["--json", "/out.json", "--quick", "--rounds", "2"]).unwrap();
        assert_eq!(words, ["--json", "/out.json", "--quick", "--rounds", "2"]);
        let words = forwarded_arguments(&["--json", "out.json"]).unwrap();
        assert!(std::path::Path::new(&words[1]).is_absolute());
    }

    #[test]
    fn unknown_or_incomplete_arguments_are_rejected() {
        let rejected = [
            &["--json"][..],
            &["--rounds"],
            &["--rounds", "0"],
            &["--rounds", "many"],
            &["--slow"],
            &["--functions", "--quick"],
        ];
        for arguments in rejected {
            assert!(
                matches!(forwarded_arguments(arguments), Err(TaskError::Usage(_))),
                "{arguments:?}"
            );
        }
    }
}
