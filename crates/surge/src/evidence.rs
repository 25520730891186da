//! How much a count speaks for more than was expected.

use crate::number::ln;

/// What is usual for a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// The number of mentions expected.
    pub mean: f64,
    /// By how many times the variance exceeds the mean, less one: 0 is Poisson.
    pub excess: f64,
}

impl Usual {
    /// The standard deviation of the count.
    #[must_use]
    pub fn deviation(self) -> f64 {
        (self.mean * (1.0 + self.excess)).sqrt()
    }

    /// Minus the logarithm of the probability that nothing is said at all.
    #[must_use]
    pub fn silence(self) -> f64 {
        if self.excess < POISSON {
            return self.mean;
        }
        self.mean / self.excess * ln(1.0 + self.excess)
    }
}

/// Below this excess the negative binomial is indistinguishable from a Poisson distribution.
const POISSON: f64 = 1e-6;

/// The logarithm of the generalised likelihood ratio, in nats: how many times (as a power of e)
/// likelier the count is under the rate that fits it best than under the usual one. 0 where the
/// count is not above the mean.
///
/// Poisson: `n ln(n/m) - (n - m)`. Negative binomial of size `r = m / excess`:
/// `n ln(n/m) - (n + r) ln((n + r) / (m + r))`. Willsky and Jones, 1976; Lai, 1995.
#[must_use]
pub fn evidence(count: f64, usual: Usual) -> f64 {
    let Usual { mean, excess } = usual;
    if count <= mean {
        return 0.0;
    }
    if excess < POISSON {
        return count * ln(count / mean) - (count - mean);
    }
    let size = mean / excess;
    count * ln(count / mean) - (count + size) * ln((count + size) / (mean + size))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_expected_or_less_speaks_for_nothing() {
        for count in [0.0, 3.0, 10.0] {
            assert_eq!(evidence(count, Usual { mean: 10.0, excess: 0.3 }), 0.0);
        }
    }

    #[test]
    fn the_ratio_is_that_of_the_probabilities() {
        // P(20 | 20) / P(20 | 10), by the probabilities of the Poisson distribution.
        let ratio = 20.0 * 2f64.ln() - 10.0;
        assert!((evidence(20.0, Usual { mean: 10.0, excess: 0.0 }) - ratio).abs() < 1e-12);
        // A small excess is nearly Poisson.
        assert!((evidence(20.0, Usual { mean: 10.0, excess: 1e-5 }) - ratio).abs() < 1e-3);
        // Nothing at all: (r / (r + m))^r with r = 4.
        let silence = Usual { mean: 8.0, excess: 2.0 }.silence();
        assert!((silence - 4.0 * 3f64.ln()).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_grows_with_the_count_and_shrinks_with_the_mean_and_the_dispersion(
            mean in 0.01..500.0_f64, excess in 0.0..20.0_f64, over in 1.0..20.0_f64,
        ) {
            let count = mean * over + 1.0;
            let usual = Usual { mean, excess };
            let scattered = Usual { excess: excess + 0.5, ..usual };
            let smaller = Usual { mean: mean * 0.9, ..usual };
            let here = evidence(count, usual);
            prop_assert!(evidence(count + 1.0, usual) > here);
            prop_assert!(evidence(count, scattered) < here);
            prop_assert!(evidence(count, smaller) > here);
        }
    }
}
