//! What understanding a mention costs on one core, part by part, over the written cases of
//! `classify`: `cargo bench -p sentiment --bench understand`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::hint::black_box;
use std::time::Instant;

use classify::{Features, Judged, Rules, Scores, language};
use understanding::{Buffers, Config, Post, Sentiment};

/// 700 texts of 49 characters on average: the last column.
const CASES: [&str; 2] = [
    include_str!("../../classify/tests/cases/intent-development.tsv"),
    include_str!("../../classify/tests/cases/intent-held-out.tsv"),
];
/// Many short rounds: on a machine that others use as well, some are undisturbed.
const BEST_OF: usize = 400;

fn main() {
    let lines = CASES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#'));
    let texts: Vec<&str> = lines.filter_map(|line| line.rsplit('\t').next()).collect();
    let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
    println!("{} texts of {} characters on average", texts.len(), characters / texts.len());
    let stage = |because| Sentiment::new(Config { because, ..Config::default() }).unwrap();
    let (whole, silent) = (stage(Config::default().because), stage(0));
    let rules = Rules::built_in().unwrap();
    let (mut features, mut scores, mut judged) = (Features::new(), Scores::new(), Judged::new());
    measure("language", &texts, |text| {
        black_box(language::detect(text));
    });
    measure("features", &texts, |text| features.extract(black_box(text)));
    measure("features and every task", &texts, |text| {
        features.extract(black_box(text));
        whole.model().judge(&features, &mut scores);
    });
    measure("rules", &texts, |text| rules.judge(black_box(text), &mut judged));
    for (name, stage) in [("all, no words named", &silent), ("all", &whole)] {
        let mut buffers = Buffers::default();
        measure(name, &texts, |text| {
            black_box(stage.understand(Post { text, ..Post::default() }, &mut buffers));
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
    println!("{name}: {best:.1} µs a mention, best of {BEST_OF}");
}
