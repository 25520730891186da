//! The rules of the trial: the detector and four rules that vendors have published.
//!
//! Each rule gives a score at every evaluation and raises an alarm where the score reaches its
//! threshold. So one run serves all thresholds.

use crate::{Config, Series, SeriesEvents};

/// A detection rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetectionRule {
    /// The detector: the log-likelihood ratio over [`Config::persists`] minutes; every minute.
    Evidence,
    /// The mean of the last 24 hours less that of the last 7 days, in standard deviations of the
    /// hourly counts; every hour.
    DayAboveWeek,
    /// The last hour less the mean of 100 days, in standard deviations, with a minimum volume;
    /// every hour.
    LongScore,
    /// The last hour divided by the mean hour of the last 7 days; every hour.
    TimesMean,
    /// The last hour divided by the mean of the same hour in the last 4 weeks; every minute.
    SameWindow,
}

impl DetectionRule {
    /// All rules, the detector first.
    pub const ALL: [DetectionRule; 5] = [
        DetectionRule::Evidence,
        DetectionRule::DayAboveWeek,
        DetectionRule::LongScore,
        DetectionRule::TimesMean,
        DetectionRule::SameWindow,
    ];

    /// The name in a report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DetectionRule::Evidence => "harken",
            DetectionRule::DayAboveWeek => "24 h mean > 7-day mean + k sd",
            DetectionRule::LongScore => "z-score on 100 days, at least 10/h",
            DetectionRule::TimesMean => "share of the 7-day hourly mean",
            DetectionRule::SameWindow => "same hour of the last 4 weeks",
        }
    }

    /// The published thresholds; for the detector, the default.
    #[must_use]
    pub fn published(self) -> Vec<f64> {
        match self {
            DetectionRule::Evidence => vec![Config::default().open_at],
            DetectionRule::DayAboveWeek => vec![1.5, 2.0, 3.0],
            DetectionRule::LongScore => vec![3.0],
            DetectionRule::TimesMean => vec![1.5],
            // Users choose the percentage; the handbook shows 200 %.
            DetectionRule::SameWindow => vec![2.0],
        }
    }

    /// The thresholds of the trial, lowest first.
    #[must_use]
    pub fn thresholds(self) -> Vec<f64> {
        let even = |from: f64, step: f64, count: usize| -> Vec<f64> {
            (0..count).map(|n| from + step * n as f64).collect()
        };
        let grown = |next: &mut f64, _| Some(std::mem::replace(next, *next * 1.07));
        let mut all = match self {
            DetectionRule::Evidence => even(2.0, 0.25, 73),
            DetectionRule::DayAboveWeek => even(0.1, 0.1, 32),
            DetectionRule::LongScore => even(0.5, 0.25, 60),
            DetectionRule::TimesMean | DetectionRule::SameWindow => {
                (0..70).scan(1.25, grown).collect()
            }
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
            DetectionRule::Evidence | DetectionRule::SameWindow => 1,
            DetectionRule::DayAboveWeek | DetectionRule::LongScore | DetectionRule::TimesMean => 60,
        }
    }
}

/// The scores of a rule over one series from the minute `start` on.
#[derive(Debug, Clone)]
pub struct RuleScores {
    /// The rule.
    pub rule: DetectionRule,
    /// The scores at `start + every`, `start + 2 every` and so on, each from all earlier minutes.
    pub values: Vec<f32>,
}

const HOUR: usize = 60;
const DAY: usize = 24;
const WEEK: usize = 168;
/// Minimum volume of the z-score, in mentions per hour.
const MIN_VOLUME: f64 = 10.0;

/// Scores one series with every rule.
#[must_use]
pub fn score_series(counts: &[u16], start: usize, config: &Config) -> Vec<RuleScores> {
    let hours: Vec<f64> =
        counts.chunks_exact(HOUR).map(|hour| hour.iter().map(|n| f64::from(*n)).sum()).collect();
    let by_hour = |value: &dyn Fn(&[f64]) -> f64| -> Vec<f32> {
        (start / HOUR + 1..=hours.len()).map(|end| value(&hours[..end]) as f32).collect()
    };
    let each = |rule: DetectionRule| match rule {
        DetectionRule::Evidence => harken_scores(counts, start, config),
        DetectionRule::DayAboveWeek => by_hour(&day_above_week),
        DetectionRule::LongScore => by_hour(&long_score),
        DetectionRule::TimesMean => by_hour(&times_mean),
        DetectionRule::SameWindow => same_window(counts, start),
    };
    DetectionRule::ALL.iter().map(|rule| RuleScores { rule: *rule, values: each(*rule) }).collect()
}

fn harken_scores(counts: &[u16], start: usize, config: &Config) -> Vec<f32> {
    let mut series = Series::new(0);
    let plans = SeriesEvents::default();
    let mut latest = vec![0.0; config.persists as usize];
    let mut values = Vec::with_capacity(counts.len() - start);
    for (minute, count) in counts.iter().enumerate() {
        series.add(minute as i64, u32::from(*count), &plans);
        if minute >= start {
            // The smallest of the last minutes: the ratio that has persisted.
            let slot = minute % latest.len();
            latest[slot] = series.score(&plans, config).log_ratio;
            values.push(latest.iter().copied().fold(f64::INFINITY, f64::min) as f32);
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
    if now < MIN_VOLUME { 0.0 } else { (now - mean) / deviation.max(1e-9) }
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
        // At least one mention in four weeks, so that a silent hour has a finite ratio.
        (hour_to(end) / (before / 4.0).max(0.25)) as f32
    };
    (start + 1..=counts.len()).map(value).collect()
}
