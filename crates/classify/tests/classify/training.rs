//! Training from outside: it learns, it repeats itself, it refuses what makes no sense.

use crate::fixture::{LABELS, model, options, rows, score};
use classify::Model;
use classify::eval::evaluate;
use classify::train::{Options, Prior, TrainError, train};

#[test]
fn the_same_rows_and_seed_give_the_same_bytes() {
    let bytes = model().to_bytes();
    assert_eq!(bytes, model().to_bytes());
    let other = Options { seed: 2, ..options() };
    assert_ne!(bytes, train(&rows(), &LABELS, &other, &mut |_| {}).unwrap().to_bytes());
    assert_eq!(Model::from_bytes(&bytes).unwrap().to_bytes(), bytes);
}

#[test]
fn an_obvious_difference_is_learned() {
    let model = model();
    let table = [
        ("this is awful and broken", 0),
        ("when does the depot open?", 1),
        ("love it, great, thank you", 2),
    ];
    for (text, expected) in table {
        let probabilities = score(&model, text);
        assert_eq!(model.decide(&probabilities), expected, "{text}: {probabilities:?}");
    }
    assert_eq!(model.training().rows, rows().len() as u32);
}

#[test]
fn a_lexicon_speaks_for_words_never_seen_in_training() {
    let entries = [("great", 3.0), ("love", 3.0), ("thank", 2.0), ("awful", -3.0), ("angry", -2.0)];
    let mut entries: Vec<(String, f32)> =
        entries.iter().map(|&(word, valence)| (word.to_owned(), valence)).collect();
    entries.push(("magnifique".to_owned(), 3.0));
    let options =
        Options { priors: vec![Prior::from_lexicon(&entries, 12)], bits: 12, ..options() };
    let with = train(&rows(), &LABELS, &options, &mut |_| {}).unwrap();
    let (with, without) = (score(&with, "magnifique"), score(&model(), "magnifique"));
    assert!(with[2] > without[2] + 0.05, "{with:?} {without:?}");
}

#[test]
fn progress_is_told_for_every_epoch() {
    let mut lines = Vec::new();
    train(&rows(), &LABELS, &options(), &mut |line| lines.push(line)).unwrap();
    let epochs = lines.iter().filter(|line| line.contains("epoch")).count();
    assert_eq!(epochs, 2 * 2 * 3, "{lines:?}");
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let refused = |rows: &[(String, usize)], labels: &[&str], options: &Options| {
        train(rows, labels, options, &mut |_| {}).unwrap_err().to_string()
    };
    let mut stray = rows();
    stray[4].1 = 9;
    let prior = Prior::from_lexicon(&[], 10);
    let table = [
        (refused(&rows(), &["only"], &options()), "1 labels, allowed are 2 to 256"),
        (refused(&[], &LABELS, &options()), "too few rows of label \"negative\""),
        (refused(&stray, &LABELS, &options()), "row 4 has label 9, which has no name"),
        (
            refused(&rows(), &LABELS, &Options { bits: 30, ..options() }),
            "option bits must be 8 to 19",
        ),
        (
            refused(&rows(), &LABELS, &Options { alpha: f32::NAN, ..options() }),
            "option alpha must be above 0",
        ),
        (
            refused(&rows(), &LABELS, &Options { priors: vec![prior], ..options() }),
            "option priors must be made for as many bits",
        ),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
    assert!(matches!(
        train(&[], &[], &options(), &mut |_| {}),
        Err(TrainError::Labels { found: 0 })
    ));
}

#[test]
fn a_report_is_complete_and_repeats_itself() {
    let (model, rows) = (model(), rows());
    let report = evaluate(&model, &rows);
    assert_eq!(report, evaluate(&model, &rows));
    assert!(report.macro_recall.value > 0.9, "{}", report.to_text());
    assert!(report.macro_recall.low <= report.macro_recall.value);
    let text = report.to_text();
    for part in [model.version(), "macro recall", "Brier", "ECE", "coverage", "positive"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let json = report.to_json();
    for key in ["\"macro_recall\"", "\"confusion\"", "\"reliability\"", "\"abstaining\""] {
        assert!(json.contains(key), "{key} in\n{json}");
    }
    assert_eq!(evaluate(&model, &[]).rows, 0);
}
