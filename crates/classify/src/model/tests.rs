//! A model made by hand: its file, its damages, its arithmetic.

use super::*;
use xxhash_rust::xxh3::xxh3_64;

/// Eight columns, three labels: small enough to damage every byte of its file.
fn small() -> Model {
    let parts = Parts {
        name: "toy".to_owned(),
        release: "1".to_owned(),
        labels: ["negative", "neutral", "positive"].map(str::to_owned).to_vec(),
        training: Training { rows: 7, fingerprint: 99 },
        bits: 3,
        scale: vec![0.01, 0.01, 0.01],
        bias: vec![-1.0, 0.0, 0.5],
        matrix: vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        offset: vec![0.0, 0.1, 0.0],
        shares: vec![0.2, 0.5, 0.3],
        weights: (0..24).map(|number| number * 7 - 80).collect(),
    };
    let (_, checksum) = file::write(&parts);
    Model::named(parts, checksum)
}

/// The file with a changed body and a checksum that is right again.
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
fn a_model_read_back_is_the_model_written() {
    let model = small();
    let bytes = model.to_bytes();
    let read = Model::from_bytes(&bytes).unwrap();
    assert_eq!(read, model);
    assert_eq!(read.to_bytes(), bytes);
    assert!(read.version().starts_with("toy-1-"));
    assert_eq!(read.version().len(), "toy-1-".len() + 8);
}

#[test]
fn every_truncation_is_refused_as_one() {
    let bytes = small().to_bytes();
    for length in 0..bytes.len() {
        let refused = Model::from_bytes(&bytes[..length]);
        assert!(matches!(refused, Err(ModelError::Truncated { .. })), "{length}: {refused:?}");
    }
}

#[test]
fn every_changed_byte_is_refused() {
    let bytes = small().to_bytes();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x40;
        assert!(Model::from_bytes(&damaged).is_err(), "byte {at}");
    }
}

#[test]
fn each_kind_of_wrong_file_is_refused_by_its_name() {
    let bytes = small().to_bytes();
    let mut longer = bytes.clone();
    longer.push(0);
    let mut flipped = bytes.clone();
    let last = flipped.len() - 20;
    flipped[last] ^= 1;
    let mut newer = bytes.clone();
    newer[8] = 2;
    let other_recipe = resealed(|body| body[20] = b'H');
    let fewer_weights = resealed(|body| body.truncate(body.len() - 2));
    let length = bytes.len() as u64;
    let table = [
        (b"PK\x03\x04 not a model at all, long enough".to_vec(), ModelError::NotAModel),
        (newer, ModelError::Format { found: 2, expected: 1 }),
        (longer, ModelError::Overlong { found: length + 1, expected: length }),
        (flipped, ModelError::Damaged),
        (
            other_recipe,
            ModelError::Recipe {
                found: "Harken-text-1".to_owned(),
                expected: "harken-text-1".to_owned(),
            },
        ),
        (fewer_weights, ModelError::Contradictory { field: "weights" }),
    ];
    for (bytes, expected) in table {
        assert_eq!(Model::from_bytes(&bytes), Err(expected));
    }
}

#[test]
fn no_resealed_change_of_the_head_panics() {
    for at in 18..140 {
        for value in [0, 1, 0x7f, 0xff] {
            let bytes = resealed(|body| body[at] = value);
            if let Ok(model) = Model::from_bytes(&bytes) {
                let mut features = Features::new();
                features.extract("still here");
                model.score(&features, &mut Vec::new());
            }
        }
    }
}

#[test]
fn the_specialised_sum_is_the_general_one() {
    let model = small();
    let mut features = Features::new();
    features.extract("the parcel never came and nobody answers!!");
    for (hashes, value) in features.blocks() {
        let (mut special, mut general) = ([0.0; 3], [0.0; 3]);
        model.add_block::<3>(hashes, value, &mut special);
        model.add_block_of_any(hashes, value, &mut general);
        assert_eq!(special, general);
    }
}

#[test]
fn a_label_is_chosen_relative_to_its_share() {
    let model = small();
    let table = [([0.3, 0.5, 0.2], 0), ([0.1, 0.8, 0.1], 1), ([0.1, 0.4, 0.5], 2)];
    for (probabilities, expected) in table {
        assert_eq!(model.decide(&probabilities), expected, "{probabilities:?}");
    }
    assert_eq!(model.decide(&[]), 0);
}

#[test]
fn probabilities_of_extreme_scores_are_finite_and_add_up() {
    let mut scores = vec![1e30, -1e30, 0.0];
    softmax(&mut scores);
    assert_eq!(scores, [1.0, 0.0, 0.0]);
}

#[test]
fn a_number_that_is_none_or_beyond_reason_is_refused() {
    let scale_at = small().to_bytes().len() - 8 - 48 - 4 * (3 + 3 + 9 + 3 + 3);
    for number in [f32::NAN, f32::INFINITY, -1e30] {
        let bytes =
            resealed(|body| body[scale_at..scale_at + 4].copy_from_slice(&number.to_le_bytes()));
        let expected = ModelError::Contradictory { field: "scale" };
        assert_eq!(Model::from_bytes(&bytes), Err(expected));
    }
}
