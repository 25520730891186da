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

use crate::Config;
use crate::dispersion::{BLOCKS, Dispersion};
use crate::evidence::{Usual, evidence};
use crate::level::Level;
use crate::number::ln;
use crate::recent::{KEPT, Recent};
use crate::season::{Rates, Season, week_hour};

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

/// What speaks for more than usual at a minute.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reading {
    /// The evidence of the stretch that speaks most, less its price, in nats; 0 where none speaks.
    pub evidence: f64,
    /// That stretch, in minutes.
    pub minutes: usize,
    /// The mentions in it.
    pub count: u32,
    /// The mentions expected in it.
    pub expected: f64,
}

/// What is remembered of one series.
#[derive(Debug, Clone)]
pub struct Series {
    pub(crate) season: Season,
    pub(crate) level: Level,
    pub(crate) dispersion: Dispersion,
    pub(crate) recent: Recent,
    /// How improbable the present silence is: minus the logarithm of its probability.
    pub(crate) silence: f64,
    /// Follows from the season; never written down.
    rates: Rates,
}

impl Series {
    /// A series of which nothing is known, from this minute on.
    #[must_use]
    pub fn new(minute: i64, config: &Config) -> Self {
        let (season, level) = (Season::default(), Level::default());
        Self::of(season, level, Dispersion::default(), Recent::at(minute), 0.0, config)
    }

    pub(crate) fn of(
        season: Season,
        level: Level,
        dispersion: Dispersion,
        recent: Recent,
        silence: f64,
        config: &Config,
    ) -> Self {
        let rates = season.rates(config.prior);
        Self { season, level, dispersion, recent, silence, rates }
    }

    /// The latest minute it knows of.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.recent.last()
    }

    /// Takes in mentions of a minute, and learns from the hours that are over by then. `lift` says
    /// by how many times a planned event raises what is usual: such hours teach nothing.
    pub fn hear(&mut self, minute: i64, count: u32, lift: f64, config: &Config) {
        self.advance(minute, lift, config);
        self.recent.add(minute, count);
    }

    /// Goes on to a minute in which nothing is said yet.
    pub fn advance(&mut self, minute: i64, lift: f64, config: &Config) {
        let mut hour = self.last().div_euclid(60);
        while hour < minute.div_euclid(60) {
            // Minutes of the hour not yet reached were silent.
            self.recent.advance(hour * 60 + 59);
            if lift <= 1.0 {
                self.learn(hour, config);
            }
            hour += 1;
        }
        self.recent.advance(minute);
    }

    fn learn(&mut self, hour: i64, config: &Config) {
        let week_hour = week_hour(hour);
        let mut blocks = [0; BLOCKS];
        for minute in 0..60 {
            blocks[minute / (60 / BLOCKS)] += self.recent.of(hour * 60 + minute as i64);
        }
        let count = f64::from(blocks.iter().sum::<u32>());
        let season = self.rates.of_hour(week_hour);
        let mean = season * self.level.factor();
        let usual = self.usual(mean, self.rates.doubt(week_hour));
        self.silence = if count > 0.0 { 0.0 } else { self.silence + usual.silence() };
        if self.silence > UNBELIEVABLE {
            return;
        }
        let far = match self.season.seen() < BEGINNING {
            true => f64::INFINITY,
            false => EDGE * usual.deviation(),
        };
        let teaches = count.clamp((mean - far).max(0.0), mean + far);
        if far.is_finite() {
            self.dispersion.learn(&blocks, teaches, mean);
            self.level.learn(teaches, season);
        }
        self.season.learn(week_hour, teaches);
        self.rates = self.season.rates(config.prior);
    }

    fn usual(&self, mean: f64, doubt: f64) -> Usual {
        let drift = self.dispersion.drift() + doubt;
        Usual { mean, excess: self.dispersion.clumping() - 1.0 + drift * mean }
    }

    /// What speaks for more than usual at its latest minute.
    #[must_use]
    pub fn read(&self, lift: f64, config: &Config) -> Reading {
        let last = self.last();
        let factor = self.level.factor() * lift;
        let doubt = self.rates.doubt(week_hour(last.div_euclid(60)));
        let (mut best, mut count, mut expected) = (Reading::default(), 0, 0.0);
        let mut stretches = STRETCHES.iter().copied().peekable();
        for back in 0..KEPT {
            let minute = last - back as i64;
            count += self.recent.of(minute);
            expected += self.rates.of_minute(minute) * factor;
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
                best = Reading { evidence, minutes: back + 1, count, expected };
            }
        }
        best
    }
}

#[cfg(test)]
mod tests;
