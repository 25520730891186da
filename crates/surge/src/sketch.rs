//! How many distinct authors, without remembering them: HyperLogLog (Flajolet, Fusy, Gandouet,
//! Meunier, 2007) with linear counting (Whang, 1990) while few registers are taken.

use stage::Malformed;

use crate::layout::{Cursor, put_count};
use crate::number::ln;

/// Registers; the standard error of a large count is `1.04 / sqrt(512)`, 4.6 %.
const REGISTERS: usize = 512;
const BITS: u32 = 9;

/// A sketch of a set of 64-bit hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch(Box<[u8; REGISTERS]>);

impl Default for Sketch {
    fn default() -> Self {
        Self(Box::new([0; REGISTERS]))
    }
}

impl Sketch {
    /// Adds a hash; one that was added before changes nothing.
    pub fn add(&mut self, hash: u64) {
        let register = &mut self.0[(hash >> (64 - BITS)) as usize];
        let rank = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() as u8 + 1;
        *register = (*register).max(rank);
    }

    /// How many distinct hashes were added, about.
    #[must_use]
    pub fn count(&self) -> i64 {
        let size = REGISTERS as f64;
        let zeros = self.0.iter().filter(|rank| **rank == 0).count();
        // 2^-rank, exactly: ranks stay below 57.
        let power = |rank: u8| 1.0 / (1_u64 << rank) as f64;
        let harmonic: f64 = self.0.iter().map(|rank| power(*rank)).sum();
        let raw = 0.7213 / (1.0 + 1.079 / size) * size * size / harmonic;
        if raw <= 2.5 * size && zeros > 0 {
            return (size * ln(size / zeros as f64)).round() as i64;
        }
        raw.round() as i64
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let taken: Vec<_> = self.0.iter().enumerate().filter(|(_, rank)| **rank > 0).collect();
        put_count(taken.len(), out);
        for (place, rank) in taken {
            out.extend_from_slice(&(place as u16).to_le_bytes());
            out.push(*rank);
        }
    }

    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Malformed> {
        let mut sketch = Self::default();
        for _ in 0..cursor.count(3)? {
            let place = usize::from(u16::from_le_bytes(cursor.array()?));
            let rank = cursor.byte()?;
            let register = sketch.0.get_mut(place).filter(|_| (1..=56).contains(&rank));
            *register.ok_or_else(|| Malformed::new("no register of a sketch"))? = rank;
        }
        Ok(sketch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u64) -> u64 {
        let mut mixed = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    #[test]
    fn it_counts_distinct_authors_within_the_error_it_names() {
        for (authors, allowed) in
            [(0, 0.0), (1, 0.0), (20, 0.06), (400, 0.1), (5_000, 0.14), (200_000, 0.14)]
        {
            let mut sketch = Sketch::default();
            (0..authors).chain(0..authors).for_each(|n| sketch.add(hash(n)));
            let error = (sketch.count() as f64 - authors as f64).abs();
            assert!(error <= allowed * authors as f64, "{authors}: {}", sketch.count());
        }
    }

    #[test]
    fn an_extreme_hash_has_a_register() {
        let mut sketch = Sketch::default();
        [0, u64::MAX, 1, 1 << 63].into_iter().for_each(|hash| sketch.add(hash));
        let mut bytes = Vec::new();
        sketch.write(&mut bytes);
        assert_eq!(Sketch::read(&mut Cursor(&bytes)).unwrap(), sketch);
    }
}
