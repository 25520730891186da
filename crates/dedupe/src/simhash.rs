//! SimHash: a hash by which texts with mostly the same words differ in few bits.
//!
//! Each word votes with the 64 bits of its XXH3 hash; a bit of the result is set when more than half
//! of the words set it. Source: M. Charikar, "Similarity estimation techniques from rounding
//! algorithms", 2002. The distance of 3 bits in 64 and the search by bands come from G. Manku et
//! al., "Detecting near-duplicates for web crawling", 2007.
//!
//! Changing one word changes about 3 bits in a text of 100 words, and more in a shorter one. A short
//! text is therefore near another only if their words are the same.
//!
//! Must not know: how a text is split into words.

use xxhash_rust::xxh3::xxh3_64;

/// The greatest distance in bits at which a search by four bands of 16 bits finds every neighbour:
/// three differing bits leave at least one band equal.
pub const MAX_DISTANCE: u32 = 3;

/// The most words that vote; later words of a longer text are ignored.
const MAX_WORDS: u32 = (1 << PLANES) - 1;
/// Bits of a counter.
const PLANES: usize = 12;

/// Counts the votes of words for each of the 64 bits.
#[derive(Debug, Default)]
pub struct Votes {
    /// Plane n holds bit n of all 64 counters, so that one word is added in a few operations.
    planes: [u64; PLANES],
    words: u32,
}

impl Votes {
    /// Adds the vote of a word.
    pub fn add(&mut self, word: &str) {
        if self.words == MAX_WORDS {
            return;
        }
        self.words += 1;
        // A ripple-carry addition of one bit to each of the 64 counters.
        let mut carry = xxh3_64(word.as_bytes());
        for plane in &mut self.planes {
            let both = *plane & carry;
            *plane ^= carry;
            carry = both;
            if carry == 0 {
                break;
            }
        }
    }

    /// The SimHash: the bits that more than half of the words set.
    #[must_use]
    pub fn simhash(&self) -> u64 {
        // Compares all 64 counters with `half`, from their most significant bit down: `more` marks
        // the counters already known to be greater, `equal` those that still agree.
        let half = self.words / 2;
        let (mut more, mut equal) = (0, u64::MAX);
        for (n, plane) in self.planes.iter().enumerate().rev() {
            match half >> n & 1 {
                0 => {
                    more |= equal & plane;
                    equal &= !plane;
                }
                _ => equal &= plane,
            }
        }
        more
    }
}

/// The number of bits in which two hashes differ.
#[must_use]
pub fn distance(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> u64 {
        let mut votes = Votes::default();
        words.into_iter().for_each(|word| votes.add(word));
        votes.simhash()
    }

    /// The definition: one counter for each bit.
    fn naive(words: &[String]) -> u64 {
        let mut outcome = 0;
        for bit in 0..64 {
            let mut balance = 0;
            for word in words {
                balance += if xxh3_64(word.as_bytes()) >> bit & 1 == 1 { 1 } else { -1 };
            }
            if balance > 0 {
                outcome |= 1 << bit;
            }
        }
        outcome
    }

    proptest! {
        #[test]
        fn the_bit_planes_count_as_separate_counters_do(words in prop::collection::vec("[a-f]{1,3}", 0..200)) {
            prop_assert_eq!(of(words.iter().map(String::as_str)), naive(&words));
        }
    }

    #[test]
    fn words_beyond_the_limit_are_ignored() {
        let words: Vec<String> = (0..MAX_WORDS).map(|n| n.to_string()).collect();
        let limit = words.iter().map(String::as_str);
        assert_eq!(of(limit.clone()), naive(&words));
        assert_eq!(of(limit.clone().chain(["one", "more"])), of(limit));
    }

    /// Of 100 texts of `length` words, the number that stay near after one word is changed.
    fn count_near(length: usize) -> usize {
        let changed = |n: usize| {
            let words: Vec<String> = (0..length).map(|word| format!("{n}-{word}")).collect();
            let mut others = words.clone();
            others[length / 2] = "changed".to_owned();
            distance(naive(&words), naive(&others)) <= MAX_DISTANCE
        };
        (0..100).filter(|n| changed(*n)).count()
    }

    #[test]
    fn one_changed_word_keeps_a_long_text_near_but_not_a_short_one() {
        for (length, expected) in [(10, 0..=5), (100, 50..=90), (400, 90..=100)] {
            let near = count_near(length);
            assert!(expected.contains(&near), "{near} of 100 texts of {length} words are near");
        }
    }
}
