//! One series of counts: what is usual for it, and how much what is heard now speaks against that.
//!
//! A minute is judged by all stretches of time that end with it ([`STRETCHES`]): a burst shows in
//! the short ones, a slow rise in the long ones. That is a window-limited generalised likelihood
//! ratio test (Willsky and Jones, 1976; Lai, 1995): near the least delay that any test can have
//! at its rate of false alarms, without knowing how large the change will be.
//!
//! What is usual is learnt hour by hour, out of sample: an hour is first expected, then taken in.
//! Counts far from what was expected teach only as much as those at the edge of it, so an
//! incident does not become the new usual, while a lasting change does within weeks. Silence too
//! improbable to be one is a gap in the feed and teaches nothing.

use crate::dispersion::{BLOCKS, Dispersion};
use crate::evidence::{Usual, evidence};
use crate::{Config, Plans};
use stage::{Malformed, Wire};

use crate::layout::{Cursor, put_count, put_number, put_real};
use crate::level::Level;
use crate::number::ln;
use crate::recent::{KEPT, Recent};
use crate::season::{HOURS, Rates, Season, week_hour};

/// The stretches of time that are looked at, in minutes.
pub const STRETCHES: [usize; 14] = [1, 2, 3, 5, 8, 12, 18, 26, 40, 60, 90, 130, 180, 240];

/// A count this many deviations from the mean teaches no more than one at that distance.
const EDGE: f64 = 3.0;
/// Until so many hours are learnt, nothing is known that a count could be too far from.
const BEGINNING: f64 = 48.0;
/// Minus the logarithm of the probability at which silence is no longer believed.
const UNBELIEVABLE: f64 = 12.0;

/// What a stretch pays for being looked at so often: an hour holds sixty stretches of a minute that
/// do not overlap, each a chance to be wrong, so each has to show a sixtieth of the probability.
fn price(minutes: usize) -> f64 {
    ln(60.0 / minutes as f64)
}

/// Minutes after its end at which an hour is learnt: parts of it may come late.
const LATE: i64 = 5;
/// Hours of silence from which is learnt, at most.
const LONGEST_SILENCE: i64 = 8 * 168;

/// What speaks for more than usual at a minute.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reading {
    /// The evidence of the stretch that speaks most, less its price, in nats; 0 where none speaks.
    pub evidence: f64,
    /// The same among the stretches of at most an hour: what speaks for it now.
    pub near: f64,
    /// That stretch, in minutes.
    pub minutes: usize,
    /// The mentions in it.
    pub count: u32,
    /// The mentions expected in it.
    pub expected: f64,
}

/// What a series has learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    pub(crate) season: Season,
    pub(crate) level: Level,
    pub(crate) dispersion: Dispersion,
    /// How improbable the present silence is: minus the logarithm of its probability.
    pub(crate) silence: f64,
    /// The first hour since the epoch that has not been learnt.
    pub(crate) next_hour: i64,
}

impl Learnt {
    pub(crate) fn from(hour: i64) -> Self {
        let (season, level, dispersion) = Default::default();
        Self { season, level, dispersion, silence: 0.0, next_hour: hour }
    }
}

impl Wire for Learnt {
    fn write(&self, out: &mut Vec<u8>) {
        put_number(self.next_hour, out);
        put_real(self.silence, out);
        [self.level.heard, self.level.expected].into_iter().for_each(|x| put_real(x, out));
        let Dispersion { hours, scatter, freedom, beyond, squares } = self.dispersion;
        [hours, scatter, freedom, beyond, squares].into_iter().for_each(|x| put_real(x, out));
        let seen: Vec<usize> = (0..HOURS).filter(|h| self.season.weights[*h] > 0.0).collect();
        put_count(seen.len(), out);
        for hour in seen {
            out.push(hour as u8);
            out.extend_from_slice(&self.season.sums[hour].to_le_bytes());
            out.extend_from_slice(&self.season.weights[hour].to_le_bytes());
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor(bytes);
        let mut learnt = Self::from(cursor.number()?);
        learnt.silence = cursor.real()?;
        learnt.level = Level { heard: cursor.real()?, expected: cursor.real()? };
        learnt.dispersion = Dispersion {
            hours: cursor.real()?,
            scatter: cursor.real()?,
            freedom: cursor.real()?,
            beyond: cursor.real()?,
            squares: cursor.real()?,
        };
        for _ in 0..cursor.count(9)? {
            let hour = usize::from(cursor.byte()?);
            if hour >= HOURS {
                return Err(Malformed::new("no hour of a week"));
            }
            (learnt.season.sums[hour], learnt.season.weights[hour]) =
                (cursor.small()?, cursor.small()?);
        }
        cursor.end(learnt)
    }
}

/// What is remembered of one series.
#[derive(Debug, Clone)]
pub struct Series {
    pub(crate) learnt: Learnt,
    pub(crate) recent: Recent,
    /// Follows from what is learnt; never written down.
    rates: Rates,
}

impl Series {
    /// A series of which nothing is known, from this minute on.
    #[must_use]
    pub fn new(minute: i64) -> Self {
        Self::of(Learnt::from(minute.div_euclid(60)), Recent::at(minute))
    }

