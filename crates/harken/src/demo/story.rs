//! The afternoon: four hours of a Friday, with an outage from ten past two to twenty to four.

use std::time::Duration;

use mention::{Incident, Mention};
use stage::Micros;

use super::generator::{Generator, Mood};

/// One o'clock in the afternoon of 13 March 2026, UTC.
pub(super) const START: Micros = 1_773_406_800_000_000;
const MINUTE: Micros = 60_000_000;

/// How long it lasts.
pub(super) const LENGTH: Micros = 240 * MINUTE;

const DOWN: Micros = START + 70 * MINUTE;
const DECLARED: Micros = DOWN + 9 * MINUTE;
const STAR: Micros = DOWN + 21 * MINUTE;
const UP: Micros = START + 160 * MINUTE;

/// What happens next.
#[derive(Debug)]
pub(super) enum Happening {
    /// Somebody says something.
    Mention(Box<Mention>),
    /// The network desk says what is wrong.
    Incident(Box<Incident>),
}

/// Mentions in the order of time.
#[derive(Debug)]
pub(super) struct Story {
    generator: Generator,
    /// From one mention to the next on an average minute.
    pace: Micros,
    next: Micros,
    has_star: bool,
    declared: i64,
}

impl Story {
    /// A story of about so many mentions.
    pub(super) fn new(seed: u64, mentions: u64) -> Self {
        let pace = (LENGTH / i64::try_from(mentions.max(1)).unwrap_or(LENGTH)).max(1);
        let generator = Generator::new(seed);
        Self { generator, pace, next: START, has_star: false, declared: 0 }
    }

    /// When something happens next; none when the afternoon is over.
    pub(super) fn next(&self) -> Option<Micros> {
        (self.next < START + LENGTH).then_some(self.next)
    }

    /// What happens then.
    pub(super) fn tell(&mut self) -> Happening {
        let now = self.next;
        if let Some(incident) = self.incident(now) {
            return Happening::Incident(Box::new(incident));
        }
        let mood = mood(now);
        self.generator.feel(mood);
        // More people speak while the network is down.
        self.next += match mood {
            Mood::Outage => self.pace * 2 / 3,
            Mood::Calm | Mood::Recovery => self.pace * 10 / 7,
        };
        if now >= STAR && !self.has_star {
            self.has_star = true;
            return Happening::Mention(Box::new(self.generator.star(now)));
        }
        Happening::Mention(Box::new(self.generator.next(now)))
    }

    fn incident(&mut self, now: Micros) -> Option<Incident> {
        let is_due = (self.declared == 0 && now >= DECLARED) || (self.declared == 1 && now >= UP);
        if !is_due {
            return None;
        }
        self.declared += 1;
        let words = ["outage", "no signal", "is down", "without any signal", "has no", "still no"];
        Some(Incident {
            tenant: "northline".to_owned(),
            incident_id: "INC-2026-0313".to_owned(),
            revision: self.declared,
            title: "Core router down, south".to_owned(),
            words: words.map(str::to_owned).to_vec(),
            points: if self.declared == 1 { 20 } else { 0 },
            revised_at: now,
            ..Incident::default()
        })
    }
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
            let (mut told, mut stars, mut incidents) = (0_u64, 0, 0);
            while story.next().is_some() {
                match story.tell() {
                    Happening::Mention(mention) => {
                        told += 1;
                        stars +=
                            u32::from(mention.author.id == "star" && mention.repost_of.is_none());
                    }
                    Happening::Incident(_) => incidents += 1,
                }
            }
            assert!((asked * 8 / 10..asked * 12 / 10).contains(&told), "{told} of {asked}");
            assert_eq!((stars, incidents), (1, 2), "{asked}");
        }
    }

    #[test]
    fn the_clock_shows_the_afternoon() {
        assert_eq!((clock(START), clock(START + LENGTH)), ("13:00".into(), "17:00".into()));
        let length = Duration::from_secs(60);
        assert_eq!(at(until(DOWN, length), length), DOWN);
    }
}
