//! A hand-made model: file format, rejected files, arithmetic.

use super::*;
use text::Text;
use xxhash_rust::xxh3::xxh3_64;

fn task(name: &str, labels: &[&str], lane: usize, output: usize) -> Task {
    let lanes = lanes_of(labels.len());
    Task {
        name: name.to_owned(),
        languages: vec!["en".to_owned()],
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        training: TrainingData { rows: 7, fingerprint: 99 },
        lanes: lane..lane + lanes,
        outputs: output..output + labels.len(),
        matrix: (0..labels.len() * lanes).map(|cell| (cell % 4) as f32 - 1.0).collect(),
        offset: vec![0.1; labels.len()],
        divisors: [0.2, 0.5, 0.3][..labels.len()].to_vec(),
    }
}

/// Eight columns, two tasks, four lanes: small enough to change every byte of its file.
fn small() -> Model {
    let mut table = WeightTable::empty(3, vec![1e-4; 4], vec![-1.0, 0.0, 0.5, 0.25]);
    for column in [0, 2, 3, 7] {
        for lane in 0..4 {
            table.set(column, lane, (column * 40 + lane * 7) as u8 as i8);
        }
    }
    Model::from_parts(ModelParts {
        name: "toy".to_owned(),
        release: "1".to_owned(),
        tasks: vec![
            task("sentiment", &["negative", "neutral", "positive"], 0, 0),
            task("complaint", &["no", "yes"], 3, 3),
        ],
        table,
    })
}

/// The file with a changed body and a correct checksum.
fn resealed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = small().to_bytes();
    bytes.truncate(bytes.len() - 8);
    change(&mut bytes);
    let length = (bytes.len() + 8) as u64;
    bytes[10..18].copy_from_slice(&length.to_le_bytes());
    let checksum = xxh3_64(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes
}

#[test]
fn a_model_survives_encoding_and_decoding() {
    let model = small();
    let bytes = model.to_bytes();
    let read = Model::from_bytes(&bytes).unwrap();
    assert_eq!(read, model);
    assert_eq!(read.to_bytes(), bytes);
    assert!(read.version().starts_with("toy-1-"));
    assert_eq!(read.version().len(), "toy-1-".len() + 8);
    assert_eq!(
        read.task("complaint").map(Task::labels),
        Some(&["no", "yes"].map(str::to_owned)[..])
    );
    assert_eq!(read.task("weather"), None);
}

#[test]
fn every_truncation_is_rejected_as_truncated() {
    let bytes = small().to_bytes();
    for length in 0..bytes.len() {
        let rejected = Model::from_bytes(&bytes[..length]);
        assert!(matches!(rejected, Err(ModelError::Truncated { .. })), "{length}: {rejected:?}");
    }
}

#[test]
fn every_changed_byte_is_rejected() {
    let bytes = small().to_bytes();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x40;
        assert!(Model::from_bytes(&damaged).is_err(), "byte {at}");
    }
}

#[test]
fn each_kind_of_invalid_file_is_rejected_with_its_error() {
    let bytes = small().to_bytes();
    let mut longer = bytes.clone();
    longer.push(0);
    let mut flipped = bytes.clone();
    let last = flipped.len() - 20;
    flipped[last] ^= 1;
    let mut older = bytes.clone();
    older[8] = 1;
    let other_recipe = resealed(|body| body[20] = b'H');
    let fewer_weights = resealed(|body| body.truncate(body.len() - 2));
    let more_weights = resealed(|body| body.push(0));
    let length = bytes.len() as u64;
    let table = [
        (b"PK\x03\x04 not a model at all, long enough".to_vec(), ModelError::NotAModel),
        (older, ModelError::Format { found: 1, expected: 2 }),
        (longer, ModelError::TrailingBytes { found: length + 1, expected: length }),
        (flipped, ModelError::ChecksumMismatch),
        (
            other_recipe,
            ModelError::Recipe {
                found: crate::RECIPE.replacen('h', "H", 1),
                expected: crate::RECIPE.to_owned(),
            },
        ),
        (fewer_weights, ModelError::Inconsistent { field: "weights" }),
        (more_weights, ModelError::Inconsistent { field: "tasks" }),
    ];
    for (bytes, expected) in table {
        assert_eq!(Model::from_bytes(&bytes), Err(expected));
    }
}

