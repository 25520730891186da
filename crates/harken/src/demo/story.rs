//! The afternoon: four hours of a Friday, with an outage from half past one to twenty to three.
//!
//! Nobody declares the outage: it shows in what people say, beside the weeks before (`usual`).

use std::time::Duration;

use mention::{Facet, Mention, Signal};
use stage::Micros;

use super::generator::{Generator, Mood, Random};

/// One o'clock in the afternoon of 13 March 2026, UTC.
pub(super) const START: Micros = 1_773_406_800_000_000;
const MINUTE: Micros = 60_000_000;

/// How long it lasts.
pub(super) const LENGTH: Micros = 240 * MINUTE;

const DOWN: Micros = START + 30 * MINUTE;
const UP: Micros = START + 100 * MINUTE;
const STAR: Micros = DOWN + 21 * MINUTE;
const NAMED: Micros = DOWN + 33 * MINUTE;

/// For so many minutes before the afternoon it is known what is usual: two weeks.
const BEFORE: i64 = 14 * 24 * 60;
/// The share of mentions on a calm day that are new posts of people.
const NEWS: f64 = 0.8;

/// Mentions in the order of time.
#[derive(Debug)]
pub(super) struct Story {
    generator: Generator,
    /// From one mention to the next on an average minute.
    pace: Micros,
    next: Micros,
    has_star: bool,
    has_named: bool,
}

impl Story {
    /// A story of about so many mentions.
    pub(super) fn new(seed: u64, mentions: u64) -> Self {
        let generator = Generator::new(seed);
        Self { generator, pace: pace(mentions), next: START, has_star: false, has_named: false }
    }

    /// When something happens next; none when the afternoon is over.
    pub(super) fn next(&self) -> Option<Micros> {
        (self.next < START + LENGTH).then_some(self.next)
    }

    /// What happens then.
    pub(super) fn tell(&mut self) -> Mention {
        let now = self.next;
        let mood = mood(now);
        self.generator.feel(mood);
        // More people speak while the network is down.
        self.next += match mood {
            Mood::Outage => self.pace * 5 / 11,
            Mood::Calm | Mood::Recovery => self.pace * CALM,
        };
        if now >= STAR && !self.has_star {
            self.has_star = true;
            return self.generator.star(now);
        }
        if now >= NAMED && !self.has_named {
            self.has_named = true;
            return self.generator.names_the_boss(now);
        }
        self.generator.next(now)
    }
}

/// By how many times the pace of a calm time is slower than the mean of the afternoon.
const CALM: i64 = 2;

/// From one mention to the next on an average minute.
fn pace(mentions: u64) -> Micros {
    (LENGTH / i64::try_from(mentions.max(1)).unwrap_or(LENGTH)).max(1)
}

/// How much was said in the weeks before an afternoon of about so many mentions: as much as while
/// it is calm.
pub(super) fn usual(seed: u64, mentions: u64) -> impl Iterator<Item = Signal> {
    let mut random = Random::seeded(seed ^ 0x0075_7375_616c);
    let each = MINUTE as f64 / (pace(mentions) * CALM) as f64 * NEWS;
    (-BEFORE..0).filter_map(move |minute| {
        let share = random.below(2001) as f64 / 1000.0;
        let mentions = (each * share).round() as i64;
        let signal = Signal {
            tenant: "northline".to_owned(),
            facet: Facet::All,
            second_at: START + minute * MINUTE,
            mentions,
            negative: mentions / 4,
            ..Signal::default()
        };
        (mentions > 0).then_some(signal)
    })
}

/// What the day is like at a time.
pub(super) fn mood(now: Micros) -> Mood {
    match now {
        DOWN..UP => Mood::Outage,
        UP.. => Mood::Recovery,
        _ => Mood::Calm,
    }
}

/// How many of a hundred cases are late.
pub(super) fn late(now: Micros) -> u64 {
    if mood(now) == Mood::Outage { 14 } else { 3 }
}

/// The time of the story after so much of its length in real time.
pub(super) fn at(elapsed: Duration, length: Duration) -> Micros {
    let share = elapsed.as_secs_f64() / length.as_secs_f64();
    START + ((LENGTH as f64 * share) as Micros).min(LENGTH)
}

/// The real time from the start until a time of the story.
pub(super) fn until(now: Micros, length: Duration) -> Duration {
    length.mul_f64((now - START).max(0) as f64 / LENGTH as f64)
}

/// Hours and minutes of a time.
pub(super) fn clock(at: Micros) -> String {
    let minutes = at.div_euclid(MINUTE).rem_euclid(24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_afternoon_has_about_the_mentions_asked_for_and_one_star() {
        for asked in [100, 1200, 20_000] {
            let mut story = Story::new(1, asked);
            let (mut told, mut stars, mut named) = (0_u64, 0, 0);
            while story.next().is_some() {
                let mention = story.tell();
                told += 1;
                let is_said = mention.repost_of.is_none();
                stars += u32::from(mention.author.id == "star" && is_said);
                named += u32::from(mention.text.contains("Ada Quill") && is_said);
            }
            assert!((asked * 8 / 10..asked * 12 / 10).contains(&told), "{told} of {asked}");
            assert!(stars >= 1 && named >= 1, "{asked}");
        }
    }

    #[test]
    fn the_clock_shows_the_afternoon() {
        assert_eq!((clock(START), clock(START + LENGTH)), ("13:00".into(), "17:00".into()));
        let length = Duration::from_secs(60);
        assert_eq!(at(until(DOWN, length), length), DOWN);
    }
}
