//! `cargo xtask bench`: the whole pipeline on a real broker, or what single functions cost.
//!
//! The benches are ordinary ones, `cargo bench` runs them; here it is said which.

use crate::cargo::{cargo, succeed};
use crate::failure::Failure;

/// What measures a function: the arguments for cargo.
const FUNCTIONS: [&[&str]; 7] = [
    &["bench", "--quiet", "-p", "harken", "--bench", "chain"],
    &["bench", "--quiet", "-p", "mention", "--bench", "codec"],
    &["run", "--quiet", "--release", "-p", "dedupe", "--example", "measure"],
    &["bench", "--quiet", "-p", "understanding", "--bench", "understand"],
    &["bench", "--quiet", "-p", "priority", "--bench", "weigh"],
    &["bench", "--quiet", "-p", "escalation", "--bench", "decide"],
    &["bench", "--quiet", "-p", "rules", "--bench", "costs"],
];

const TAKES: &str = "`bench` takes [--quick] [--rounds N] [--json FILE], or --functions";

/// Runs what the arguments ask for.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    if arguments == ["--functions"] {
        return FUNCTIONS.iter().try_for_each(|words| {
            println!("== cargo {}", words.join(" "));
            succeed(cargo(words)?)
        });
    }
    let mut bench = cargo(&["bench", "-p", "harken", "--bench", "pipeline", "--"])?;
    bench.args(passed_on(arguments)?);
    succeed(bench)
}

/// The arguments as the bench takes them: it runs elsewhere, so the file's path is made absolute.
fn passed_on(arguments: &[&str]) -> Result<Vec<String>, Failure> {
    let mut words = Vec::new();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        match (*word, rest.len()) {
            ("--quick", _) => words.push("--quick".to_owned()),
            ("--rounds", 1..) => {
                let rounds = rest.next().copied().unwrap_or_default();
                match rounds.parse::<u32>() {
                    Ok(1..) => words.extend(["--rounds".to_owned(), rounds.to_owned()]),
                    _ => return Err(Failure::Usage(TAKES.into())),
                }
            }
            ("--json", 1..) => {
                let file = rest.next().copied().unwrap_or_default();
                let path = std::path::absolute(file).map_err(Failure::io("find", file.as_ref()))?;
                words.extend(["--json".to_owned(), path.display().to_string()]);
            }
            _ => return Err(Failure::Usage(TAKES.into())),
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_passed_on_with_an_absolute_path() {
        let words = passed_on(&["--json", "/out.json", "--quick", "--rounds", "2"]).unwrap();
        assert_eq!(words, ["--json", "/out.json", "--quick", "--rounds", "2"]);
        let words = passed_on(&["--json", "out.json"]).unwrap();
        assert!(std::path::Path::new(&words[1]).is_absolute());
    }

    #[test]
    fn anything_else_is_refused() {
        let refused = [
            &["--json"][..],
            &["--rounds"],
            &["--rounds", "0"],
            &["--rounds", "many"],
            &["--slow"],
            &["--functions", "--quick"],
        ];
        for arguments in refused {
            assert!(matches!(passed_on(arguments), Err(Failure::Usage(_))), "{arguments:?}");
        }
    }
}
