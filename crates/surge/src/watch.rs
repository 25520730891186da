//! What is gathered about a series while it is louder than usual, and when that is an incident.

use std::collections::BTreeMap;

use mention::{Facet, Signal};

use crate::severity::{Manner, Weight, coordination, severity};
use crate::sketch::Sketch;
use crate::{Config, Plans, Reading, Series};

/// Terms that are counted, at most.
const TERMS: usize = 64;
/// First mentions that are kept, at most.
const POSTS: usize = 5;

/// A series under watch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Watch {
    /// The last minute at which it was louder than usual.
    pub(crate) on: i64,
    /// The minutes from and to which enough spoke for an incident without a break.
    pub(crate) held: (i64, i64),
    /// Mentions, negative ones, those by young accounts; followers, those of reposts too; reposts.
    pub(crate) mentions: i64,
    pub(crate) negative: i64,
    pub(crate) young: i64,
    pub(crate) reach: i64,
    pub(crate) reposts: i64,
    /// Since when a stretch of five minutes is counted, what it holds, and what the fullest held.
    pub(crate) five: (i64, i64, i64),
    /// Signals heard, and in how many of them each term stood.
    pub(crate) signals: i64,
    pub(crate) terms: BTreeMap<String, i64>,
    pub(crate) posts: Vec<String>,
    pub(crate) authors: Sketch,
    /// The incident, once it is one.
    pub(crate) opened: Option<Opened>,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opened {
    pub(crate) id: String,
    pub(crate) revision: i64,
    /// When it began, and when that was noticed, in minutes.
    pub(crate) began: i64,
    pub(crate) noticed: i64,
    /// When it was over; it may yet flare up again.
    pub(crate) closed: Option<i64>,
    pub(crate) severity: i32,
    pub(crate) expected: f64,
    pub(crate) planned: String,
    /// When it was last revised.
    pub(crate) revised: i64,
    /// Words by which mentions belong to it: one that was told stays, or they would come and go.
    pub(crate) words: Vec<String>,
}

/// What became of a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing to tell.
    Nothing,
    /// A new revision of its incident.
    Revised,
}

impl Watch {
    /// Takes in a signal of its series, which stands at `minute`.
    pub(crate) fn gather(&mut self, signal: &Signal, minute: i64) {
        self.mentions += signal.mentions;
        self.negative += signal.negative;
        self.young += signal.young;
        self.reach = self.reach.saturating_add(signal.reach);
        self.reposts += signal.reposts;
        if signal.mentions == 0 {
            return;
        }
        if minute >= self.five.0 + 5 {
            self.five = (minute, 0, self.five.2);
        }
        self.five.1 += signal.mentions;
        self.five.2 = self.five.2.max(self.five.1);
        self.signals += 1;
        for term in &signal.terms {
            self.count(term);
        }
        let more = POSTS.saturating_sub(self.posts.len());
        self.posts.extend(signal.posts.iter().take(more).cloned());
        signal.authors.iter().for_each(|author| self.authors.add(author.cast_unsigned()));
    }

    /// Counts a term; when there are too many, all lose one (Misra and Gries, 1982).
    fn count(&mut self, term: &str) {
        if let Some(count) = self.terms.get_mut(term) {
            *count += 1;
        } else if self.terms.len() < TERMS {
            self.terms.insert(term.to_owned(), 1);
        } else {
            self.terms.retain(|_, count| {
                *count -= 1;
                *count > 0
            });
        }
    }

    /// Judges what its series says now: opens, revises or reopens an incident.
    pub(crate) fn judge(
        &mut self,
        signal: &Signal,
        series: &Series,
        reading: &Reading,
        plans: &Plans<'_>,
        config: &Config,
    ) -> Outcome {
        let now = series.last();
        let holds = reading.evidence >= config.open_at;
        if holds || smoulders(reading, config) {
            self.on = now;
        }
        if holds {
            let goes_on = now - self.held.1 <= 1 && self.held.1 > 0;
            self.held = (if goes_on { self.held.0 } else { now }, now);
        }
        let persists = holds && now - self.held.0 + 1 >= i64::from(config.persists);
        match &mut self.opened {
            None if persists => self.open(signal, reading, now),
            Some(opened) if opened.closed.is_some() && persists => opened.closed = None,
            Some(opened) if opened.closed.is_none() => {
                let grown = severity(&weight(self.mentions, self.negative, self.reach, opened));
                if grown == opened.severity && now - opened.revised < config.revise {
                    return Outcome::Nothing;
                }
            }
            _ => return Outcome::Nothing,
        }
        self.revise(now, series, plans);
        Outcome::Revised
    }

