//! The weekly season: the expected count of each hour of the week.
//!
//! An hour of the week has few observations, so its rate is shrunk towards the product of the rates
//! of its hour of the day and its day of the week (a gamma prior on a Poisson rate).
//! Hours are UTC: after a clock change the season adapts within weeks.

/// Hours in a week.
pub const WEEK_HOURS: usize = 168;

/// Factor on the weight of an hour's past observations at its next one, a week later.
const RETENTION: f32 = 0.85;
/// Weight of the product of day and hour rates, in observations of the hour itself.
const SHAPE_WEIGHT: f64 = 5.0;
/// Weight of the overall mean, in observations of an hour of the day.
const MEAN_WEIGHT: f64 = 0.25;

/// Prior rate of a series without data, in mentions per hour. Above 0, so that no expected count
/// is ever 0.
const PRIOR_RATE: f64 = 0.5;

/// Exponentially weighted sums of the counts of each hour of the week.
#[derive(Debug, Clone, PartialEq)]
pub struct Season {
    /// Weighted sums of the counts.
    pub sums: [f32; WEEK_HOURS],
    /// Sums of the weights; 0 for an hour without observations.
    pub weights: [f32; WEEK_HOURS],
}

impl Default for Season {
    fn default() -> Self {
        Self { sums: [0.0; WEEK_HOURS], weights: [0.0; WEEK_HOURS] }
    }
}

/// The rate of each hour of the week, in mentions per hour, and its uncertainty.
#[derive(Debug, Clone, PartialEq)]
pub struct SeasonalRates {
    rates: [f64; WEEK_HOURS],
    relative_variances: [f64; WEEK_HOURS],
}

impl Season {
    /// Adds the count of an hour of the week.
    pub fn learn(&mut self, hour: usize, count: f64) {
        let hour = hour % WEEK_HOURS;
        self.sums[hour] = self.sums[hour] * RETENTION + count as f32;
        self.weights[hour] = self.weights[hour] * RETENTION + 1.0;
    }

    /// Number of hours observed, weighted by recency.
    #[must_use]
    pub fn weighted_hours(&self) -> f64 {
        self.weights.iter().map(|w| f64::from(*w)).sum()
    }

    /// The shrunk rate of every hour of the week.
    #[must_use]
    pub fn rates(&self) -> SeasonalRates {
        let (mut days, mut hours) = ([(0.0, 0.0); 7], [(0.0, 0.0); 24]);
        let (mut sum, mut weight) = (PRIOR_RATE, 1.0);
        for hour in 0..WEEK_HOURS {
            let (s, w) = (f64::from(self.sums[hour]), f64::from(self.weights[hour]));
            for (all, part) in [(&mut days[hour / 24], (s, w)), (&mut hours[hour % 24], (s, w))] {
                *all = (all.0 + part.0, all.1 + part.1);
            }
            sum += s;
            weight += w;
        }
        let mean = sum / weight;
        let shrunk = |(s, w): (f64, f64), pull: f64| (s + pull * mean) / (w + pull);
        let mut rates =
            SeasonalRates { rates: [0.0; WEEK_HOURS], relative_variances: [0.0; WEEK_HOURS] };
        for hour in 0..WEEK_HOURS {
            let shape = shrunk(hours[hour % 24], MEAN_WEIGHT)
                * shrunk(days[hour / 24], 24.0 * MEAN_WEIGHT)
                / mean;
            let (s, w) = (f64::from(self.sums[hour]), f64::from(self.weights[hour]));
            rates.rates[hour] = (s + SHAPE_WEIGHT * shape) / (w + SHAPE_WEIGHT);
            // The Poisson variance of a rate estimated from few counts, and a term for a product
            // of day and hour that few weeks have confirmed.
            let poisson = 1.0 / (s + SHAPE_WEIGHT * shape + 0.5);
            let unconfirmed = 1.0 / ((1.0 + w) * (1.0 + w) * (1.0 + w));
            rates.relative_variances[hour] = poisson + unconfirmed;
        }
        rates
    }
}

impl SeasonalRates {
    /// The rate of an hour of the week, in mentions per hour.
    #[must_use]
    pub fn per_hour(&self, hour: usize) -> f64 {
        self.rates[hour % WEEK_HOURS]
    }

