//! How many answers each hour ahead will need.

use surge::{Level, Season};

/// Something that raises or lowers what is needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Planned {
    /// The first hour since the epoch.
    pub from: i64,
    /// The hour after the last.
    pub to: i64,
    /// By how many times.
    pub times: f64,
}

/// What an hour will need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The hour since the epoch.
    pub hour: i64,
    /// Answers, on average.
    pub mean: f64,
    /// Fewer than this in one hour of ten.
    pub low: f64,
    /// More than this in one hour of ten.
    pub high: f64,
}

/// Deviations from the mean beyond which one in ten lies (normal distribution).
const TENTH: f64 = 1.2816;
/// Hours that are learnt before their misses are counted: two weeks.
const BEGINNING: usize = 336;
/// The drift assumed of a history too short to show it: that of one hour in ten being 30 % off.
const DRIFT: f64 = 0.05;

/// Expects `hours` hours after the last of the history: counts by hour since the epoch, in order.
/// Hours that are missing teach nothing; those of a planned event are learnt without it.
///
/// The interval is by how far past hours missed what was expected of them: variance = mean +
/// drift * mean^2 (negative binomial), taken for normal.
#[must_use]
pub fn ahead(history: &[(i64, f64)], hours: usize, planned: &[Planned]) -> Vec<Expected> {
    let Some((last, _)) = history.last() else { return Vec::new() };
    let (mut season, mut level) = (Season::default(), Level::default());
    let (mut beyond, mut squares) = (0.0, 0.0);
    let mut rates = season.rates();
    for (seen, (hour, count)) in history.iter().enumerate() {
        let usual = rates.of_hour(surge::week_hour(*hour));
        let count = count / times(planned, *hour);
        if seen >= BEGINNING {
            let mean = usual * level.factor();
            beyond += (count - mean) * (count - mean) - mean;
            squares += mean * mean;
        }
        if seen >= 48 {
            level.learn(count, usual);
        }
        season.learn(surge::week_hour(*hour), count);
        rates = season.rates();
    }
    let drift = if squares > 0.0 { (beyond / squares).max(0.0) } else { DRIFT };
    let expect = |hour: i64| {
        let usual = rates.of_hour(surge::week_hour(hour)) * level.factor();
        let mean = usual * times(planned, hour);
        let off = TENTH * (mean + drift * mean * mean).sqrt();
        Expected { hour, mean, low: (mean - off).max(0.0), high: mean + off }
    };
    (1..=hours as i64).map(|next| expect(last + next)).collect()
}

/// By how many times the events planned for an hour change it, all together.
fn times(planned: &[Planned], hour: i64) -> f64 {
    let now = planned.iter().filter(|event| (event.from..event.to).contains(&hour));
    now.map(|event| event.times.max(0.01)).product()
}

#[cfg(test)]
mod tests {
    use surge::trial::Random;

    use super::*;

    fn rate(hour: i64) -> f64 {
        let day = if (8..20).contains(&(hour % 24)) { 30.0 } else { 5.0 };
        if hour / 24 % 7 >= 5 { day * 0.5 } else { day }
    }

    /// Poisson counts whose rate wanders by a share from hour to hour.
    fn counted(hours: std::ops::Range<i64>, wander: f64) -> Vec<(i64, f64)> {
        let mut random = Random::seeded(9);
        let mut one = |hour| {
            let rate = rate(hour) * (1.0 + wander * random.normal()).max(0.0);
            (hour, f64::from(random.poisson(rate)))
        };
        hours.map(&mut one).collect()
    }

    #[test]
    fn each_hour_of_the_next_week_is_expected_as_it_was_before() {
        let ahead = ahead(&counted(0..8 * 168, 0.0), 168, &[]);
        assert_eq!((ahead.len(), ahead[0].hour), (168, 8 * 168));
        let error = ahead.iter().map(|e| (e.mean - rate(e.hour)).abs()).sum::<f64>()
            / ahead.iter().map(|e| rate(e.hour)).sum::<f64>();
        assert!(error < 0.12, "{error}");
    }

    #[test]
    fn eight_hours_of_ten_lie_within_the_interval() {
        for wander in [0.0, 0.3] {
            let all = counted(0..10 * 168, wander);
            let (history, after) = all.split_at(9 * 168);
            let ahead = ahead(history, 168, &[]);
            let hits = ahead.iter().zip(after).filter(|(e, (_, n))| (e.low..=e.high).contains(n));
            let share = hits.count() as f64 / 168.0;
            assert!((0.72..=0.93).contains(&share), "wander {wander}: {share}");
        }
    }

    #[test]
    fn a_campaign_is_expected_where_it_is_planned_and_not_learnt_where_it_was() {
        let mut history = counted(0..8 * 168, 0.0);
        let past = Planned { from: 7 * 168 + 32, to: 7 * 168 + 40, times: 5.0 };
        let next = Planned { from: 8 * 168 + 56, to: 8 * 168 + 60, times: 3.0 };
        for (hour, count) in &mut history {
            *count *= times(&[past], *hour);
        }
        let with = ahead(&history, 168, &[past, next]);
        let without = ahead(&counted(0..8 * 168, 0.0), 168, &[]);
        for (with, without) in with.iter().zip(&without) {
            let factor = if (next.from..next.to).contains(&with.hour) { 3.0 } else { 1.0 };
            assert!((with.mean / (factor * without.mean) - 1.0).abs() < 1e-9, "{with:?}");
        }
    }

    #[test]
    fn no_history_expects_nothing() {
        assert!(ahead(&[], 24, &[]).is_empty());
    }
}
