//! `cargo xtask mutants`: applies the deliberate faults of `tests/mutants.toml` one at a time and
//! checks that the named test fails.
//!
//! Works on a copy of the tree with a separate target directory. Runs each test on the unchanged
//! copy first, because a test that fails there proves nothing. A mutant that does not compile
//! proves nothing either.

mod copy;
mod list;
mod trial;

use testbroker::{BrokerOptions, TestBroker};

use crate::error::TaskError;
use crate::tree;
use copy::TreeCopy;
use list::Mutant;
use trial::{MutantVerdict, TrialRunner};

/// Tries the mutants with these names, or all mutants without names.
pub(crate) fn run(names: &[&str]) -> Result<(), TaskError> {
    let root = tree::root()?;
    let mutants = list::read(&root.join("tests/mutants.toml"), names)?;
    let copy = TreeCopy::refresh(&root)?;
    let broker = TestBroker::start(BrokerOptions::default())?;
    let bench = TrialRunner::new(&copy, &root, broker.bootstrap());

    check_baselines(&bench, &mutants)?;
    let mut rows = Vec::new();
    for mutant in &mutants {
        println!("== {}", mutant.name);
        let original = copy.read(&mutant.file)?;
        let verdict = match mutant.apply(&original) {
            Ok(broken) => {
                copy.write(&mutant.file, &broken)?;
                let verdict = bench.try_test(&mutant.test);
                // Restore before an error ends the run, so that the next mutant starts clean.
                copy.write(&mutant.file, &original)?;
                verdict?
            }
            Err(problem) => MutantVerdict::NotApplied(problem),
        };
        rows.push((mutant, verdict));
    }
    report(&rows)
}

/// Runs every test on the unchanged code; each must pass.
fn check_baselines(bench: &TrialRunner, mutants: &[Mutant]) -> Result<(), TaskError> {
    let mut tests: Vec<&str> = mutants.iter().map(|mutant| mutant.test.as_str()).collect();
    tests.sort_unstable();
    tests.dedup();
    for test in tests {
        println!("== baseline: cargo test {test}");
        if bench.try_test(test)? != MutantVerdict::Survived {
            return Err(TaskError::Command(format!("cargo test {test}")).in_step("baseline"));
        }
    }
    Ok(())
}

fn report(rows: &[(&Mutant, MutantVerdict)]) -> Result<(), TaskError> {
    let width = rows.iter().map(|(mutant, _)| mutant.name.len()).max().unwrap_or(0);
    println!();
    for (mutant, verdict) in rows {
        println!("{:width$}  {:<42}  cargo test {}", mutant.name, verdict.text(), mutant.test);
    }
    let survivors: Vec<String> = rows
        .iter()
        .filter(|(_, verdict)| !verdict.is_caught())
        .map(|(mutant, _)| mutant.name.clone())
        .collect();
    println!("\n{} mutants, {} not caught", rows.len(), survivors.len());
    if survivors.is_empty() { Ok(()) } else { Err(TaskError::Survivors(survivors)) }
}
