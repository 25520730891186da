//! The committed model and language detection on labelled texts outside the repository. Without their folder
//! these tests print that they are skipped.

use crate::fixture;
use classify::data::{DataError, read_lexicon, read_pair};
use classify::eval::evaluate;
use classify::{Model, Task, language};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder, or `None` after printing that `test` is skipped. In CI a missing folder fails the test.
fn shared(test: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/text");
    if folder.is_dir() {
        return Some(folder);
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "CI must not skip; only tests read the environment"
    )]
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "{test}: ../shared/data is absent");
    // Not println!: the test harness captures that when a test passes.
    let mut screen = std::io::stderr();
    writeln!(screen, "SKIPPED {test}: ../shared/data is absent").unwrap();
    None
}

fn committed() -> Model {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mentions.harken");
    Model::from_bytes(&std::fs::read(file).unwrap()).unwrap()
}

fn pair(folder: &Path, name: &str, split: &str) -> Vec<(String, usize)> {
    let folder = folder.join(name);
    let file = |kind: &str| folder.join(format!("{split}_{kind}.txt"));
    read_pair(&file("text"), &file("labels")).unwrap()
}

#[test]
fn the_committed_model_has_every_task_within_the_size_limit() {
    let model = committed();
    let names: Vec<&str> = model.tasks().iter().map(Task::name).collect();
    assert_eq!(
        names,
        [
            "sentiment",
            "sentiment_service",
            "sentiment_multilingual",
            "complaint",
            "needs_answer",
            "reason",
            "offensive",
            "irony",
            "emotion"
        ]
    );
    for task in &model.tasks()[..3] {
        assert_eq!(task.labels(), fixture::LABELS);
    }
    assert!(model.version().starts_with("mentions-"), "{}", model.version());
    assert!(model.to_bytes().len() <= 4 << 20);
}

#[test]
fn the_model_card_names_the_version_of_the_committed_model() {
    let card = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/MODEL-CARD.md");
    let card = std::fs::read_to_string(card).unwrap();
    assert!(card.contains(committed().version()), "{}", committed().version());
}

#[test]
fn the_committed_model_gives_the_obvious_sentiment_to_plain_sentences() {
    let model = committed();
    let table = [
        ("Absolutely love this, thank you so much! 😍", 2),
        ("This is the worst service ever, I want my money back 😡", 0),
        ("The store opens at 9 on Monday.", 1),
    ];
    for (text, expected) in table {
        let probabilities = fixture::score(&model, text);
        assert_eq!(model.tasks()[0].decide(&probabilities), expected, "{text}: {probabilities:?}");
    }
}

#[test]
fn the_committed_model_keeps_recall_and_calibration_on_held_out_rows() {
    let Some(folder) = shared("the_committed_model_keeps_recall_and_calibration_on_held_out_rows")
    else {
        return;
    };
    // The required scores, less the sampling error of so few rows.
    let model = committed();
    let table = [
        ("sentiment", "tweeteval/sentiment", 0.70, 0.05),
        ("sentiment_service", "airline/sentiment", 0.74, 0.05),
        ("complaint", "complaints", 0.76, 0.09),
        ("reason", "airline/reason", 0.48, 0.07),
    ];
    for (name, folder_name, least, widest) in table {
        let task = model.task(name).unwrap();
        let report = evaluate(&model, task, &pair(&folder, folder_name, "val"));
        let score = if name == "sentiment" { report.macro_recall } else { report.macro_f1 };
        assert!(score.value >= least, "{}", report.to_text());
        assert!(report.ece <= widest, "{}", report.to_text());
    }
}

#[test]
fn confident_language_detections_are_correct() {
    let Some(folder) = shared("confident_language_detections_are_correct") else { return };
    let languages = [
        ("arabic", "ar"),
        ("english", "en"),
        ("french", "fr"),
        ("german", "de"),
        ("italian", "it"),
        ("portuguese", "pt"),
        ("spanish", "es"),
    ];
    for (name, code) in languages {
        let LanguageCounts { rows, detected, correct, confident, correct_and_confident } =
            count_detections(&folder, name, code);
        println!(
            "{name}: {detected} of {rows} detected, {correct} correct; {confident} confident, {correct_and_confident} correct"
        );
        assert!(correct * 100 >= rows * 85, "{name}: {correct} of {rows}");
        assert!(
            correct_and_confident * 100 >= confident * 92,
            "{name}: {correct_and_confident} of {confident}"
        );
        assert!(confident * 100 >= rows * 50, "{name}: {confident} of {rows}");
    }
    // A mix of English words and Hindi in Latin letters.
    let LanguageCounts { rows, detected, correct, confident, .. } =
        count_detections(&folder, "hindi", "en");
    println!(
        "hindi: {detected} of {rows} detected, {correct} detected as English; {confident} confident"
    );
    assert!(detected * 100 <= rows * 80 && correct * 100 >= detected * 65, "{detected} {correct}");
}

/// Counts of language detections on labelled rows.
struct LanguageCounts {
    rows: usize,
    detected: usize,
    correct: usize,
    confident: usize,
    correct_and_confident: usize,
}

fn count_detections(folder: &Path, name: &str, code: &str) -> LanguageCounts {
    /// The default of `sentiment.sure_of_language`.
    const SURE: f32 = 0.8;
    let rows = pair(&folder.join("xlm-t"), name, "val");
    let found: Vec<_> = rows.iter().filter_map(|(text, _)| language::detect(text)).collect();
    let count = |is: &dyn Fn(&language::Language) -> bool| found.iter().filter(|l| is(l)).count();
    LanguageCounts {
        rows: rows.len(),
        detected: found.len(),
        correct: count(&|found| found.code == code),
        confident: count(&|found| found.confidence >= SURE),
        correct_and_confident: count(&|found| found.confidence >= SURE && found.code == code),
    }
}

#[test]
fn lexicons_are_read_and_files_that_do_not_match_are_rejected() {
    let Some(folder) = shared("lexicons_are_read_and_files_that_do_not_match_are_rejected") else {
        return;
    };
    let entries = read_lexicon(&folder.join("lexicons/vader_lexicon.txt")).unwrap();
    assert!(entries.len() > 7_000);
    let labels = folder.join("tse/val_labels.txt");
    let texts = folder.join("tse/val_text.txt");
    let missing = read_pair(&texts, &folder.join("no such file"));
    assert!(matches!(missing, Err(DataError::Unreadable { .. })), "{missing:?}");
    let uneven = read_pair(&texts, &folder.join("complaints/val_labels.txt"));
    assert!(matches!(uneven, Err(DataError::LineCountMismatch { .. })), "{uneven:?}");
    let swapped = read_pair(&labels, &texts);
    assert!(matches!(swapped, Err(DataError::InvalidLabel { line: 1, .. })), "{swapped:?}");
}
