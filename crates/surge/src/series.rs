//! One series of counts: its model, and the test of its latest counts against that model.
//!
//! The test of a minute covers every window that ends with it ([`WINDOWS`]): a burst shows in the
//! short ones, a slow rise in the long ones. This is a window-limited generalised likelihood ratio
//! test (Willsky and Jones, 1976; Lai, 1995). Its delay is near the minimum possible at its rate of
//! false alarms, although the size of the change is unknown.
//!
//! The model learns hour by hour and out of sample: it predicts an hour before it learns from it.
//! It clamps a count to a range around the prediction before learning, so an incident does not
//! become the expected count, while a lasting change does within weeks. A silence that is too
//! improbable is a gap in the feed, and the model learns nothing from it.

use numeric::{Season, SeasonalRates, SeriesLevel, WEEK_HOURS, ln, week_hour};
use stage::bytes::{ByteReader, ByteWriter};
use stage::{Malformed, Wire};

use crate::dispersion::{BLOCKS, Dispersion};
use crate::likelihood::{ExpectedCount, log_likelihood_ratio};
use crate::recent::{MINUTES_KEPT, RecentCounts};
use crate::{Config, SeriesEvents};

/// The windows of the test, in minutes.
pub const WINDOWS: [usize; 14] = [1, 2, 3, 5, 8, 12, 18, 26, 40, 60, 90, 130, 180, 240];

/// The model clamps a count to this many standard deviations around the mean before learning.
const CLAMP_DEVIATIONS: f64 = 3.0;
/// Hours that the model learns without clamping, because its prediction is still the prior.
const MIN_LEARNT_HOURS: f64 = 48.0;
/// Surprisal above which silence counts as a gap in the feed, in nats: a probability of 6e-6.
const GAP_SURPRISAL: f64 = 12.0;

/// Penalty of a window for multiple testing, in nats: an hour holds `60 / minutes` windows that do
/// not overlap, each a chance of a false alarm, so each needs a probability smaller by that factor.
fn window_penalty(minutes: usize) -> f64 {
    ln(60.0 / minutes as f64)
}

/// The model learns an hour this many minutes after its end, because signals may be late.
const LATENESS: i64 = 5;
/// Maximum number of silent hours to learn from: eight weeks.
const MAX_SILENT_HOURS: i64 = 8 * 168;

/// The result of the test at a minute.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DetectionScore {
    /// The largest log-likelihood ratio of any window, less its penalty, in nats; 0 if no window is
    /// above its expected count.
    pub log_ratio: f64,
    /// The same over the windows of at most an hour: whether the rise continues.
    pub recent_log_ratio: f64,
    /// The length of the window with the largest ratio, in minutes.
    pub window_minutes: usize,
    /// Number of mentions in that window.
    pub count: u32,
    /// Number of mentions expected in that window.
    pub expected: f64,
}

/// The model of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesModel {
    pub(crate) season: Season,
    pub(crate) level: SeriesLevel,
    pub(crate) dispersion: Dispersion,
    /// Surprisal of the present silence, in nats; 0 after a mention.
    pub(crate) silence_surprisal: f64,
    /// The first hour since the epoch that the model has not learnt.
    pub(crate) next_hour: i64,
}

impl SeriesModel {
    pub(crate) fn new(hour: i64) -> Self {
        let (season, level, dispersion) = Default::default();
        Self { season, level, dispersion, silence_surprisal: 0.0, next_hour: hour }
    }
}

impl Wire for SeriesModel {
    fn write(&self, out: &mut Vec<u8>) {
        let mut out = ByteWriter::new(out);
        out.le(self.next_hour);
        out.le(self.silence_surprisal);
        [self.level.counted, self.level.expected].into_iter().for_each(|x| out.le(x));
        let Dispersion {
            hours,
            block_deviations: scatter,
            block_freedom: freedom,
            excess_squares: beyond,
            mean_squares: squares,
        } = self.dispersion;
        [hours, scatter, freedom, beyond, squares].into_iter().for_each(|x| out.le(x));
        // Hours without observations are left out: a new series writes a few of its 168 hours.
        let seen: Vec<usize> = (0..WEEK_HOURS).filter(|h| self.season.weights[*h] > 0.0).collect();
        out.count_le::<u32>(seen.len());
        for hour in seen {
            out.byte(hour as u8);
            out.le(self.season.sums[hour]);
            out.le(self.season.weights[hour]);
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let mut model = Self::new(reader.le()?);
        model.silence_surprisal = reader.le()?;
        model.level = SeriesLevel { counted: reader.le()?, expected: reader.le()? };
        model.dispersion = Dispersion {
            hours: reader.le()?,
            block_deviations: reader.le()?,
            block_freedom: reader.le()?,
            excess_squares: reader.le()?,
            mean_squares: reader.le()?,
        };
        for _ in 0..reader.count_le::<u32>(9)? {
            let hour = usize::from(reader.byte()?);
            if hour >= WEEK_HOURS {
                return Err(Malformed::InvalidField("hour of the week"));
            }
            (model.season.sums[hour], model.season.weights[hour]) = (reader.le()?, reader.le()?);
        }
        reader.finish(model)
    }
}

/// A series: its model and its latest counts.
#[derive(Debug, Clone)]
pub struct Series {
    pub(crate) model: SeriesModel,
    pub(crate) recent: RecentCounts,
    /// Derived from the season; not part of the changelog.
    rates: SeasonalRates,
}

impl Series {
    /// A series without data that begins at this minute since the epoch.
    #[must_use]
    pub fn new(minute: i64) -> Self {
        Self::from_parts(SeriesModel::new(minute.div_euclid(60)), RecentCounts::empty_until(minute))
    }

