//! Overdispersion: the variance of counts around their mean, estimated from the series itself.
//!
//! Counts vary more than a Poisson distribution for two reasons. One mention triggers others within
//! minutes, which multiplies the variance at every rate (the linear coefficient). And the rate
//! deviates from its season for hours, which adds a share of the squared mean (the quadratic
//! coefficient). `variance = linear * mean + quadratic * mean^2`: a Poisson distribution with 1 and
//! 0, else a negative binomial one.

/// Factor on the weight of past hours at each new hour: a time constant of four weeks.
const RETENTION: f64 = 1.0 - 1.0 / 672.0;
/// Weight of the prior coefficients, in hours.
const PRIOR_HOURS: f64 = 24.0;
const PRIOR_LINEAR: f64 = 1.2;
const PRIOR_QUADRATIC: f64 = 0.06;
/// Lower bound of the quadratic coefficient: no season predicts a rate to better than 6 %.
const MIN_QUADRATIC: f64 = 0.004;
/// Blocks of five minutes in an hour; their variance gives the linear coefficient.
pub(crate) const BLOCKS: usize = 12;

/// Exponentially weighted sums over the hours learnt.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Dispersion {
    /// The weights.
    pub(crate) hours: f64,
    /// Squared deviations of the blocks from the mean of their hour.
    pub(crate) block_deviations: f64,
    /// What `block_deviations` would be for a Poisson distribution.
    pub(crate) block_freedom: f64,
    /// Squared deviations of the hours from their prediction, less the linear part.
    pub(crate) excess_squares: f64,
    /// Squares of the predictions.
    pub(crate) mean_squares: f64,
}

impl Dispersion {
    /// Adds an hour: its counts by block, its clamped count, and the mean that was predicted.
    pub(crate) fn learn(&mut self, blocks: &[u32; BLOCKS], count: f64, mean: f64) {
        let linear = self.linear();
        // Around the mean of this hour, not the predicted one: a deviation of the whole hour
        // belongs to the quadratic coefficient.
        let total = blocks.iter().sum::<u32>();
        let middle = f64::from(total) / BLOCKS as f64;
        let block_deviations: f64 = blocks.iter().map(|n| square(f64::from(*n) - middle)).sum();
        // One burst must not raise the coefficient for weeks.
        let ceiling = 4.0 * linear * (BLOCKS - 1) as f64 * middle;
        self.hours = self.hours * RETENTION + 1.0;
        self.block_deviations = self.block_deviations * RETENTION + block_deviations.min(ceiling);
        self.block_freedom = self.block_freedom * RETENTION + (BLOCKS - 1) as f64 * middle;
        self.excess_squares =
            self.excess_squares * RETENTION + square(count - mean) - linear * mean;
        self.mean_squares = self.mean_squares * RETENTION + mean * mean;
    }

    /// The linear coefficient: variance divided by mean at a constant rate; at least 1.
    #[must_use]
    pub(crate) fn linear(&self) -> f64 {
        let prior = PRIOR_HOURS * (BLOCKS - 1) as f64;
        ((self.block_deviations + PRIOR_LINEAR * prior) / (self.block_freedom + prior)).max(1.0)
    }

    /// The quadratic coefficient: the relative variance of the rate around its season.
    #[must_use]
    pub(crate) fn quadratic(&self) -> f64 {
        if self.mean_squares <= 0.0 {
            return PRIOR_QUADRATIC;
        }
        let prior = PRIOR_HOURS * self.mean_squares / self.hours;
        ((self.excess_squares + PRIOR_QUADRATIC * prior) / (self.mean_squares + prior))
            .max(MIN_QUADRATIC)
    }
}

fn square(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests {
    use super::*;
    use numeric::random::SplitMix64;

    /// Learns six weeks of hours with this mean, whose rate has this relative deviation and whose
    /// mentions come in groups of this size.
    fn trained(mean: f64, drift: f64, group: u32) -> Dispersion {
        let (mut random, mut dispersion) = (SplitMix64::seeded(7), Dispersion::default());
        for _ in 0..6 * 168 {
            let rate = mean * (1.0 + drift * random.normal()).max(0.0);
            let block = rate / BLOCKS as f64 / f64::from(group);
            let blocks = std::array::from_fn(|_| random.poisson(block) * group);
            dispersion.learn(&blocks, f64::from(blocks.iter().sum::<u32>()), mean);
        }
        dispersion
    }

    #[test]
    fn a_poisson_series_has_the_coefficients_of_one() {
        let learnt = trained(60.0, 0.0, 1);
        assert!((learnt.linear() - 1.0).abs() < 0.05, "{learnt:?}");
        assert!(learnt.quadratic() < 0.01, "{learnt:?}");
    }

    #[test]
    fn groups_raise_the_linear_coefficient_and_a_varying_rate_the_quadratic_one() {
        let groups = trained(60.0, 0.0, 3);
        assert!((groups.linear() - 3.0).abs() < 0.3, "{groups:?}");
        assert!(groups.quadratic() < 0.02, "{groups:?}");
        let varying = trained(60.0, 0.3, 1);
        assert!(varying.linear() < 1.1, "{varying:?}");
        assert!((varying.quadratic() - 0.09).abs() < 0.02, "{varying:?}");
    }
}
