//! Properties for every text: bounded work, valid probabilities, no panic.

use crate::fixture;
use classify::{Features, Model, TaskScores, WordWeights, language};
use proptest::prelude::*;
use std::sync::LazyLock;
use text::Text;

static MODEL: LazyLock<Model> = LazyLock::new(fixture::model);

/// The most features per character: three parts, a word, a pair, a standalone token.
const FEATURES_A_CHARACTER: usize = 6;

/// Pieces that exercise every branch of the tokeniser, in any order.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "&",
        "&amp;",
        "&amp;lt;",
        "&#x;",
        "&#1114112;",
        "\\u",
        "\\ud83d",
        "\\ude00",
        "\\u0000",
        "#",
        "#A",
        "#aB_9",
        "@",
        "@_",
        ":",
        ":-",
        ":'(",
        "<",
        "</",
        "<3",
        "http://",
        "www.",
        "!",
        "?!",
        "..",
        "'",
        "''",
        "a'b",
        "ſ",
        "İ",
        "ß",
        "😂",
        "👩‍👩‍👧",
        "🇩🇪",
        "\u{301}",
        "\u{200d}",
        "\u{0}",
        "\u{feff}",
        "\u{202e}",
        "مرحبا",
        "क्षि",
        "漢字",
        "\n",
        " ",
        "aaaa",
        "9",
        "_",
        "٣",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), hostile(), "\\PC{0,300}"]
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let mut features = Features::new();
    features.extract(&Text::of(text));
    let characters = text.chars().count().min(text::LIMIT) + 2;
    prop_assert!(features.len() <= FEATURES_A_CHARACTER * (characters + 2));
    let mut scores = TaskScores::new();
    MODEL.score(&features, &mut scores);
    let task = &MODEL.tasks()[0];
    let probabilities = scores.of(task).to_vec();
    prop_assert_eq!(probabilities.len(), 3);
    prop_assert!(probabilities.iter().all(|share| (0.0..=1.0).contains(share)));
    prop_assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    prop_assert!(task.decide(&probabilities) < 3);
    if let Some(found) = language::detect(text) {
        prop_assert!((0.0..1.0).contains(&found.confidence));
        prop_assert_eq!(found.code.len(), 2);
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_text_has_probabilities_that_sum_to_one(text in any_text()) {
        check(&text)?;
    }

    #[test]
    fn previous_buffer_contents_do_not_change_the_result(before in any_text(), text in any_text()) {
        let mut used = Features::new();
        used.extract(&Text::of(&before));
        used.extract(&Text::of(&text));
        let mut again = TaskScores::new();
        MODEL.score(&Features::new(), &mut again);
        MODEL.score(&used, &mut again);
        prop_assert_eq!(again.of(&MODEL.tasks()[0]), fixture::score(&MODEL, &text));
    }

    #[test]
    fn word_weights_sum_to_the_change_of_the_log_odds(text in any_text()) {
        let task = &MODEL.tasks()[0];
        let log_odds = |probabilities: &[f32]| {
            let logs: Vec<f32> = probabilities.iter().map(|share| share.ln()).collect();
            logs[0] - (logs[1] + logs[2]) / 2.0
        };
        let (mut features, mut word_weights) = (Features::new(), WordWeights::default());
        features.extract(&Text::of(&text));
        // A second target must not change the weights of the first.
        MODEL.weigh_words(&features, &[(task, 1), (task, 0)], &mut word_weights);
        let evidence = word_weights.strongest(1, usize::MAX, &features);
        let sum: f32 = evidence.iter().map(|evidence| evidence.weight).sum();
        let expected = log_odds(&fixture::score(&MODEL, &text)) - log_odds(&fixture::score(&MODEL, ""));
        prop_assert!((sum - expected).abs() < 1e-2, "{} {}", sum, expected);
    }

    #[test]
    fn bytes_that_are_not_a_model_are_rejected(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Model::from_bytes(&bytes).is_err());
    }
}

#[test]
fn a_text_of_a_hundred_thousand_characters_is_scored() {
    let units =
        ["a", "a ", "😂", "&amp;", "&#", "\\u", "#", "@", "!?", "'", ":", "z\u{335}", "漢", "\0"];
    for unit in units {
        let text = unit.repeat(100_000);
        assert!(check(&text).is_ok(), "{unit:?}");
    }
}
