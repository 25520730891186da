//! Training through the public interface: it learns, it is deterministic, it rejects invalid input.

use crate::fixture::{LABELS, model, options, rows, score, spec, train};
use classify::Model;
use classify::eval::evaluate;
use classify::train::{Learner, Prior, TrainOptions, assemble, folds_by_words, learn};

#[test]
fn the_same_rows_and_seed_give_the_same_bytes() {
    let bytes = model().to_bytes();
    assert_eq!(bytes, model().to_bytes());
    let other = TrainOptions { seed: 2, ..options() };
    assert_ne!(bytes, train(&rows(), &spec(&LABELS, other), &[]).unwrap().to_bytes());
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
        assert_eq!(model.tasks()[0].decide(&probabilities), expected, "{text}: {probabilities:?}");
    }
    assert_eq!(model.tasks()[0].training().rows, rows().len() as u32);
}

#[test]
fn a_lexicon_sets_the_weight_of_words_that_do_not_occur_in_training() {
    let entries = [("great", 3.0), ("love", 3.0), ("thank", 2.0), ("awful", -3.0), ("angry", -2.0)];
    let mut entries: Vec<(String, f32)> =
        entries.iter().map(|&(word, valence)| (word.to_owned(), valence)).collect();
    entries.push(("magnifique".to_owned(), 3.0));
    let prior = Prior::from_lexicon(&entries, 12);
    let with = train(&rows(), &spec(&LABELS, options()), &[&prior]).unwrap();
    let (with, without) = (score(&with, "magnifique"), score(&model(), "magnifique"));
    assert!(with[2] > without[2] + 0.05, "{with:?} {without:?}");
}

#[test]
fn every_learner_separates_obvious_labels() {
    for learner in [Learner::Ftrl, Learner::Margin, Learner::Both] {
        let options = TrainOptions { learner, ..options() };
        let model = train(&rows(), &spec(&LABELS, options), &[]).unwrap();
        let report = evaluate(&model, &model.tasks()[0], &rows());
        assert!(report.macro_recall.value > 0.9, "{learner:?}\n{}", report.to_text());
    }
}

#[test]
fn reposts_share_a_fold_and_folds_have_similar_sizes() {
    let rows = rows();
    let folds = folds_by_words(&rows, 3);
    let again: Vec<(String, usize)> = rows
        .iter()
        .map(|(text, label)| (format!("{} ", text.replace("@acme", "@b")), *label))
        .collect();
    assert_eq!(folds_by_words(&again, 3), folds);
    for fold in 0..3 {
        let size = folds.iter().filter(|&&other| other == fold).count();
        assert!((rows.len() / 6..rows.len() / 2).contains(&size), "{fold}: {size}");
    }
}

#[test]
fn cross_validation_scores_every_row_and_does_not_learn_noise() {
    // The first word determines a signal label; nothing in the text determines a noise label.
    let row = |at: usize, label: usize| {
        let first = ["awful", "plain", "great"][at % 3];
        let last = ["lamp", "kettle", "parcel", "router", "chair"][at % 5];
        (format!("{first} {last}"), label)
    };
    let signal: Vec<(String, usize)> = (0..135).map(|at| row(at, at % 3)).collect();
    let noise: Vec<(String, usize)> = (0..135).map(|at| row(at, at / 9 % 3)).collect();
    let folds: Vec<usize> = (0..135).map(|at| at / 3 % 3).collect();
    let report = |rows: &[(String, usize)]| {
        learn(rows, &spec(&LABELS, options()), &[], &folds).unwrap().report()
    };
    let (signal, noise) = (report(&signal), report(&noise));
    assert_eq!(signal.rows, 135);
    assert!(signal.macro_recall.value > 0.95, "{}", signal.to_text());
    assert!(noise.macro_recall.value < 0.6, "{}", noise.to_text());
}

#[test]
fn invalid_input_is_rejected_with_its_name() {
    let rejected = |rows: &[(String, usize)], labels: &[&str], options: TrainOptions, prior: u8| {
        let prior = Prior::from_lexicon(&[], prior);
        train(rows, &spec(labels, options), &[&prior]).unwrap_err().to_string()
    };
    let mut stray = rows();
    stray[4].1 = 9;
    let table = [
        (rejected(&rows(), &["only"], options(), 12), "1 labels; 2 to 64 are allowed"),
        (rejected(&[], &LABELS, options(), 12), "too few rows of label \"negative\""),
        (rejected(&stray, &LABELS, options(), 12), "row 4 has label 9, which has no name"),
        (
            rejected(&rows(), &LABELS, TrainOptions { bits: 30, ..options() }, 12),
            "option bits must be 8 to 20",
        ),
        (
            rejected(&rows(), &LABELS, TrainOptions { prior_spread: f32::NAN, ..options() }, 12),
            "option prior_spread must be above 0",
        ),
        (
            rejected(&rows(), &LABELS, options(), 10),
            "option priors must be of the same number of bits",
        ),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
}

#[test]
fn tasks_that_do_not_fit_together_are_rejected_with_the_reason() {
    let rows = rows();
    let folds = folds_by_words(&rows, 3);
    let learned = |bits| {
        let options = TrainOptions { bits, ..options() };
        learn(&rows, &spec(&LABELS, options), &[], &folds).unwrap()
    };
    let rejected =
        |name: &str, learned: &[_]| assemble(name, "1", learned).unwrap_err().to_string();
    let table = [
        (rejected("", &[learned(12)]), "option name must be 1 to 100 bytes, like the release"),
        (
            rejected("toy", &[]),
            "option tasks must be at least one, with at most 256 lanes in total",
        ),
        (
            rejected("toy", &[learned(12), learned(10)]),
            "option bits must be the same for every task",
        ),
        (rejected("toy", &[learned(12), learned(12)]), "option tasks must be of different names"),
    ];
    for (found, expected) in table {
        assert_eq!(found, expected);
    }
}

#[test]
fn a_report_is_complete_and_deterministic() {
    let (model, rows) = (model(), rows());
    let report = evaluate(&model, &model.tasks()[0], &rows);
    assert_eq!(report, evaluate(&model, &model.tasks()[0], &rows));
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
    assert_eq!(evaluate(&model, &model.tasks()[0], &[]).rows, 0);
}