fn strongest(model: &Model, text: &str, task: &Task, label: usize, most: usize) -> Vec<Evidence> {
    let (mut features, mut word_weights) = (Features::new(), WordWeights::default());
    features.extract(&Text::of(text));
    model.weigh_words(&features, &[(task, label)], &mut word_weights);
    word_weights.strongest(0, most, &features)
}

#[test]
fn no_changed_byte_with_a_correct_checksum_panics() {
    for at in 18..small().to_bytes().len() - 8 {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let bytes = resealed(|body| body[at] = value);
            if let Ok(model) = Model::from_bytes(&bytes) {
                let (mut features, mut scores) = (Features::new(), TaskScores::new());
                features.extract(&Text::of("still here"));
                model.score(&features, &mut scores);
                strongest(&model, "still here", &model.tasks()[0], 0, 3);
            }
        }
    }
}

#[test]
fn the_table_sums_the_dequantised_weights() {
    let model = small();
    let mut features = Features::new();
    features.extract(&Text::of("the parcel never came and nobody answers!!"));
    let table = &model.parts.table;
    let mut lanes = Vec::new();
    table.sum_lanes(&features, &mut lanes);
    for (lane, &sum) in lanes.iter().enumerate() {
        let mut expected = f64::from(table.bias[lane]);
        for (hashes, value) in features.blocks() {
            for &hash in hashes {
                let weight = f64::from(dequantise(table.weight(table.column(hash), lane)));
                expected += weight * f64::from(value) * f64::from(table.scale[lane]);
            }
        }
        assert!((f64::from(sum) - expected).abs() < 1e-4, "{lane}: {sum} {expected}");
    }
}

#[test]
fn quantising_picks_the_nearest_weight() {
    let table = [(0.0, 0), (0.2, 0), (0.3, 1), (-4.1, -2), (16_129.0, 127), (-1e9, -127)];
    for (value, expected) in table {
        assert_eq!(quantise(value), expected, "{value}");
    }
    assert_eq!([dequantise(-128), dequantise(-3), dequantise(127)], [-16_384, -9, 16_129]);
}

#[test]
fn the_weights_of_two_labels_are_opposite() {
    let model = small();
    let task = model.task("complaint").unwrap();
    let text = "nobody answers, NOBODY";
    let [against, pro] = [0, 1].map(|label| strongest(&model, text, task, label, 100));
    assert!(!pro.is_empty());
    for (against, pro) in against.iter().zip(&pro) {
        assert_eq!((&against.words, against.weight), (&pro.words, -pro.weight));
    }
    assert!(pro.windows(2).all(|pair| pair[0].weight.abs() >= pair[1].weight.abs()));
    assert_eq!(strongest(&model, text, task, 0, 1).len(), 1);
    assert_eq!(strongest(&model, text, task, 2, 9), []);
}

#[test]
fn the_chosen_label_has_the_largest_probability_over_divisor() {
    let model = small();
    let task = model.task("sentiment").unwrap();
    let table = [([0.3, 0.5, 0.2], 0), ([0.1, 0.8, 0.1], 1), ([0.1, 0.4, 0.5], 2)];
    for (probabilities, expected) in table {
        assert_eq!(task.decide(&probabilities), expected, "{probabilities:?}");
    }
    assert_eq!(task.decide(&[]), 0);
}

#[test]
fn probabilities_of_extreme_scores_are_finite_and_sum_to_one() {
    let mut scores = vec![1e30, -1e30, 0.0];
    softmax(&mut scores);
    assert_eq!(scores, [1.0, 0.0, 0.0]);
}

#[test]
fn a_number_that_is_not_finite_or_too_large_is_rejected() {
    let bytes = small().to_bytes();
    let scale = 1e-4_f32.to_le_bytes();
    let scale_at = bytes.windows(4).position(|window| window == scale).unwrap();
    for number in [f32::NAN, f32::INFINITY, -1e30] {
        let bytes =
            resealed(|body| body[scale_at..scale_at + 4].copy_from_slice(&number.to_le_bytes()));
        let expected = ModelError::Inconsistent { field: "scale" };
        assert_eq!(Model::from_bytes(&bytes), Err(expected));
    }
}
