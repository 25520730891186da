//! The scenario: four hours of a Friday afternoon with a network outage from 13:30 to 14:40.
//!
//! No input declares the outage. `surge` detects it from the mentions, against the baseline of two weeks
//! (`baseline_signals`).

use std::time::Duration;

use mention::{Facet, Mention, Signal};
use stage::{EventTime, TimeDelta};

use super::generator::{Generator, Phase, SplitMix64};

/// 13 March 2026, 13:00 UTC.
pub(super) const START: EventTime = EventTime::from_micros(1_773_406_800_000_000);

/// Duration of the scenario.
pub(super) const LENGTH: TimeDelta = TimeDelta::MINUTE.times(240);

const OUTAGE_START: EventTime = START.plus(TimeDelta::MINUTE.times(30));
const OUTAGE_END: EventTime = START.plus(TimeDelta::MINUTE.times(100));
const CELEBRITY_AT: EventTime = OUTAGE_START.plus(TimeDelta::MINUTE.times(21));
const EXECUTIVE_AT: EventTime = OUTAGE_START.plus(TimeDelta::MINUTE.times(33));

/// Length of the baseline before the scenario: two weeks, twice the period of the weekly season.
const BASELINE_MINUTES: i64 = 14 * 24 * 60;
/// Share of calm-phase mentions that are new posts, as in `KIND_SHARES`.
const NEW_POST_SHARE: f64 = 0.8;

/// Generates the mentions in order of time.
#[derive(Debug)]
pub(super) struct Scenario {
    generator: Generator,
    /// Mean time between two mentions over the whole scenario.
    mean_interval: TimeDelta,
    next: EventTime,
    has_celebrity: bool,
    has_executive: bool,
}

impl Scenario {
    /// A scenario with about this many mentions.
    pub(super) fn new(seed: u64, mentions: u64) -> Self {
        let generator = Generator::new(seed);
        Self {
            generator,
            mean_interval: mean_interval(mentions),
            next: START,
            has_celebrity: false,
            has_executive: false,
        }
    }

    /// Time of the next mention; `None` at the end of the scenario.
    pub(super) fn next_due(&self) -> Option<EventTime> {
        (self.next < START + LENGTH).then_some(self.next)
    }

    /// Generates the next mention.
    pub(super) fn next_mention(&mut self) -> Mention {
        let now = self.next;
        let phase = phase_at(now);
        self.generator.set_phase(phase);
        // 70 of 240 minutes at 11/5 and 170 at 1/2 of the mean rate average to the mean rate.
        self.next += match phase {
            Phase::Outage => self.mean_interval * 5 / 11,
            Phase::Calm | Phase::Recovery => self.mean_interval * CALM_SLOWDOWN,
        };
        if now >= CELEBRITY_AT && !self.has_celebrity {
            self.has_celebrity = true;
            return self.generator.celebrity_complaint(now);
        }
        if now >= EXECUTIVE_AT && !self.has_executive {
            self.has_executive = true;
            return self.generator.executive_complaint(now);
        }
        self.generator.next(now)
    }
}

/// Factor by which calm phases are slower than the mean rate.
const CALM_SLOWDOWN: i64 = 2;

/// Mean time between two mentions.
fn mean_interval(mentions: u64) -> TimeDelta {
    let mentions = i64::try_from(mentions.max(1)).unwrap_or(i64::MAX);
    (LENGTH / mentions).max(TimeDelta::from_micros(1))
}

/// Signals of the two weeks before a scenario with about this many mentions, at the rate of the calm
/// phase.
pub(super) fn baseline_signals(seed: u64, mentions: u64) -> impl Iterator<Item = Signal> {
    let mut random = SplitMix64::seeded(seed ^ 0x0075_7375_616c);
    let calm_interval = mean_interval(mentions) * CALM_SLOWDOWN;
    let calm_rate = 60.0 / calm_interval.as_secs_f64() * NEW_POST_SHARE;
    (-BASELINE_MINUTES..0).filter_map(move |minute| {
        // Uniform noise between 0 and 2 times the mean, so that the baseline has a realistic dispersion.
        let share = random.below(2001) as f64 / 1000.0;
        let mentions = (calm_rate * share).round() as i64;
        let signal = Signal {
            tenant: "northline".to_owned(),
            facet: Facet::All,
            second_at: START + minute * TimeDelta::MINUTE,
            mentions,
            negative: mentions / 4,
            ..Signal::default()
        };
        // As in production, a minute without mentions has no signal.
        (mentions > 0).then_some(signal)
    })
}

/// The phase of the scenario at a time.
pub(super) fn phase_at(now: EventTime) -> Phase {
    if now < OUTAGE_START {
        Phase::Calm
    } else if now < OUTAGE_END {
        Phase::Outage
    } else {
        Phase::Recovery
    }
}

/// Percentage of cases that agents accept too late.
pub(super) fn late_percent(now: EventTime) -> usize {
    if phase_at(now) == Phase::Outage { 14 } else { 3 }
}

/// The scenario time after `elapsed` of a demo of this length.
pub(super) fn scenario_time(elapsed: Duration, length: Duration) -> EventTime {
    let share = elapsed.as_secs_f64() / length.as_secs_f64();
    let passed = TimeDelta::from_micros((LENGTH.as_micros() as f64 * share) as i64);
    START + passed.min(LENGTH)
}

/// The wall-clock time from the start of the demo until a scenario time.
pub(super) fn wall_time_until(now: EventTime, length: Duration) -> Duration {
    length.mul_f64((now - START).max(TimeDelta::ZERO).as_secs_f64() / LENGTH.as_secs_f64())
}

/// Formats a time as HH:MM (UTC).
pub(super) fn format_clock(at: EventTime) -> String {
    let minutes = at.interval(TimeDelta::MINUTE).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_has_about_the_requested_mentions_and_both_scripted_complaints() {
        for requested in [100, 1200, 20_000] {
            let mut scenario = Scenario::new(1, requested);
            let (mut mentions, mut celebrity, mut executive) = (0_u64, 0, 0);
            while scenario.next_due().is_some() {
                let mention = scenario.next_mention();
                mentions += 1;
                let is_original = mention.repost_of.is_none();
                celebrity += u32::from(mention.author.id == "star" && is_original);
                executive += u32::from(mention.text.contains("Ada Quill") && is_original);
            }
            assert!(
                (requested * 8 / 10..requested * 12 / 10).contains(&mentions),
                "{mentions} of {requested}"
            );
            assert!(celebrity >= 1 && executive >= 1, "{requested}");
        }
    }

    #[test]
    fn scenario_time_and_wall_time_convert_into_each_other() {
        assert_eq!(
            (format_clock(START), format_clock(START + LENGTH)),
            ("13:00".into(), "17:00".into())
        );
        let length = Duration::from_secs(60);
        assert_eq!(scenario_time(wall_time_until(OUTAGE_START, length), length), OUTAGE_START);
    }
}
