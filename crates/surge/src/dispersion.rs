//! How far counts scatter around what is expected, learnt from the series itself.
//!
//! Two things make them scatter more than Poisson's law says. One mention brings others within
//! minutes: that multiplies the variance, whatever the rate (`clumping`). And the rate itself
//! drifts from its season for hours: that adds a share of the square of the mean (`drift`).
//! Variance = clumping * mean + drift * mean^2: Poisson where both vanish, negative binomial
//! where they do not.

/// What an hour keeps of its weight when the next one comes: four weeks.
const KEEP: f64 = 1.0 - 1.0 / 672.0;
/// How many hours the values assumed at first are worth.
const FIRST: f64 = 24.0;
const CLUMPING: f64 = 1.2;
const DRIFT: f64 = 0.06;
/// The least drift: no season is known better.
const LEAST: f64 = 0.004;
/// Blocks in an hour, from whose scatter clumping is told.
pub(crate) const BLOCKS: usize = 12;

/// Sums over the hours seen, the older the lighter.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Dispersion {
    pub(crate) hours: f64,
    pub(crate) scatter: f64,
    pub(crate) freedom: f64,
    pub(crate) beyond: f64,
    pub(crate) squares: f64,
}

impl Dispersion {
    /// Takes in an hour: its counts by twelfths, its count as far as it may teach, and the mean
    /// that was expected.
    pub(crate) fn learn(&mut self, blocks: &[u32; BLOCKS], count: f64, mean: f64) {
        let clumping = self.clumping();
        let own = blocks.iter().sum::<u32>();
        let middle = f64::from(own) / BLOCKS as f64;
        let scatter: f64 = blocks.iter().map(|n| square(f64::from(*n) - middle)).sum();
        let ceiling = 4.0 * clumping * (BLOCKS - 1) as f64 * middle;
        self.hours = self.hours * KEEP + 1.0;
        self.scatter = self.scatter * KEEP + scatter.min(ceiling);
        self.freedom = self.freedom * KEEP + (BLOCKS - 1) as f64 * middle;
        self.beyond = self.beyond * KEEP + square(count - mean) - clumping * mean;
        self.squares = self.squares * KEEP + mean * mean;
    }

    /// By how many times the variance exceeds the mean where the rate is constant.
    #[must_use]
    pub(crate) fn clumping(&self) -> f64 {
        let first = FIRST * (BLOCKS - 1) as f64;
        ((self.scatter + CLUMPING * first) / (self.freedom + first)).max(1.0)
    }

    /// The relative variance of the rate around its season.
    #[must_use]
    pub(crate) fn drift(&self) -> f64 {
        if self.squares <= 0.0 {
            return DRIFT;
        }
        let first = FIRST * self.squares / self.hours;
        ((self.beyond + DRIFT * first) / (self.squares + first)).max(LEAST)
    }
}

fn square(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Random;

    /// Weeks of hours with this mean, whose rate drifts by this share and whose mentions come in
    /// groups of this size.
    fn learnt(mean: f64, drift: f64, group: u32) -> Dispersion {
        let (mut random, mut learnt) = (Random::seeded(7), Dispersion::default());
        for _ in 0..6 * 168 {
            let rate = mean * (1.0 + drift * random.normal()).max(0.0);
            let block = rate / BLOCKS as f64 / f64::from(group);
            let blocks = std::array::from_fn(|_| random.poisson(block) * group);
            learnt.learn(&blocks, f64::from(blocks.iter().sum::<u32>()), mean);
        }
        learnt
    }

    #[test]
    fn a_poisson_series_is_taken_for_one() {
        let learnt = learnt(60.0, 0.0, 1);
        assert!((learnt.clumping() - 1.0).abs() < 0.05, "{learnt:?}");
        assert!(learnt.drift() < 0.01, "{learnt:?}");
    }

    #[test]
    fn groups_raise_the_clumping_and_a_wandering_rate_the_drift() {
        let groups = learnt(60.0, 0.0, 3);
        assert!((groups.clumping() - 3.0).abs() < 0.3, "{groups:?}");
        assert!(groups.drift() < 0.02, "{groups:?}");
        let wandering = learnt(60.0, 0.3, 1);
        assert!(wandering.clumping() < 1.1, "{wandering:?}");
        assert!((wandering.drift() - 0.09).abs() < 0.02, "{wandering:?}");
    }
}
