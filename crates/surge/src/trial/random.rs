//! Seeded random numbers and the distributions of a trial.

use crate::number::{exp, ln};

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator with this seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number above 0 and below 1.
    pub fn share(&mut self) -> f64 {
        ((self.number() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// A number from `from` to `to`.
    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.share()
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.share() * bound as f64) as usize
    }

    /// Standard normal, nearly: the sum of twelve shares less six, which never exceeds six.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    /// Exponential with this mean.
    pub fn wait(&mut self, mean: f64) -> f64 {
        -mean * ln(self.share())
    }

    /// Poisson with this mean (Knuth; a large mean is cut in parts).
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let (mut count, mut left) = (0, mean);
        while left > 0.0 {
            let part = left.min(30.0);
            left -= part;
            let end = exp(-part);
            let mut product = self.share();
            while product > end {
                count += 1;
                product *= self.share();
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moments_are_those_of_the_distributions() {
        let mut random = Random::seeded(3);
        for mean in [0.2, 4.0, 75.0] {
            let counts: Vec<f64> = (0..20_000).map(|_| f64::from(random.poisson(mean))).collect();
            let (average, variance) = moments(&counts);
            assert!((average / mean - 1.0).abs() < 0.05, "{mean}: {average}");
            assert!((variance / mean - 1.0).abs() < 0.05, "{mean}: {variance}");
        }
        let (average, variance) =
            moments(&(0..20_000).map(|_| random.normal()).collect::<Vec<_>>());
        assert!(average.abs() < 0.03 && (variance - 1.0).abs() < 0.04, "{average} {variance}");
        let (average, _) = moments(&(0..20_000).map(|_| random.wait(6.0)).collect::<Vec<_>>());
        assert!((average - 6.0).abs() < 0.2, "{average}");
    }

    fn moments(values: &[f64]) -> (f64, f64) {
        let average = values.iter().sum::<f64>() / values.len() as f64;
        let squares = values.iter().map(|v| (v - average) * (v - average)).sum::<f64>();
        (average, squares / values.len() as f64)
    }
}