    pub(crate) fn from_parts(model: SeriesModel, recent: RecentCounts) -> Self {
        let rates = model.season.rates();
        Self { model, recent, rates }
    }

    /// The latest minute since the epoch.
    #[must_use]
    pub fn last_minute(&self) -> i64 {
        self.recent.last()
    }

    /// Number of hours learnt, weighted by recency.
    #[must_use]
    pub fn weighted_hours(&self) -> f64 {
        self.model.season.weighted_hours()
    }

    /// Adds mentions to a minute, after learning the hours that have ended by then. The model learns
    /// nothing from hours with a planned event.
    pub fn add(&mut self, minute: i64, count: u32, plans: &SeriesEvents<'_>) {
        self.advance(minute, plans);
        self.recent.add(minute, count);
    }

    /// Advances to a minute, which counts no mentions yet, and learns the hours that have ended.
    pub fn advance(&mut self, minute: i64, plans: &SeriesEvents<'_>) {
        let first_open = (minute - LATENESS).div_euclid(60);
        // Bounds the work of a series that was silent for long; older hours weigh nearly nothing.
        self.model.next_hour =
            self.model.next_hour.max(first_open.saturating_sub(MAX_SILENT_HOURS));
        while self.model.next_hour < first_open {
            let hour = self.model.next_hour;
            // Counts the minutes up to the end of this hour as silent.
            self.recent.advance(hour * 60 + 59);
            if !plans.overlaps(hour * 60, hour * 60 + 60) {
                self.learn_hour(hour);
            }
            self.model.next_hour += 1;
        }
        self.recent.advance(minute);
    }

    fn learn_hour(&mut self, hour: i64) {
        let week_hour = week_hour(hour);
        let mut blocks = [0; BLOCKS];
        for minute in 0..60 {
            blocks[minute / (60 / BLOCKS)] += self.recent.count_at(hour * 60 + minute as i64);
        }
        let count = f64::from(blocks.iter().sum::<u32>());
        let season = self.rates.per_hour(week_hour);
        let mean = season * self.model.level.factor();
        let expected = self.expected_count(mean, self.rates.relative_variance(week_hour));
        if count > 0.0 {
            self.model.silence_surprisal = 0.0;
        } else {
            self.model.silence_surprisal += expected.silence_surprisal();
        }
        // A gap in the feed: learning it would lower the season.
        if self.model.silence_surprisal > GAP_SURPRISAL {
            return;
        }
        let distance = match self.model.season.weighted_hours() < MIN_LEARNT_HOURS {
            true => f64::INFINITY,
            false => CLAMP_DEVIATIONS * expected.standard_deviation(),
        };
        let clamped = count.clamp((mean - distance).max(0.0), mean + distance);
        if distance.is_finite() {
            self.model.dispersion.learn(&blocks, clamped, mean);
            self.model.level.learn(clamped, season);
        }
        self.model.season.learn(week_hour, clamped);
        self.rates = self.model.season.rates();
    }

    /// The distribution of a count with this mean, whose rate has this relative variance.
    fn expected_count(&self, mean: f64, rate_variance: f64) -> ExpectedCount {
        let quadratic = self.model.dispersion.quadratic() + rate_variance;
        ExpectedCount { mean, excess: self.model.dispersion.linear() - 1.0 + quadratic * mean }
    }

    /// Number of mentions expected from minute `from` to minute `to`, inclusive.
    #[must_use]
    pub fn expected_between(&self, from: i64, to: i64, plans: &SeriesEvents<'_>) -> f64 {
        let minutes =
            (from..=to).map(|minute| self.rates.per_minute(minute) * plans.factor(minute));
        minutes.sum::<f64>() * self.model.level.factor()
    }

    /// Tests the windows that end with the latest minute.
    #[must_use]
    pub fn score(&self, plans: &SeriesEvents<'_>, config: &Config) -> DetectionScore {
        let last = self.last_minute();
        let factor = self.model.level.factor();
        let rate_variance = self.rates.relative_variance(week_hour(last.div_euclid(60)));
        let (mut best, mut count, mut expected) = (DetectionScore::default(), 0, 0.0);
        let mut windows = WINDOWS.iter().copied().peekable();
        // One pass from the latest minute backwards: every window is a prefix of the next one.
        for back in 0..MINUTES_KEPT {
            let minute = last - back as i64;
            count += self.recent.count_at(minute);
            expected += self.rates.per_minute(minute) * factor * plans.factor(minute);
            let window_minutes = back + 1;
            if windows.next_if_eq(&window_minutes).is_none() {
                continue;
            }
            if count < config.least || f64::from(count) < config.times * expected {
                continue;
            }
            let expected_count = self.expected_count(expected, rate_variance);
            let log_ratio = log_likelihood_ratio(f64::from(count), expected_count)
                - window_penalty(window_minutes);
            if log_ratio > best.log_ratio {
                let recent_log_ratio =
                    if window_minutes <= 60 { log_ratio } else { best.recent_log_ratio };
                best =
                    DetectionScore { log_ratio, recent_log_ratio, window_minutes, count, expected };
            }
        }
        best
    }
}

#[cfg(test)]
mod tests;
