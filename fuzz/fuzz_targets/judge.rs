//! Scores arbitrary text with the committed model, whose probabilities must sum to 1, and parses
//! arbitrary bytes as a model, which must not panic.
#![no_main]

use std::sync::LazyLock;

use classify::{Features, Model, TaskScores, WordWeights, language};
use libfuzzer_sys::fuzz_target;
use text::Text;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    Model::from_bytes(include_bytes!("../../models/mentions.harken")).expect("is committed")
});

fuzz_target!(|input: &[u8]| {
    let _ = Model::from_bytes(input);
    let text = String::from_utf8_lossy(input);
    let _ = language::detect(&text);
    let (mut features, mut scores) = (Features::new(), TaskScores::new());
    features.extract(&Text::of(&text));
    MODEL.score(&features, &mut scores);
    for task in MODEL.tasks() {
        let sum: f32 = scores.of(task).iter().sum();
        assert!((sum - 1.0).abs() < 1e-4, "{}: {sum}", task.name());
    }
    let mut word_weights = WordWeights::default();
    MODEL.weigh_words(&features, &[(&MODEL.tasks()[0], 0)], &mut word_weights);
    for evidence in word_weights.strongest(0, 5, &features) {
        assert!(evidence.weight.is_finite());
    }
});
