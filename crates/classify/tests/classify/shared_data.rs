//! The committed model and the language detection on labelled texts that stand beside the project.
//! The project holds none of them: without the folder these tests say by name that they skipped.

use crate::fixture;
use classify::data::{DataError, read_lexicon, read_pair};
use classify::eval::evaluate;
use classify::{Model, Task, language};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder, or `None` after saying that `test` is skipped. Under CI its absence fails.
fn shared(test: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/text");
    if folder.is_dir() {
        return Some(folder);
    }
    #[allow(clippy::disallowed_methods, reason = "CI must not skip; only a test asks")]
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "{test}: ../shared/data is absent");
    // Not println!: the test harness keeps that to itself when a test passes.
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
fn the_committed_model_is_small_enough_and_has_every_task() {
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
fn the_model_card_is_about_the_committed_model() {
    let card = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/MODEL-CARD.md");
    let card = std::fs::read_to_string(card).unwrap();
    assert!(card.contains(committed().version()), "{}", committed().version());
}

#[test]
fn the_committed_model_reads_plain_sentences_as_a_person_would() {
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
fn the_committed_model_keeps_its_recall_and_its_calibration_on_unseen_rows() {
    let Some(folder) =
        shared("the_committed_model_keeps_its_recall_and_its_calibration_on_unseen_rows")
    else {
        return;
    };
    // What the demands on a task are, less what chance may take away from so few rows.
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
fn confident_answers_about_languages_are_right() {
    let Some(folder) = shared("confident_answers_about_languages_are_right") else { return };
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
        let Answers { rows, told, right, sure, right_and_sure } = ask(&folder, name, code);
        println!(
            "{name}: {told} of {rows} told, {right} right; {sure} sure, {right_and_sure} right"
        );
        assert!(right * 100 >= rows * 85, "{name}: {right} of {rows}");
        assert!(right_and_sure * 100 >= sure * 92, "{name}: {right_and_sure} of {sure}");
        assert!(sure * 100 >= rows * 50, "{name}: {sure} of {rows}");
    }
    // English words, and Hindi in Latin letters, which nothing here reads.
    let Answers { rows, told, right, sure, .. } = ask(&folder, "hindi", "en");
    println!("hindi: {told} of {rows} told, {right} taken for English; {sure} sure");
    assert!(told * 100 <= rows * 80 && right * 100 >= told * 65, "{told} {right}");
}

/// What was answered about the language of some rows.
struct Answers {
    rows: usize,
    told: usize,
    right: usize,
    sure: usize,
    right_and_sure: usize,
}

fn ask(folder: &Path, name: &str, code: &str) -> Answers {
    /// As the stage asks by default.
    const SURE: f32 = 0.8;
    let rows = pair(&folder.join("xlm-t"), name, "val");
    let found: Vec<_> = rows.iter().filter_map(|(text, _)| language::detect(text)).collect();
    let count = |is: &dyn Fn(&language::Language) -> bool| found.iter().filter(|l| is(l)).count();
    Answers {
        rows: rows.len(),
        told: found.len(),
        right: count(&|found| found.code == code),
        sure: count(&|found| found.confidence >= SURE),
        right_and_sure: count(&|found| found.confidence >= SURE && found.code == code),
    }
}

#[test]
fn lexicons_are_read_and_files_that_do_not_fit_are_refused() {
    let Some(folder) = shared("lexicons_are_read_and_files_that_do_not_fit_are_refused") else {
        return;
    };
    let entries = read_lexicon(&folder.join("lexicons/vader_lexicon.txt")).unwrap();
    assert!(entries.len() > 7_000);
    let labels = folder.join("tse/val_labels.txt");
    let texts = folder.join("tse/val_text.txt");
    let missing = read_pair(&texts, &folder.join("no such file"));
    assert!(matches!(missing, Err(DataError::Unreadable { .. })), "{missing:?}");
    let uneven = read_pair(&texts, &folder.join("complaints/val_labels.txt"));
    assert!(matches!(uneven, Err(DataError::Uneven { .. })), "{uneven:?}");
    let swapped = read_pair(&labels, &texts);
    assert!(matches!(swapped, Err(DataError::NotALabel { line: 1, .. })), "{swapped:?}");
}
