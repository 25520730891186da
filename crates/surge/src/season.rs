//! What is usual at each hour of the week: how much is said at this hour, learnt slowly.
//!
//! An hour of the week has few observations of its own, so its rate is drawn towards what its
//! hour of the day and its day of the week say together (a gamma prior on a Poisson rate).
//! Hours are those of UTC: where clocks change, the season follows within some weeks.

/// Hours in a week.
pub(crate) const HOURS: usize = 168;

/// What an observation keeps of its weight when the next one of its hour comes, a week later.
const KEEP: f32 = 0.85;
/// How many observations the day's shape is worth beside those of the hour itself.
const SHAPE: f64 = 5.0;
/// How many observations the overall mean is worth beside those of an hour of the day.
const MEAN: f64 = 0.25;

/// Mentions an hour that are taken for usual where nothing has been heard yet.
const FIRST: f64 = 0.5;

/// Counts and their weights by hour of the week, the older the lighter.
#[derive(Debug, Clone, PartialEq)]
pub struct Season {
    pub(crate) sums: [f32; HOURS],
    pub(crate) weights: [f32; HOURS],
}

impl Default for Season {
    fn default() -> Self {
        Self { sums: [0.0; HOURS], weights: [0.0; HOURS] }
    }
}

/// Mentions an hour at every hour of the week, and how far that can be trusted.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    rates: [f64; HOURS],
    doubts: [f64; HOURS],
}

impl Season {
    /// Takes in what was counted in an hour of the week.
    pub fn learn(&mut self, hour: usize, count: f64) {
        let hour = hour % HOURS;
        self.sums[hour] = self.sums[hour] * KEEP + count as f32;
        self.weights[hour] = self.weights[hour] * KEEP + 1.0;
    }

    /// How many hours it has seen, the older the lighter.
    #[must_use]
    pub(crate) fn seen(&self) -> f64 {
        self.weights.iter().map(|w| f64::from(*w)).sum()
    }

    /// The rates it knows.
    #[must_use]
    pub fn rates(&self) -> Rates {
        let (mut days, mut hours) = ([(0.0, 0.0); 7], [(0.0, 0.0); 24]);
        let (mut sum, mut weight) = (FIRST, 1.0);
        for hour in 0..HOURS {
            let (s, w) = (f64::from(self.sums[hour]), f64::from(self.weights[hour]));
            for (all, part) in [(&mut days[hour / 24], (s, w)), (&mut hours[hour % 24], (s, w))] {
                *all = (all.0 + part.0, all.1 + part.1);
            }
            sum += s;
            weight += w;
        }
        let mean = sum / weight;
        let drawn = |(s, w): (f64, f64), pull: f64| (s + pull * mean) / (w + pull);
        let mut rates = Rates { rates: [0.0; HOURS], doubts: [0.0; HOURS] };
        for hour in 0..HOURS {
            let shape = drawn(hours[hour % 24], MEAN) * drawn(days[hour / 24], 24.0 * MEAN) / mean;
            let (s, w) = (f64::from(self.sums[hour]), f64::from(self.weights[hour]));
            rates.rates[hour] = (s + SHAPE * shape) / (w + SHAPE);
            // Few counts leave the rate open by Poisson's law; few weeks leave the shape open.
            let few = 1.0 / (s + SHAPE * shape + 0.5);
            let cold = 1.0 / ((1.0 + w) * (1.0 + w) * (1.0 + w));
            rates.doubts[hour] = few + cold;
        }
        rates
    }
}

impl Rates {
    /// Mentions an hour in an hour of the week.
    #[must_use]
    pub fn of_hour(&self, hour: usize) -> f64 {
        self.rates[hour % HOURS]
    }

    /// The relative variance of that rate.
    #[must_use]
    pub(crate) fn doubt(&self, hour: usize) -> f64 {
        self.doubts[hour % HOURS]
    }

    /// Mentions expected in a minute since the epoch, between the middles of the hours around it.
    #[must_use]
    pub(crate) fn of_minute(&self, minute: i64) -> f64 {
        let shifted = minute - 30;
        let hour = week_hour(shifted.div_euclid(60));
        let part = (shifted.rem_euclid(60) as f64 + 0.5) / 60.0;
        (self.rates[hour] * (1.0 - part) + self.rates[(hour + 1) % HOURS] * part) / 60.0
    }
}

/// The hour of the week of an hour since the epoch.
#[must_use]
pub fn week_hour(hour: i64) -> usize {
    hour.rem_euclid(HOURS as i64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve weeks of days that are busy from 8 to 20, and of quiet weekends.
    fn learnt() -> Season {
        let mut season = Season::default();
        for _ in 0..12 {
            (0..HOURS).for_each(|hour| season.learn(hour, count(hour)));
        }
        season
    }

    fn count(hour: usize) -> f64 {
        let day = if (8..20).contains(&(hour % 24)) { 40.0 } else { 4.0 };
        if hour / 24 >= 5 { day / 2.0 } else { day }
    }

    #[test]
    fn each_hour_of_the_week_is_known_after_some_weeks() {
        let rates = learnt().rates();
        for hour in 0..HOURS {
            let error = rates.of_hour(hour) / count(hour) - 1.0;
            assert!(error.abs() < 0.05, "{hour}: {error}");
        }
    }

    #[test]
    fn an_hour_not_yet_seen_takes_the_shape_of_the_other_days() {
        let mut season = Season::default();
        (0..3 * 24).for_each(|hour| season.learn(hour, count(hour)));
        let rates = season.rates();
        assert!(rates.of_hour(4 * 24 + 12) > 5.0 * rates.of_hour(4 * 24 + 3));
        assert!(rates.doubt(4 * 24 + 12) > rates.doubt(24 + 12), "and is trusted less");
    }

    #[test]
    fn what_changes_for_good_is_learnt_within_weeks() {
        let mut season = learnt();
        for _ in 0..15 {
            (0..HOURS).for_each(|hour| season.learn(hour, 2.0 * count(hour)));
        }
        let ratio = season.rates().of_hour(12) / count(12);
        assert!(ratio > 1.85, "{ratio}");
    }

    #[test]
    fn minutes_pass_smoothly_from_hour_to_hour() {
        let rates = learnt().rates();
        let minutes: Vec<f64> = (0..600).map(|minute| rates.of_minute(minute)).collect();
        let jump = minutes.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max);
        assert!(jump < 0.011, "{jump}");
        assert!((rates.of_minute(12 * 60 + 30) * 60.0 / count(12) - 1.0).abs() < 0.05);
    }
}
