//! Measures the time per mention on one core, part by part, over the written cases of `classify`:
//! `cargo bench -p understanding --bench understand`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::hint::black_box;
use std::time::Instant;

use classify::{Features, RuleClassifier, RuleFindings, TaskScores, language};
use text::Text;
use understanding::{Buffers, Config, PostText, UnderstandingStage};

/// 700 texts of 49 characters on average, in the last column.
const CASES: [&str; 2] = [
    include_str!("../../classify/tests/cases/intent-development.tsv"),
    include_str!("../../classify/tests/cases/intent-held-out.tsv"),
];
/// Many short rounds: on a shared machine some run undisturbed.
const BEST_OF: usize = 400;

fn main() {
    let lines = CASES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#'));
    let texts: Vec<&str> = lines.filter_map(|line| line.rsplit('\t').next()).collect();
    let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
    println!("{} texts of {} characters on average", texts.len(), characters / texts.len());
    let stage = |because| UnderstandingStage::new(Config { because, ..Config::default() }).unwrap();
    let (with_evidence, without_evidence) = (stage(Config::default().because), stage(0));
    let rules = RuleClassifier::built_in().unwrap();
    let (mut reading, mut features, mut scores, mut findings) =
        (Text::new(), Features::new(), TaskScores::new(), RuleFindings::new());
    measure("language", &texts, |text| {
        black_box(language::detect(text));
    });
    measure("text", &texts, |text| reading.read(black_box(text)));
    measure("text and features", &texts, |text| {
        reading.read(black_box(text));
        features.extract(&reading);
    });
    measure("text, features and every task", &texts, |text| {
        reading.read(black_box(text));
        features.extract(&reading);
        with_evidence.model().score(&features, &mut scores);
    });
    measure("text and rules", &texts, |text| {
        reading.read(black_box(text));
        rules.classify(&reading, &mut findings);
    });
    for (name, stage) in [("all, without evidence", &without_evidence), ("all", &with_evidence)] {
        let mut buffers = Buffers::default();
        measure(name, &texts, |text| {
            black_box(stage.understand(PostText { text, ..PostText::default() }, &mut buffers));
        });
    }
}

fn measure(name: &str, texts: &[&str], mut each: impl FnMut(&str)) {
    let round = |_| {
        let start = Instant::now();
        texts.iter().for_each(|text| each(text));
        start.elapsed().as_secs_f64() * 1e6 / texts.len() as f64
    };
    let best = (0..BEST_OF).map(round).fold(f64::INFINITY, f64::min);
    println!("{name}: {best:.1} µs per mention, best of {BEST_OF}");
}
