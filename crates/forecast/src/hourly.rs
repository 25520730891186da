//! Forecast of the answers needed in each of the next hours.

use numeric::{Season, SeriesLevel};

/// A planned event that raises or lowers the number of answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlannedDemand {
    /// The first hour since the epoch.
    pub from: i64,
    /// The hour after the last one.
    pub to: i64,
    /// The factor on the number of answers.
    pub factor: f64,
}

/// The forecast of an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourForecast {
    /// The hour since the epoch.
    pub hour: i64,
    /// Expected number of answers.
    pub mean: f64,
    /// The 10th percentile.
    pub low: f64,
    /// The 90th percentile.
    pub high: f64,
}

/// The 90th percentile of the standard normal distribution.
const NINETIETH_PERCENTILE: f64 = 1.2816;
/// The most answers of an hour that are learnt: more than any brand gives. Staffing is searched in
/// steps of an agent, so the time it takes grows with this number.
pub const MAX_PER_HOUR: f64 = 1_000_000.0;
/// Hours learnt before forecast errors are measured: two weeks.
const MIN_LEARNT_HOURS: usize = 336;
/// The relative variance of the rate assumed for a short history: one hour in ten is 30 % off.
const PRIOR_VARIANCE: f64 = 0.05;

/// Predicts the `hours` hours after the end of the history. The history has pairs of an hour since
/// the epoch and its count, in order of time; hours may be missing. Counts during a planned event
/// are divided by its factor before learning, and count as [`MAX_PER_HOUR`] if they are more.
///
/// The interval is from the errors of past predictions: `variance = mean + quadratic * mean^2`
/// (negative binomial), approximated by a normal distribution.
#[must_use]
pub fn forecast_hours(
    history: &[(i64, f64)],
    hours: usize,
    planned: &[PlannedDemand],
) -> Vec<HourForecast> {
    let Some((last, _)) = history.last() else { return Vec::new() };
    let (mut season, mut level) = (Season::default(), SeriesLevel::default());
    let (mut excess_squares, mut mean_squares) = (0.0, 0.0);
    let mut rates = season.rates();
    for (seen, (hour, count)) in history.iter().enumerate() {
        let seasonal = rates.per_hour(numeric::week_hour(*hour));
        let count = count.min(MAX_PER_HOUR) / factor(planned, *hour);
        if seen >= MIN_LEARNT_HOURS {
            // Out of sample: the prediction of this hour before it is learnt.
            let mean = seasonal * level.factor();
            excess_squares += (count - mean) * (count - mean) - mean;
            mean_squares += mean * mean;
        }
        // In the first two days the season is still mostly the prior.
        if seen >= 48 {
            level.learn(count, seasonal);
        }
        season.learn(numeric::week_hour(*hour), count);
        rates = season.rates();
    }
    let quadratic =
        if mean_squares > 0.0 { (excess_squares / mean_squares).max(0.0) } else { PRIOR_VARIANCE };
    let predict = |hour: i64| {
        let seasonal = rates.per_hour(numeric::week_hour(hour));
        let mean = seasonal * level.factor() * factor(planned, hour);
        let distance = NINETIETH_PERCENTILE * (mean + quadratic * mean * mean).sqrt();
        HourForecast { hour, mean, low: (mean - distance).max(0.0), high: mean + distance }
    };
    (1..=hours as i64).map(|next| predict(last + next)).collect()
}

/// The product of the factors of all events planned for an hour.
fn factor(planned: &[PlannedDemand], hour: i64) -> f64 {
    let active = planned.iter().filter(|event| (event.from..event.to).contains(&hour));
    // Bounded, because past counts are divided by it.
    active.map(|event| event.factor.max(0.01)).product()
}

#[cfg(test)]
mod tests {
    use numeric::random::SplitMix64;

    use super::*;

    fn rate(hour: i64) -> f64 {
        let day = if (8..20).contains(&(hour % 24)) { 30.0 } else { 5.0 };
        if hour / 24 % 7 >= 5 { day * 0.5 } else { day }
    }

    /// Poisson counts whose rate has this relative deviation from hour to hour.
    fn counted(hours: std::ops::Range<i64>, deviation: f64) -> Vec<(i64, f64)> {
        let mut random = SplitMix64::seeded(9);
        let mut one = |hour| {
            let rate = rate(hour) * (1.0 + deviation * random.normal()).max(0.0);
            (hour, f64::from(random.poisson(rate)))
        };
        hours.map(&mut one).collect()
    }

    #[test]
    fn the_forecast_of_a_week_follows_the_season_of_the_history() {
        let ahead = forecast_hours(&counted(0..8 * 168, 0.0), 168, &[]);
        assert_eq!((ahead.len(), ahead[0].hour), (168, 8 * 168));
        let error = ahead.iter().map(|e| (e.mean - rate(e.hour)).abs()).sum::<f64>()
            / ahead.iter().map(|e| rate(e.hour)).sum::<f64>();
        assert!(error < 0.12, "{error}");
    }

    #[test]
    fn the_interval_covers_eight_hours_of_ten() {
        for deviation in [0.0, 0.3] {
            let all = counted(0..10 * 168, deviation);
            let (history, after) = all.split_at(9 * 168);
            let ahead = forecast_hours(history, 168, &[]);
            let hits = ahead.iter().zip(after).filter(|(e, (_, n))| (e.low..=e.high).contains(n));
            let share = hits.count() as f64 / 168.0;
            assert!((0.72..=0.93).contains(&share), "deviation {deviation}: {share}");
        }
    }

    #[test]
    fn a_planned_event_raises_its_hours_and_is_not_learnt() {
        let mut history = counted(0..8 * 168, 0.0);
        let past = PlannedDemand { from: 7 * 168 + 32, to: 7 * 168 + 40, factor: 5.0 };
        let next = PlannedDemand { from: 8 * 168 + 56, to: 8 * 168 + 60, factor: 3.0 };
        for (hour, count) in &mut history {
            *count *= factor(&[past], *hour);
        }
        let with = forecast_hours(&history, 168, &[past, next]);
        let without = forecast_hours(&counted(0..8 * 168, 0.0), 168, &[]);
        for (with, without) in with.iter().zip(&without) {
            let factor = if (next.from..next.to).contains(&with.hour) { 3.0 } else { 1.0 };
            assert!((with.mean / (factor * without.mean) - 1.0).abs() < 1e-9, "{with:?}");
        }
    }

    #[test]
    fn an_empty_history_has_no_forecast() {
        assert!(forecast_hours(&[], 24, &[]).is_empty());
    }
}
