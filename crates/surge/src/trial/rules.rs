//! The rules under trial: ours, and four that vendors have published.
//!
//! Each becomes a track: at every time it is evaluated one number, which raises an alarm where it
//! reaches the rule's threshold. So any threshold can be tried without another run.

use crate::{Config, Plans, Series};

/// A rule, with how it is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Ours: evidence that holds for [`Config::persists`] minutes, each minute.
    Evidence,
    /// The mean of the last 24 hours lies more than so many standard deviations (of the hourly
    /// counts) above the mean of the last 7 days; checked each hour.
    DayAboveWeek,
    /// The last hour lies so many standard deviations above the mean of about 100 days, and holds
    /// a least number of mentions; checked each hour.
    LongScore,
    /// The last hour has so many times the mean hour of the last 7 days; checked each hour.
    TimesMean,
    /// The last hour has so many times the mean of the same hour in the last 4 weeks; checked each
    /// minute.
    SameWindow,
}

impl Rule {
    /// Every rule, ours first.
    pub const ALL: [Rule; 5] =
        [Rule::Evidence, Rule::DayAboveWeek, Rule::LongScore, Rule::TimesMean, Rule::SameWindow];

    /// What a report calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rule::Evidence => "harken",
            Rule::DayAboveWeek => "24 h mean > 7-day mean + k sd",
            Rule::LongScore => "z-score on 100 days, at least 10/h",
            Rule::TimesMean => "share of the 7-day hourly mean",
            Rule::SameWindow => "same hour of the last 4 weeks",
        }
    }

    /// The thresholds it is published with; ours is the default.
    #[must_use]
    pub fn published(self) -> Vec<f64> {
        match self {
            Rule::Evidence => vec![Config::default().open_at],
            Rule::DayAboveWeek => vec![1.5, 2.0, 3.0],
            Rule::LongScore => vec![3.0],
            Rule::TimesMean => vec![1.5],
            // Its users choose the percentage; twice as much is what its handbook shows.
            Rule::SameWindow => vec![2.0],
        }
    }

    /// The thresholds tried, from the loosest.
    #[must_use]
    pub fn thresholds(self) -> Vec<f64> {
        let even = |from: f64, step: f64, count: usize| -> Vec<f64> {
            (0..count).map(|n| from + step * n as f64).collect()
        };
        let grown = |next: &mut f64, _| Some(std::mem::replace(next, *next * 1.07));
        let mut all = match self {
            Rule::Evidence => even(2.0, 0.25, 73),
            Rule::DayAboveWeek => even(0.1, 0.1, 32),
            Rule::LongScore => even(0.5, 0.25, 60),
            Rule::TimesMean | Rule::SameWindow => (0..70).scan(1.25, grown).collect(),
        };
        all.extend(self.published());
        all.sort_by(f64::total_cmp);
        all.dedup();
        all
    }

    /// Minutes between two evaluations.
    #[must_use]
    pub fn every(self) -> usize {
        match self {
            Rule::Evidence | Rule::SameWindow => 1,
            Rule::DayAboveWeek | Rule::LongScore | Rule::TimesMean => 60,
        }
    }
}

/// What a rule says of one series from the minute `start` on.
#[derive(Debug, Clone)]
pub struct Track {
    /// The rule.
    pub rule: Rule,
    /// What it says at `start + every`, `start + 2 every` and so on, of all minutes before.
    pub values: Vec<f32>,
}

const HOUR: usize = 60;
const DAY: usize = 24;
const WEEK: usize = 168;
/// Where the z-score has a least volume, this is it.
const LEAST: f64 = 10.0;

/// The tracks of all rules over one series.
#[must_use]
pub fn tracks(counts: &[u16], start: usize, config: &Config) -> Vec<Track> {
    let hours: Vec<f64> =
        counts.chunks_exact(HOUR).map(|hour| hour.iter().map(|n| f64::from(*n)).sum()).collect();
    let by_hour = |value: &dyn Fn(&[f64]) -> f64| -> Vec<f32> {
        (start / HOUR + 1..=hours.len()).map(|end| value(&hours[..end]) as f32).collect()
    };
    let each = |rule: Rule| match rule {
        Rule::Evidence => ours(counts, start, config),
        Rule::DayAboveWeek => by_hour(&day_above_week),
        Rule::LongScore => by_hour(&long_score),
        Rule::TimesMean => by_hour(&times_mean),
        Rule::SameWindow => same_window(counts, start),
    };
    Rule::ALL.iter().map(|rule| Track { rule: *rule, values: each(*rule) }).collect()
}

fn ours(counts: &[u16], start: usize, config: &Config) -> Vec<f32> {
    let mut series = Series::new(0);
    let plans = Plans::default();
    let mut held = vec![0.0; config.persists as usize];
    let mut values = Vec::with_capacity(counts.len() - start);
    for (minute, count) in counts.iter().enumerate() {
        series.hear(minute as i64, u32::from(*count), &plans);
        if minute >= start {
            let place = minute % held.len();
            held[place] = series.read(&plans, config).evidence;
            values.push(held.iter().copied().fold(f64::INFINITY, f64::min) as f32);
        }
    }
    values
}

fn moments(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
    (mean, (squares / values.len() as f64).sqrt())
}

fn day_above_week(hours: &[f64]) -> f64 {
    let week = &hours[hours.len() - WEEK..];
    let (mean, deviation) = moments(week);
    let (day, _) = moments(&week[WEEK - DAY..]);
    (day - mean) / deviation.max(1e-9)
}

fn long_score(hours: &[f64]) -> f64 {
    let (history, now) =
        (&hours[hours.len() - 1 - 100 * DAY..hours.len() - 1], hours[hours.len() - 1]);
    let (mean, deviation) = moments(history);
    if now < LEAST { 0.0 } else { (now - mean) / deviation.max(1e-9) }
}

fn times_mean(hours: &[f64]) -> f64 {
    let (mean, _) = moments(&hours[hours.len() - 1 - WEEK..hours.len() - 1]);
    hours[hours.len() - 1] / mean.max(1e-9)
}

fn same_window(counts: &[u16], start: usize) -> Vec<f32> {
    let mut sums = vec![0.0];
    for count in counts {
        sums.push(sums[sums.len() - 1] + f64::from(*count));
    }
    let hour_to = |end: usize| sums[end] - sums[end - HOUR];
    let value = |end: usize| {
        let before: f64 = (1..=4).map(|weeks| hour_to(end - weeks * WEEK * HOUR)).sum();
        // An hour that was always silent counts as one mention in four weeks.
        (hour_to(end) / (before / 4.0).max(0.25)) as f32
    };
    (start + 1..=counts.len()).map(value).collect()
}
