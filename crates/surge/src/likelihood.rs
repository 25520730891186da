//! The likelihood ratio of a raised rate against the expected one.

use numeric::ln;

/// The distribution of the count that is expected in a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectedCount {
    /// The mean, in mentions.
    pub mean: f64,
    /// Variance divided by mean, less one: 0 for a Poisson distribution.
    pub excess: f64,
}

impl ExpectedCount {
    /// The standard deviation of the count.
    #[must_use]
    pub fn standard_deviation(self) -> f64 {
        (self.mean * (1.0 + self.excess)).sqrt()
    }

    /// The surprisal of a count of 0: minus the logarithm of its probability, in nats.
    ///
    /// Poisson: `m`. Negative binomial of size `r = m / excess`: `r ln(1 + excess)`.
    #[must_use]
    pub fn silence_surprisal(self) -> f64 {
        if self.excess < POISSON_LIMIT {
            return self.mean;
        }
        self.mean / self.excess * ln(1.0 + self.excess)
    }
}

/// Below this excess the negative binomial is indistinguishable from a Poisson distribution.
const POISSON_LIMIT: f64 = 1e-6;

/// The logarithm of the generalised likelihood ratio, in nats: the likelihood of the count at the
/// rate that fits it best, divided by its likelihood at the expected rate. 0 if the count is not
/// above the mean.
///
/// Poisson: `n ln(n/m) - (n - m)`. Negative binomial of size `r = m / excess`:
/// `n ln(n/m) - (n + r) ln((n + r) / (m + r))`. Willsky and Jones, 1976; Lai, 1995.
#[must_use]
pub fn log_likelihood_ratio(count: f64, expected: ExpectedCount) -> f64 {
    let ExpectedCount { mean, excess } = expected;
    if count <= mean {
        return 0.0;
    }
    if excess < POISSON_LIMIT {
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
    fn a_count_up_to_the_mean_has_a_ratio_of_zero() {
        for count in [0.0, 3.0, 10.0] {
            assert_eq!(log_likelihood_ratio(count, ExpectedCount { mean: 10.0, excess: 0.3 }), 0.0);
        }
    }

    #[test]
    fn the_ratio_equals_that_of_the_probabilities() {
        // ln of P(20 | mean 20) / P(20 | mean 10) for Poisson distributions.
        let ratio = 20.0 * 2f64.ln() - 10.0;
        assert!(
            (log_likelihood_ratio(20.0, ExpectedCount { mean: 10.0, excess: 0.0 }) - ratio).abs()
                < 1e-12
        );
        // With a small excess, the negative binomial approaches the Poisson distribution.
        assert!(
            (log_likelihood_ratio(20.0, ExpectedCount { mean: 10.0, excess: 1e-5 }) - ratio).abs()
                < 1e-3
        );
        // P(0) = (r / (r + m))^r with r = 4.
        let silence = ExpectedCount { mean: 8.0, excess: 2.0 }.silence_surprisal();
        assert!((silence - 4.0 * 3f64.ln()).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_ratio_grows_with_the_count_and_falls_with_mean_and_dispersion(
            mean in 0.01..500.0_f64, excess in 0.0..20.0_f64, over in 1.0..20.0_f64,
        ) {
            let count = mean * over + 1.0;
            let base = ExpectedCount { mean, excess };
            let scattered = ExpectedCount { excess: excess + 0.5, ..base };
            let smaller = ExpectedCount { mean: mean * 0.9, ..base };
            let here = log_likelihood_ratio(count, base);
            prop_assert!(log_likelihood_ratio(count + 1.0, base) > here);
            prop_assert!(log_likelihood_ratio(count, scattered) < here);
            prop_assert!(log_likelihood_ratio(count, smaller) > here);
        }
    }
}
