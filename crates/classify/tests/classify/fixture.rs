//! Labelled sentences written for this project: enough to learn an obvious difference from.

use classify::train::{Options, train};
use classify::{Features, Model};

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

/// Every sentence several times, each time with another beginning.
pub(crate) fn rows() -> Vec<(String, usize)> {
    let mut rows = Vec::new();
    for beginning in ["", "hello, ", "@acme ", "so: ", "today "] {
        for (label, sentences) in [NEGATIVE, NEUTRAL, POSITIVE].iter().enumerate() {
            rows.extend(sentences.iter().map(|text| (format!("{beginning}{text}"), label)));
        }
    }
    rows
}

pub(crate) fn options() -> Options {
    Options { bits: 12, epochs: 3, rounds: 2, kept_apart: 0.3, ..Options::default() }
}

pub(crate) fn model() -> Model {
    train(&rows(), &LABELS, &options(), &mut |_| {}).unwrap()
}

pub(crate) fn score(model: &Model, text: &str) -> Vec<f32> {
    let mut features = Features::new();
    let mut probabilities = Vec::new();
    features.extract(text);
    model.score(&features, &mut probabilities);
    probabilities
}
