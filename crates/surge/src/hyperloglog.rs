//! An estimate of the number of distinct authors in constant memory: HyperLogLog (Flajolet, Fusy,
//! Gandouet, Meunier, 2007) with linear counting (Whang, 1990) while many registers are empty.

use numeric::ln;
use stage::Malformed;
use stage::bytes::{ByteReader, ByteWriter};

/// Number of registers; the standard error of a large count is `1.04 / sqrt(512)`, 4.6 %.
const REGISTERS: usize = 512;
const BITS: u32 = 9;

/// A HyperLogLog sketch of 64-bit hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HyperLogLog(Box<[u8; REGISTERS]>);

impl Default for HyperLogLog {
    fn default() -> Self {
        Self(Box::new([0; REGISTERS]))
    }
}

impl HyperLogLog {
    /// Adds a hash; adding it again changes nothing.
    pub fn add(&mut self, hash: u64) {
        let register = &mut self.0[(hash >> (64 - BITS)) as usize];
        // The bit set below the hash limits the rank to 56 when all its bits are 0.
        let rank = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() as u8 + 1;
        *register = (*register).max(rank);
    }

    /// The estimated number of distinct hashes.
    #[must_use]
    pub fn estimate(&self) -> i64 {
        let size = REGISTERS as f64;
        let zeros = self.0.iter().filter(|rank| **rank == 0).count();
        // 2^-rank is exact, because ranks are at most 56.
        let power = |rank: u8| 1.0 / (1_u64 << rank) as f64;
        let harmonic: f64 = self.0.iter().map(|rank| power(*rank)).sum();
        // The bias correction for 128 and more registers (Flajolet et al., figure 3).
        let raw = 0.7213 / (1.0 + 1.079 / size) * size * size / harmonic;
        if raw <= 2.5 * size && zeros > 0 {
            return (size * ln(size / zeros as f64)).round() as i64;
        }
        raw.round() as i64
    }

    pub(crate) fn write(&self, out: &mut ByteWriter<'_>) {
        let occupied: Vec<_> = self.0.iter().enumerate().filter(|(_, rank)| **rank > 0).collect();
        out.count_le::<u32>(occupied.len());
        for (index, rank) in occupied {
            out.le(index as u16);
            out.byte(*rank);
        }
    }

    pub(crate) fn read(reader: &mut ByteReader<'_>) -> Result<Self, Malformed> {
        let mut sketch = Self::default();
        for _ in 0..reader.count_le::<u32>(3)? {
            let (index, rank) = (usize::from(reader.le::<u16>()?), reader.byte()?);
            let register = sketch.0.get_mut(index).filter(|_| (1..=56).contains(&rank));
            *register.ok_or(Malformed::InvalidField("register of a sketch"))? = rank;
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
    fn the_estimate_is_within_three_standard_errors() {
        for (authors, allowed) in
            [(0, 0.0), (1, 0.0), (20, 0.06), (400, 0.1), (5_000, 0.14), (200_000, 0.14)]
        {
            let mut sketch = HyperLogLog::default();
            (0..authors).chain(0..authors).for_each(|n| sketch.add(hash(n)));
            let error = (sketch.estimate() as f64 - authors as f64).abs();
            assert!(error <= allowed * authors as f64, "{authors}: {}", sketch.estimate());
        }
    }

    #[test]
    fn extreme_hashes_have_valid_registers() {
        let mut sketch = HyperLogLog::default();
        [0, u64::MAX, 1, 1 << 63].into_iter().for_each(|hash| sketch.add(hash));
        let mut bytes = Vec::new();
        sketch.write(&mut ByteWriter::new(&mut bytes));
        assert_eq!(HyperLogLog::read(&mut ByteReader::new(&bytes)).unwrap(), sketch);
    }
}
