//! Judges any text with the committed model, and takes any bytes for a model: probabilities that add
//! up or a refusal, nothing else.
#![no_main]

use std::sync::LazyLock;

use classify::{Features, Model, Scores, Weighing, language};
use libfuzzer_sys::fuzz_target;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    Model::from_bytes(include_bytes!("../../models/mentions.harken")).expect("is committed")
});

fuzz_target!(|input: &[u8]| {
    let _ = Model::from_bytes(input);
    let text = String::from_utf8_lossy(input);
    let _ = language::detect(&text);
    let (mut features, mut scores) = (Features::new(), Scores::new());
    features.extract(&text);
    MODEL.judge(&features, &mut scores);
    for task in MODEL.tasks() {
        let sum: f32 = scores.of(task).iter().sum();
        assert!((sum - 1.0).abs() < 1e-4, "{}: {sum}", task.name());
    }
    let mut weighing = Weighing::default();
    MODEL.weigh(&features, &[(&MODEL.tasks()[0], 0)], &mut weighing);
    for evidence in weighing.strongest(0, 5, &features) {
        assert!(evidence.weight.is_finite());
    }
});
