//! Labelled sentences written for these tests, enough to learn an obvious difference.

use classify::train::{
    Goal, Prior, TaskSpec, TrainError, TrainOptions, assemble, folds_by_words, learn,
};
use classify::{Features, Model, TaskScores};
use text::Text;

pub(crate) const LABELS: [&str; 3] = ["negative", "neutral", "positive"];

const NEGATIVE: [&str; 6] = [
    "the parcel is broken and nobody answers",
    "worst service ever, i am so angry :(",
    "still no refund, this is awful!!",
    "your app crashed again, terrible",
    "rude staff and a broken lamp 😡",
    "i hate waiting, awful hotline",
];
const NEUTRAL: [&str; 6] = [
    "when does the shop in the old town open?",
    "the parcel is on its way to the depot",
    "is the lamp sold in grey as well",
    "the next update comes on tuesday",
    "which plug does the kettle have?",
    "they open a second shop in march",
];
const POSITIVE: [&str; 6] = [
    "thank you, great service :)",
    "love the new lamp, it is beautiful 😍",
    "so happy, the parcel came a day early!",
    "great staff, they helped me at once",
    "best kettle ever, love it",
    "wonderful, thanks for the quick answer <3",
];

/// Every sentence several times, each with another prefix.
pub(crate) fn rows() -> Vec<(String, usize)> {
    let mut rows = Vec::new();
    for prefix in ["", "hello, ", "@acme ", "so: ", "today "] {
        for (label, sentences) in [NEGATIVE, NEUTRAL, POSITIVE].iter().enumerate() {
            rows.extend(sentences.iter().map(|text| (format!("{prefix}{text}"), label)));
        }
    }
    rows
}

pub(crate) fn options() -> TrainOptions {
    TrainOptions { bits: 12, folds: 3, ..TrainOptions::default() }
}

pub(crate) fn spec(labels: &[&str], options: TrainOptions) -> TaskSpec {
    TaskSpec {
        name: "sentiment".to_owned(),
        languages: vec!["en".to_owned()],
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        goal: Goal::MacroRecall,
        options,
    }
}

/// A model of one task.
pub(crate) fn train(
    rows: &[(String, usize)],
    spec: &TaskSpec,
    priors: &[&Prior],
) -> Result<Model, TrainError> {
    let folds = folds_by_words(rows, spec.options.folds);
    assemble("toy", "1", &[learn(rows, spec, priors, &folds)?])
}

pub(crate) fn model() -> Model {
    train(&rows(), &spec(&LABELS, options()), &[]).unwrap()
}

/// The probabilities of the labels of the first task.
pub(crate) fn score(model: &Model, text: &str) -> Vec<f32> {
    let (mut features, mut scores) = (Features::new(), TaskScores::new());
    features.extract(&Text::of(text));
    model.score(&features, &mut scores);
    scores.of(&model.tasks()[0]).to_vec()
}