    fn open(&mut self, signal: &Signal, reading: &Reading, now: i64) {
        let began = now - reading.minutes as i64 + 1;
        // What was said before it was watched belongs to it, too.
        self.mentions = self.mentions.max(i64::from(reading.count));
        let value = if signal.value.is_empty() { "" } else { "-" };
        let id = format!("{}{value}{}-{now}", facet_name(signal.facet), signal.value);
        self.opened = Some(Opened { id, began, noticed: now, ..Opened::default() });
    }

    fn revise(&mut self, now: i64, series: &Series, plans: &Plans<'_>) {
        let Some(opened) = &mut self.opened else { return };
        opened.revision += 1;
        opened.revised = now;
        opened.expected = series.expected(opened.began, now, plans);
        opened.severity = severity(&weight(self.mentions, self.negative, self.reach, opened));
        opened.planned = plans.at(now).map(|event| event.name.clone()).unwrap_or_default();
    }

    /// What falls due at `minute`: the end of its incident, or of itself.
    pub(crate) fn ring(mut self, minute: i64) -> Option<Self> {
        let opened = self.opened.as_mut().filter(|opened| opened.closed.is_none())?;
        opened.closed = Some(minute);
        opened.revision += 1;
        opened.revised = minute;
        Some(self)
    }

    /// The minute at which something falls due.
    pub(crate) fn due(&self, config: &Config) -> i64 {
        match self.opened.as_ref().and_then(|opened| opened.closed) {
            Some(closed) => closed + config.cool_down,
            None => self.on + config.quiet,
        }
    }

    /// Tells the words it has found meanwhile as well, at most so many.
    pub(crate) fn name_words(&mut self, most: usize, given: &[String]) {
        let found = self.words(most, given);
        let Some(opened) = &mut self.opened else { return };
        for word in found {
            if opened.words.len() < most && !opened.words.contains(&word) {
                opened.words.push(word);
            }
        }
    }

    /// The terms in at least a quarter of its signals, the most frequent first, but for those that
    /// are given anyway.
    fn words(&self, most: usize, given: &[String]) -> Vec<String> {
        let is_frequent = |count: &i64| *count >= 2 && 4 * count >= self.signals;
        let told = self.terms.iter().filter(|(_, count)| is_frequent(count));
        let told = told.filter(|(term, _)| !given.contains(term));
        let mut words: Vec<_> = told.collect();
        words.sort_by_key(|(term, count)| (-**count, term.as_str()));
        words.into_iter().take(most).map(|(term, _)| term.clone()).collect()
    }

    /// Whether at least a third of its mentions are negative.
    pub(crate) fn is_angry(&self) -> bool {
        3 * self.negative >= self.mentions && self.negative > 0
    }

    /// How much it looks arranged.
    pub(crate) fn coordination(&self, facet: Facet) -> f32 {
        let mentions = self.mentions;
        let same = if facet == Facet::Cluster { mentions } else { 0 };
        let authors = self.authors.count();
        coordination(&Manner { mentions, authors, young: self.young, burst: self.five.2, same })
    }
}

/// Whether a series is loud enough to be watched.
pub(crate) fn smoulders(reading: &Reading, config: &Config) -> bool {
    reading.near >= config.open_at * config.fade_at
}

fn weight(mentions: i64, negative: i64, reach: i64, opened: &Opened) -> Weight {
    Weight { mentions, expected: opened.expected, negative, reach }
}

/// What a facet is called in ids and titles.
pub(crate) fn facet_name(facet: Facet) -> &'static str {
    match facet {
        Facet::All => "all",
        Facet::Reason => "reason",
        Facet::Product => "product",
        Facet::Cluster => "cluster",
    }
}
