//! The hash of a feature. It is part of the feature recipe, so it is implemented here and pinned by a
//! test: the hash of a dependency may change with a release and invalidate every model unnoticed.

const MULTIPLIER: u64 = 0x517c_c1b7_2722_0a95;

/// The kind of a feature. The same letters as a word and as a part of a word are two features.
#[derive(Clone, Copy)]
#[repr(u64)]
pub(crate) enum FeatureKind {
    Word = 0x11,
    Pair = 0x22,
    Part = 0x33,
    Flag = 0x44,
}

/// A running hash over characters.
#[derive(Clone, Copy)]
pub(crate) struct FeatureHash(u64);

impl FeatureHash {
    pub(crate) fn new(kind: FeatureKind) -> Self {
        FeatureHash((kind as u64).wrapping_mul(MULTIPLIER))
    }

    pub(crate) fn with(self, value: u32) -> Self {
        FeatureHash((self.0.rotate_left(5) ^ u64::from(value)).wrapping_mul(MULTIPLIER))
    }

    pub(crate) fn with_all(self, characters: &[char]) -> Self {
        characters.iter().fold(self, |hash, &character| hash.with(u32::from(character)))
    }

    /// 32 well-mixed bits; a model of 2^b columns uses the upper b of them.
    pub(crate) fn finish(self) -> u32 {
        // The multiplication mixes towards the upper bits, and columns are taken from those.
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_given_word_never_changes() {
        let letters: Vec<char> = "late".chars().collect();
        let hashes = [FeatureKind::Word, FeatureKind::Pair, FeatureKind::Part]
            .map(|k| FeatureHash::new(k).with_all(&letters).finish());
        assert_eq!(hashes, [624_569_557, 646_039_124, 3_257_425_034]);
    }

    #[test]
    fn the_upper_bits_are_uniform_over_columns() {
        let mut seen = vec![0_u32; 1 << 10];
        for number in 0..(1_u32 << 16) {
            seen[(FeatureHash::new(FeatureKind::Part).with(number).finish() >> 22) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| (16..=160).contains(&count)), "{seen:?}");
    }
}
