//! How often an answer was right, by length and agreement.
//!
//! Measured on 15,141 labelled posts in seven languages (XLM-T: Arabic, English, French, German,
//! Italian, Portuguese, Spanish): the share of right answers among texts with that many letters
//! where so many of their halves, asked alone, gave the same answer. It is therefore too high where
//! other languages than these seven and whichlang's sixteen are common, and capped below 1.

/// When the script alone decides. Not measured: what remains is Han text in another language.
pub(super) const OF_SCRIPT: f32 = 0.97;

/// From so many letters on: right with none, one, or both halves agreeing.
const MEASURED: [(usize, [f32; 3]); 4] = [
    (40, [0.57, 0.92, 0.99]),
    (20, [0.53, 0.82, 0.97]),
    (10, [0.53, 0.79, 0.96]),
    (0, [0.53, 0.62, 0.77]),
];

/// The confidence in an answer about a text of so many letters, `agreeing` of whose two halves
/// give the same answer.
pub(super) fn of(letters: usize, agreeing: usize) -> f32 {
    MEASURED
        .iter()
        .find(|(from, _)| letters >= *from)
        .map_or(0.0, |(_, shares)| shares[agreeing.min(2)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_letters_and_more_agreement_never_lower_the_confidence() {
        for letters in 0..200 {
            for agreeing in 0..3 {
                assert!(of(letters, agreeing) <= of(letters + 1, agreeing));
                assert!(of(letters, agreeing) <= of(letters, agreeing + 1));
                assert!((0.0..1.0).contains(&of(letters, agreeing)));
            }
        }
    }
}