    pub(crate) fn of(learnt: Learnt, recent: Recent) -> Self {
        let rates = learnt.season.rates();
        Self { learnt, recent, rates }
    }

    /// The latest minute it knows of.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.recent.last()
    }

    /// How many hours it has learnt, the older the lighter.
    #[must_use]
    pub fn learnt_hours(&self) -> f64 {
        self.learnt.season.seen()
    }

    /// Takes in mentions of a minute, and learns from the hours that are over by then; hours with
    /// a planned event teach nothing.
    pub fn hear(&mut self, minute: i64, count: u32, plans: &Plans<'_>) {
        self.advance(minute, plans);
        self.recent.add(minute, count);
    }

    /// Goes on to a minute in which nothing is said yet.
    pub fn advance(&mut self, minute: i64, plans: &Plans<'_>) {
        let over = (minute - LATE).div_euclid(60);
        // Silence longer than that has nothing more to teach.
        self.learnt.next_hour = self.learnt.next_hour.max(over.saturating_sub(LONGEST_SILENCE));
        while self.learnt.next_hour < over {
            let hour = self.learnt.next_hour;
            // Minutes of the hour not yet reached were silent.
            self.recent.advance(hour * 60 + 59);
            if !plans.touches(hour * 60, hour * 60 + 60) {
                self.learn(hour);
            }
            self.learnt.next_hour += 1;
        }
        self.recent.advance(minute);
    }

    fn learn(&mut self, hour: i64) {
        let week_hour = week_hour(hour);
        let mut blocks = [0; BLOCKS];
        for minute in 0..60 {
            blocks[minute / (60 / BLOCKS)] += self.recent.of(hour * 60 + minute as i64);
        }
        let count = f64::from(blocks.iter().sum::<u32>());
        let season = self.rates.of_hour(week_hour);
        let mean = season * self.learnt.level.factor();
        let usual = self.usual(mean, self.rates.doubt(week_hour));
        self.learnt.silence = if count > 0.0 { 0.0 } else { self.learnt.silence + usual.silence() };
        if self.learnt.silence > UNBELIEVABLE {
            return;
        }
        let far = match self.learnt.season.seen() < BEGINNING {
            true => f64::INFINITY,
            false => EDGE * usual.deviation(),
        };
        let teaches = count.clamp((mean - far).max(0.0), mean + far);
        if far.is_finite() {
            self.learnt.dispersion.learn(&blocks, teaches, mean);
            self.learnt.level.learn(teaches, season);
        }
        self.learnt.season.learn(week_hour, teaches);
        self.rates = self.learnt.season.rates();
    }

    fn usual(&self, mean: f64, doubt: f64) -> Usual {
        let drift = self.learnt.dispersion.drift() + doubt;
        Usual { mean, excess: self.learnt.dispersion.clumping() - 1.0 + drift * mean }
    }

    /// Mentions expected from a minute to another, the last included.
    #[must_use]
    pub fn expected(&self, from: i64, to: i64, plans: &Plans<'_>) -> f64 {
        let minutes = (from..=to).map(|minute| self.rates.of_minute(minute) * plans.times(minute));
        minutes.sum::<f64>() * self.learnt.level.factor()
    }

    /// What speaks for more than usual at its latest minute.
    #[must_use]
    pub fn read(&self, plans: &Plans<'_>, config: &Config) -> Reading {
        let last = self.last();
        let factor = self.learnt.level.factor();
        let doubt = self.rates.doubt(week_hour(last.div_euclid(60)));
        let (mut best, mut count, mut expected) = (Reading::default(), 0, 0.0);
        let mut stretches = STRETCHES.iter().copied().peekable();
        for back in 0..KEPT {
            let minute = last - back as i64;
            count += self.recent.of(minute);
            expected += self.rates.of_minute(minute) * factor * plans.times(minute);
            if stretches.peek() != Some(&(back + 1)) {
                continue;
            }
            stretches.next();
            if count < config.least || f64::from(count) < config.times * expected {
                continue;
            }
            let usual = self.usual(expected, doubt);
            let evidence = evidence(f64::from(count), usual) - price(back + 1);
            if evidence > best.evidence {
                let near = if back < 60 { evidence } else { best.near };
                best = Reading { evidence, near, minutes: back + 1, count, expected };
            }
        }
        best
    }
}

#[cfg(test)]
mod tests;
