//! SimHash: a hash in which texts with mostly the same words differ in few bits.
//!
//! Each word votes with the 64 bits of its hash; a bit of the result is set when more than half of
//! the words set it. Source: M. Charikar, "Similarity estimation techniques from rounding
//! algorithms", 2002; the distance of 3 in 64 bits and the search by bands: G. Manku et al.,
//! "Detecting near-duplicates for web crawling", 2007.
//!
//! How near is near: with one word changed, 3 bits is the reach of a text of about 100 words. A
//! short text stays in reach only while its words are the same.
//!
//! The votes are counted for all 64 bits at once: plane n holds bit n of every counter.

use xxhash_rust::xxh3::xxh3_64;

/// The greatest distance at which the search by four bands of 16 bits finds every neighbour: three
/// differing bits leave one band untouched.
pub const REACH: u32 = 3;

/// Words counted, at most; what follows in a longer text has no vote.
const LIMIT: u32 = (1 << PLANES) - 1;
const PLANES: usize = 12;

/// Counts the votes of words.
#[derive(Debug, Default)]
pub struct Votes {
    planes: [u64; PLANES],
    voters: u32,
}

impl Votes {
    /// Lets a word vote.
    pub fn add(&mut self, word: &str) {
        if self.voters == LIMIT {
            return;
        }
        self.voters += 1;
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

    /// The bits set by more than half of the words.
    #[must_use]
    pub fn outcome(&self) -> u64 {
        let half = self.voters / 2;
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

/// In how many bits two hashes differ.
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
        votes.outcome()
    }

    /// One counter a bit, as the definition says.
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
        fn counts_as_one_counter_a_bit_does(words in prop::collection::vec("[a-f]{1,3}", 0..200)) {
            prop_assert_eq!(of(words.iter().map(String::as_str)), naive(&words));
        }
    }

    #[test]
    fn counts_to_its_limit_and_no_further() {
        let words: Vec<String> = (0..LIMIT).map(|n| n.to_string()).collect();
        let limit = words.iter().map(String::as_str);
        assert_eq!(of(limit.clone()), naive(&words));
        assert_eq!(of(limit.clone().chain(["one", "more"])), of(limit));
    }

    /// How many of 100 texts of so many words stay in reach when one word is changed.
    fn in_reach(length: usize) -> usize {
        let changed = |n: usize| {
            let words: Vec<String> = (0..length).map(|word| format!("{n}-{word}")).collect();
            let mut others = words.clone();
            others[length / 2] = "changed".to_owned();
            distance(naive(&words), naive(&others)) <= REACH
        };
        (0..100).filter(|n| changed(*n)).count()
    }

    #[test]
    fn one_changed_word_keeps_a_long_text_near_and_takes_a_short_one_away() {
        for (length, expected) in [(10, 0..=5), (100, 50..=90), (400, 90..=100)] {
            let found = in_reach(length);
            assert!(expected.contains(&found), "{found} of 100 with {length} words");
        }
    }
}
