//! Counts the steps of the check of files that were cubic, and of files that exhaust it.

use std::fmt::Write as _;

use super::*;
use crate::condition::Scope;
use crate::problem::{RuleProblem, Severity, Source};
use crate::{build, northline};

const COUNT: usize = 3_000;

/// The steps of the check of routes with these conditions, and how many other rules cover.
fn steps(condition: impl Fn(usize) -> String) -> (usize, usize) {
    let names: Vec<String> = (0..COUNT).map(|n| n.to_string()).collect();
    let mut earlier = EarlierRules::within(MAX_STEPS);
    let mut covered = 0;
    for (n, name) in names.iter().enumerate() {
        let own = Condition::parse(&condition(n), Scope::Mention).unwrap().region().unwrap();
        covered += usize::from(!earlier.covering(&own).is_empty());
        earlier.add(name, own);
    }
    (earlier.coverage.steps(), covered)
}

#[test]
fn the_check_of_thousands_of_alternatives_takes_few_steps() {
    // The first route takes every mention.
    let (taken, covered) = steps(|n| format!("followers >= {n} || account == 'a{n}'"));
    assert_eq!(covered, COUNT - 1);
    assert!(taken <= 20 * COUNT, "{taken} steps");

    // Each route has its account, which every earlier range may hold: one comparison for each pair.
    let pairs = COUNT * COUNT / 2;
    let (taken, covered) = steps(|n| format!("followers > {n} || account == 'a{n}'"));
    assert_eq!(covered, 0);
    assert!(taken <= 2 * pairs, "{taken} steps");
    let (taken, covered) = steps(|n| format!("followers > {} || account == 'a{n}'", COUNT - n));
    assert_eq!(covered, 0);
    assert!(taken <= 2 * pairs, "{taken} steps");
    // The first two cover each later one together, and each later one is compared with all before.
    let (taken, covered) = steps(|n| match n {
        0 => "bot".to_owned(),
        1 => "!bot".to_owned(),
        n => format!("followers > {n} || account == 'a{n}'"),
    });
    assert_eq!(covered, COUNT - 2);
    assert!(taken <= 20 * pairs, "{taken} steps");
}

/// The problems of the sample with these routes, checked within a number of steps.
fn problems(routes: &str, most_steps: usize) -> Vec<RuleProblem> {
    let mut files = northline();
    files.push(Source { file: "routes.toml".to_owned(), text: routes.to_owned() });
    let mut problems = ProblemList::new(&files);
    let merged = MergedFiles::parse(&files, &mut problems);
    let rules = build::build(&merged, String::new(), &mut problems);
    check_within(most_steps, &merged, &rules, &mut problems);
    problems.into_problems()
}

#[test]
fn an_analysis_without_end_is_cut_off_and_says_where() {
    let mut routes = String::new();
    for n in 0..300 {
        let when = match n {
            299 => "bot && !bot".to_owned(),
            n => format!("followers > {} || account == 'a{n}'", 5_000 - n),
        };
        let route = format!("[[route]]\nname = \"r{n}\"\nowner = \"care\"\nwhen = \"{when}\"\n");
        routes.write_str(&route).unwrap();
    }
    // A contradiction is found without a comparison.
    let complete = problems(&routes, MAX_STEPS);
    let shown: Vec<String> = complete.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 1, "{shown:#?}");
    assert!(shown[0].contains("no mention matches route \"r299\""), "{shown:#?}");

    let cut = problems(&routes, 10_000);
    assert_eq!(cut.len(), 2, "{cut:#?}");
    assert_eq!(cut[1], complete[0]);
    let RuleProblem { severity, message, line, .. } = &cut[0];
    assert_eq!(*severity, Severity::Warning);
    let name = message.split('"').nth(1).unwrap();
    let number: usize = name.trim_start_matches('r').parse().unwrap();
    assert!((50..299).contains(&number), "{message}");
    assert_eq!(*line, 4 * number + 2);
    assert!(message.starts_with("not analysed: whether each route from "), "{message}");
}