    /// The relative variance of that rate.
    #[must_use]
    pub fn relative_variance(&self, hour: usize) -> f64 {
        self.relative_variances[hour % WEEK_HOURS]
    }

    /// The expected count of a minute since the epoch, interpolated linearly between the middles of
    /// the two nearest hours.
    #[must_use]
    pub fn per_minute(&self, minute: i64) -> f64 {
        // A rate holds for the middle of its hour, so minutes count from there.
        let shifted = minute - 30;
        let hour = week_hour(shifted.div_euclid(60));
        let part = (shifted.rem_euclid(60) as f64 + 0.5) / 60.0;
        (self.rates[hour] * (1.0 - part) + self.rates[(hour + 1) % WEEK_HOURS] * part) / 60.0
    }
}

/// The hour of the week of an hour since the epoch.
#[must_use]
pub fn week_hour(hour: i64) -> usize {
    hour.rem_euclid(WEEK_HOURS as i64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A season of twelve weeks that are busy from 8 to 20 o'clock, with quiet weekends.
    fn trained() -> Season {
        let mut season = Season::default();
        for _ in 0..12 {
            (0..WEEK_HOURS).for_each(|hour| season.learn(hour, count(hour)));
        }
        season
    }

    fn count(hour: usize) -> f64 {
        let day = if (8..20).contains(&(hour % 24)) { 40.0 } else { 4.0 };
        if hour / 24 >= 5 { day / 2.0 } else { day }
    }

    #[test]
    fn a_single_observed_hour_gives_the_rates_that_the_formula_gives_by_hand() {
        let mut season = Season::default();
        season.learn(10, 7.0);
        season.learn(10, 9.0);
        assert!((season.weighted_hours() - 1.85).abs() < 1e-6);
        let rates = season.rates();
        // The hour itself, the same hour of the next day, and the next hour of the same day.
        for (hour, (rate, variance)) in
            [(10, (8.505314, 0.060216)), (34, (7.764411, 1.025431)), (11, (6.047938, 1.032531))]
        {
            assert!((rates.per_hour(hour) - rate).abs() < 1e-5, "{hour}: {rates:?}");
            assert!((rates.relative_variance(hour) - variance).abs() < 1e-5, "{hour}: {rates:?}");
        }
        // Minute 630 + 15 is 15 minutes after the middle of hour 10: three quarters of its rate.
        let (this, next) = (rates.per_hour(10), rates.per_hour(11));
        let expected = (this * (1.0 - 15.5 / 60.0) + next * 15.5 / 60.0) / 60.0;
        assert!((rates.per_minute(645) - expected).abs() < 1e-9);
    }

    #[test]
    fn each_hour_of_the_week_has_its_rate_after_twelve_weeks() {
        let rates = trained().rates();
        for hour in 0..WEEK_HOURS {
            let error = rates.per_hour(hour) / count(hour) - 1.0;
            assert!(error.abs() < 0.05, "{hour}: {error}");
        }
    }

    #[test]
    fn an_unobserved_hour_takes_its_rate_from_the_other_days() {
        let mut season = Season::default();
        (0..3 * 24).for_each(|hour| season.learn(hour, count(hour)));
        let rates = season.rates();
        assert!(rates.per_hour(4 * 24 + 12) > 5.0 * rates.per_hour(4 * 24 + 3));
        assert!(
            rates.relative_variance(4 * 24 + 12) > rates.relative_variance(24 + 12),
            "its uncertainty is higher"
        );
    }

    #[test]
    fn a_lasting_change_is_learnt_within_weeks() {
        let mut season = trained();
        for _ in 0..15 {
            (0..WEEK_HOURS).for_each(|hour| season.learn(hour, 2.0 * count(hour)));
        }
        let ratio = season.rates().per_hour(12) / count(12);
        assert!(ratio > 1.85, "{ratio}");
    }

    #[test]
    fn rates_of_minutes_change_smoothly_between_hours() {
        let rates = trained().rates();
        let minutes: Vec<f64> = (0..600).map(|minute| rates.per_minute(minute)).collect();
        let jump = minutes.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max);
        assert!(jump < 0.011, "{jump}");
        assert!((rates.per_minute(12 * 60 + 30) * 60.0 / count(12) - 1.0).abs() < 0.05);
    }
}
