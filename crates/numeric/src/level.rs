//! The slowly moving mean of a series, relative to its season.

/// Factor on the weight of past hours at each new hour: a time constant of four days.
const RETENTION: f64 = 1.0 - 1.0 / 96.0;
/// Weight of the prior level of 1, in mentions.
const PRIOR_MENTIONS: f64 = 20.0;

/// Exponentially weighted sums of the counts and of the counts that the season predicts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SeriesLevel {
    /// Weighted sum of the counts.
    pub counted: f64,
    /// Weighted sum of the seasonal predictions.
    pub expected: f64,
}

impl SeriesLevel {
    /// Adds an hour: its count and the seasonal prediction of that count.
    pub fn learn(&mut self, count: f64, season: f64) {
        self.counted = self.counted * RETENTION + count;
        self.expected = self.expected * RETENTION + season;
    }

    /// Ratio of the recent counts to their season; 1 without data.
    #[must_use]
    pub fn factor(&self) -> f64 {
        (self.counted + PRIOR_MENTIONS) / (self.expected + PRIOR_MENTIONS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_of_doubled_counts_raises_the_level_and_an_hour_does_not() {
        let mut level = SeriesLevel::default();
        (0..1000).for_each(|_| level.learn(10.0, 10.0));
        assert_eq!(level.factor(), 1.0);
        level.learn(20.0, 10.0);
        assert!(level.factor() < 1.02);
        (0..168).for_each(|_| level.learn(20.0, 10.0));
        assert!((1.75..2.0).contains(&level.factor()), "{}", level.factor());
    }
}
