//! `cargo xtask mutants`: breaks the code on purpose, one line at a time, and demands that a test
//! notices.
//!
//! It works on a copy of the tree with a target directory of its own. Each test is first run on the
//! unbroken copy: one that fails there proves nothing. A mutant that does not compile proves nothing
//! either.

mod copy;
mod list;
mod trial;

use testbroker::{Broker, Options};

use crate::failure::Failure;
use crate::tree;
use copy::Copy;
use list::Mutant;
use trial::{Bench, Verdict};

/// Tries the mutants with these names, or all of them.
pub(crate) fn run(names: &[&str]) -> Result<(), Failure> {
    let root = tree::root()?;
    let mutants = list::read(&root.join("tests/mutants.toml"), names)?;
    let copy = Copy::make(&root)?;
    let broker = Broker::start(Options::default())?;
    let bench = Bench::new(&copy, &root, broker.bootstrap());

    check_baselines(&bench, &mutants)?;
    let mut rows = Vec::new();
    for mutant in &mutants {
        println!("== {}", mutant.name);
        let original = copy.read(&mutant.file)?;
        let verdict = match mutant.apply(&original) {
            Ok(broken) => {
                copy.write(&mutant.file, &broken)?;
                let verdict = bench.try_test(&mutant.test);
                copy.write(&mutant.file, &original)?;
                verdict?
            }
            Err(problem) => Verdict::NotApplied(problem),
        };
        rows.push((mutant, verdict));
    }
    report(&rows)
}

/// Every test must pass on the unbroken code.
fn check_baselines(bench: &Bench, mutants: &[Mutant]) -> Result<(), Failure> {
    let mut tests: Vec<&str> = mutants.iter().map(|mutant| mutant.test.as_str()).collect();
    tests.sort_unstable();
    tests.dedup();
    for test in tests {
        println!("== unbroken: cargo test {test}");
        if bench.try_test(test)? != Verdict::Survived {
            return Err(Failure::Command(format!("cargo test {test}")).in_step("unbroken"));
        }
    }
    Ok(())
}

fn report(rows: &[(&Mutant, Verdict)]) -> Result<(), Failure> {
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
    if survivors.is_empty() { Ok(()) } else { Err(Failure::Survivors(survivors)) }
}
