//! A seeded random generator: the same seed gives the same numbers on every machine and in every
//! release. Not for secrets.

use crate::{exp, ln};

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
#[derive(Debug, Clone)]
pub struct SplitMix64(u64);

impl SplitMix64 {
    /// A generator with this seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A uniform number above 0 and below 1.
    pub fn unit(&mut self) -> f64 {
        ((self.next_u64() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// A uniform number from `from` to `to`.
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// A uniform integer below `bound`; 0 if `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // The upper 64 bits of the product: the bias is below bound / 2^64.
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }

    /// True with a probability of `percent` in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items, which must not be empty.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Shuffles the items (Fisher and Yates, from the last item).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// Approximately standard normal: the sum of twelve uniform numbers less six; at most 6.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// Exponentially distributed with this mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * ln(self.unit())
    }

    /// Poisson distributed with this mean (Knuth, The Art of Computer Programming, 3.4.1). Above a mean
    /// of 1000 the normal distribution of the same mean and variance: Knuth's method takes as many steps
    /// as it counts.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 1_000.0 {
            return (mean + mean.sqrt() * self.normal()).round() as u32;
        }
        let (mut count, mut remaining) = (0, mean);
        while remaining > 0.0 {
            // A sum of Poisson numbers is Poisson; exp of the whole mean could underflow.
            let part = remaining.min(30.0);
            remaining -= part;
            let end = exp(-part);
            let mut product = self.unit();
            while product > end {
                count += 1;
                product *= self.unit();
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distributions_have_their_mean_and_variance() {
        let mut random = SplitMix64::seeded(3);
        for mean in [0.2, 4.0, 75.0, 1_500.0] {
            let counts: Vec<f64> = (0..20_000).map(|_| f64::from(random.poisson(mean))).collect();
            let (average, variance) = moments(&counts);
            assert!((average / mean - 1.0).abs() < 0.05, "{mean}: {average}");
            assert!((variance / mean - 1.0).abs() < 0.05, "{mean}: {variance}");
        }
        let (average, variance) =
            moments(&(0..20_000).map(|_| random.normal()).collect::<Vec<_>>());
        assert!(average.abs() < 0.03 && (variance - 1.0).abs() < 0.04, "{average} {variance}");
        let (average, _) =
            moments(&(0..20_000).map(|_| random.exponential(6.0)).collect::<Vec<_>>());
        assert!((average - 6.0).abs() < 0.2, "{average}");
    }

    #[test]
    fn the_sequence_of_a_seed_never_changes() {
        // The first numbers of seed 1234567, from the reference implementation in C.
        let mut random = SplitMix64::seeded(1_234_567);
        let numbers = [(); 3].map(|()| random.next_u64());
        let expected =
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(numbers, expected);
    }

    #[test]
    fn bounded_numbers_and_permutations_cover_their_range() {
        let mut random = SplitMix64::seeded(5);
        let mut items: Vec<usize> = (0..20).collect();
        random.shuffle(&mut items);
        assert_ne!(items, (0..20).collect::<Vec<_>>());
        let picked: std::collections::BTreeSet<usize> =
            (0..2_000).map(|_| random.pick(&items)).collect();
        assert_eq!(picked.len(), 20);
        assert_eq!((random.below(0), random.below(1)), (0, 0));
        assert!(!random.chance(0) && random.chance(100));
    }

    fn moments(values: &[f64]) -> (f64, f64) {
        let average = values.iter().sum::<f64>() / values.len() as f64;
        let squares = values.iter().map(|v| (v - average) * (v - average)).sum::<f64>();
        (average, squares / values.len() as f64)
    }
}
