//! Rules files. The bytes give problems, each with a file and a line that exist and a remedy; or rules that
//! decide about a mention.
#![no_main]

use std::sync::Arc;

use harken_fuzz::{CONFIG, START};
use libfuzzer_sys::fuzz_target;
use mention::Prioritized;
use pipeline::rules::LoadedRules;
use rules::{Facts, Rules, Severity, Source};

/// Separates two files in the input.
const NEXT_FILE: &str = "\n#~~\n";

fuzz_target!(|input: &str| {
    let files = input.split(NEXT_FILE).take(3).enumerate();
    let source = |(n, text): (usize, &str)| Source { file: format!("{n}.toml"), text: text.into() };
    let sources: Vec<Source> = files.map(source).collect();
    let problems = Rules::problems(&sources, START);
    for problem in &problems {
        let source = sources.iter().find(|source| source.file == problem.file);
        let lines = source.expect("a problem names a file").text.lines().count().max(1);
        // A file that ends with a line break has its end on the line after.
        assert!((1..=lines + 1).contains(&problem.line), "{problem} of {lines}");
        assert!(!problem.message.is_empty() && !problem.remedy.is_empty(), "{problem}");
    }
    let is_valid = !problems.iter().any(|problem| problem.severity == Severity::Error);
    match Rules::load(&sources) {
        Ok(rules) => {
            assert!(is_valid, "{problems:?}");
            decide(&rules);
            // The views of the stages.
            let _ = LoadedRules::from_rules(rules, &CONFIG);
        }
        Err(errors) => assert!(!is_valid && !errors.is_empty()),
    }
});

fn decide(rules: &Rules) {
    let mention = Prioritized::default();
    let facts = Facts::from_mention(&mention);
    let Some(decision) = rules.decide(&facts, START) else { return };
    assert!(!decision.owner.is_empty());
    if let Some(work) = decision.work {
        let targets = work.policy.targets(mention.priority.level);
        for target in [targets.acknowledge, targets.respond, targets.resolve].into_iter().flatten()
        {
            assert!(target.due(START) >= START);
        }
        for clock in [mention::Clock::Acknowledge, mention::Clock::Respond] {
            if let Some(step) = work.path.step(mention.priority.level, clock, 0) {
                let _ = rules.on_duty(&step.call, START);
            }
        }
    }
    let rules = Arc::new(rules.clone());
    assert!(!rules.version.is_empty());
}
