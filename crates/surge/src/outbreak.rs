//! The outbreak of a series: what the stage collects while the series is elevated, and the incident
//! once the outbreak is detected.

use std::collections::BTreeMap;

use mention::{Facet, Signal};

use crate::hyperloglog::HyperLogLog;
use crate::severity::{PostingPattern, SeverityInput, coordination, severity};
use crate::{Config, DetectionScore, Series, SeriesEvents};

/// Maximum number of terms counted.
const MAX_TERMS: usize = 64;
/// Maximum number of first mentions kept.
const MAX_POSTS: usize = 5;
/// Length of the window of `max_burst`, in minutes.
const BURST_MINUTES: i64 = 5;

/// An outbreak, suspected or detected.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outbreak {
    /// The last minute at which the series was elevated.
    pub(crate) last_elevated: i64,
    /// The first and the last minute of the latest run of minutes above the opening threshold.
    pub(crate) exceeded_from: i64,
    pub(crate) exceeded_to: i64,
    pub(crate) mentions: i64,
    pub(crate) negative: i64,
    /// Number of mentions by accounts younger than 30 days.
    pub(crate) young: i64,
    /// Total followers of the authors, including those of reposts.
    pub(crate) reach: i64,
    pub(crate) reposts: i64,
    /// The start of the current window of five minutes, and the mentions in it.
    pub(crate) burst_start: i64,
    pub(crate) burst: i64,
    /// The mentions of the fullest such window.
    pub(crate) max_burst: i64,
    /// Number of signals with mentions, and in how many of them each term occurred.
    pub(crate) signals: i64,
    pub(crate) terms: BTreeMap<String, i64>,
    pub(crate) posts: Vec<String>,
    pub(crate) authors: HyperLogLog,
    /// The incident; `None` until the outbreak is detected.
    pub(crate) incident: Option<IncidentState>,
}

/// The incident of an outbreak. Times are minutes since the epoch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IncidentState {
    pub(crate) id: String,
    pub(crate) revision: i64,
    pub(crate) began_minute: i64,
    pub(crate) detected_minute: i64,
    /// `None` while the incident is open; a closed one may be reopened.
    pub(crate) closed_minute: Option<i64>,
    pub(crate) severity: i32,
    /// Number of mentions expected since `began_minute`.
    pub(crate) expected: f64,
    /// The name of the planned event at the last revision; empty without one.
    pub(crate) planned: String,
    /// The minute of the last revision.
    pub(crate) revised_minute: i64,
    /// Words that make a mention part of the incident. A published word is never removed, because
    /// mentions would leave the incident and join it again.
    pub(crate) words: Vec<String>,
}

/// Whether an incident needs a new record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IncidentChange {
    /// There is no incident, or its record is current.
    Unchanged,
    /// The incident has a new revision to publish.
    Revised,
}

impl Outbreak {
    /// Adds a signal whose series is at `minute`.
    pub(crate) fn add_signal(&mut self, signal: &Signal, minute: i64) {
        self.mentions += signal.mentions;
        self.negative += signal.negative;
        self.young += signal.young;
        self.reach = self.reach.saturating_add(signal.reach);
        self.reposts += signal.reposts;
        // A signal of reposts alone carries no terms, posts or authors of its own.
        if signal.mentions == 0 {
            return;
        }
        if minute >= self.burst_start + BURST_MINUTES {
            (self.burst_start, self.burst) = (minute, 0);
        }
        self.burst += signal.mentions;
        self.max_burst = self.max_burst.max(self.burst);
        self.signals += 1;
        for term in &signal.terms {
            self.count_term(term);
        }
        let free = MAX_POSTS.saturating_sub(self.posts.len());
        self.posts.extend(signal.posts.iter().take(free).cloned());
        signal.authors.iter().for_each(|author| self.authors.add(author.cast_unsigned()));
    }

    /// Counts a term in bounded memory: if the table is full, every count is reduced by one (Misra
    /// and Gries, 1982).
    fn count_term(&mut self, term: &str) {
        if let Some(count) = self.terms.get_mut(term) {
            *count += 1;
        } else if self.terms.len() < MAX_TERMS {
            self.terms.insert(term.to_owned(), 1);
        } else {
            self.terms.retain(|_, count| {
                *count -= 1;
                *count > 0
            });
        }
    }

    /// Opens, revises or reopens the incident by the present score of the series.
    pub(crate) fn assess(
        &mut self,
        signal: &Signal,
        series: &Series,
        score: &DetectionScore,
        events: &SeriesEvents<'_>,
        config: &Config,
    ) -> IncidentChange {
        let now = series.last_minute();
        let persists = self.update_elevation(score, now, config);
        match &mut self.incident {
            None if persists => self.open(signal, score, now),
            Some(incident) if incident.closed_minute.is_some() && persists => {
                incident.closed_minute = None
            }
            Some(incident) if incident.closed_minute.is_none() => {
                let input =
                    severity_input(self.mentions, self.negative, self.reach, incident.expected);
                let is_due = now - incident.revised_minute >= config.revise;
                if severity(&input) == incident.severity && !is_due {
                    return IncidentChange::Unchanged;
                }
            }
            _ => return IncidentChange::Unchanged,
        }
        self.revise(now, series, events);
        IncidentChange::Revised
    }

    /// Records whether the series is elevated now. Returns whether it has been above the opening
    /// threshold for as many minutes as the settings require.
    fn update_elevation(&mut self, score: &DetectionScore, now: i64, config: &Config) -> bool {
        let exceeds = score.log_ratio >= config.open_at;
        if exceeds || is_elevated(score, config) {
            self.last_elevated = now;
        }
        if exceeds {
            let continues = self.exceeded_to > 0 && now - self.exceeded_to <= 1;
            if !continues {
                self.exceeded_from = now;
            }
            self.exceeded_to = now;
        }
        exceeds && now - self.exceeded_from + 1 >= i64::from(config.persists)
    }

    fn open(&mut self, signal: &Signal, score: &DetectionScore, now: i64) {
        let began_minute = now - score.window_minutes as i64 + 1;
        // The window may begin before the series was elevated: its mentions belong to the incident.
        self.mentions = self.mentions.max(i64::from(score.count));
        let separator = if signal.value.is_empty() { "" } else { "-" };
        let id = format!("{}{separator}{}-{now}", signal.facet.as_str(), signal.value);
        self.incident = Some(IncidentState {
            id,
            began_minute,
            detected_minute: now,
            ..IncidentState::default()
        });
    }

    fn revise(&mut self, now: i64, series: &Series, events: &SeriesEvents<'_>) {
        let Some(incident) = &mut self.incident else { return };
        incident.revision += 1;
        incident.revised_minute = now;
        incident.expected = series.expected_between(incident.began_minute, now, events);
        let input = severity_input(self.mentions, self.negative, self.reach, incident.expected);
        incident.severity = severity(&input);
        incident.planned =
            events.active_at(now).map(|event| event.name.clone()).unwrap_or_default();
    }

    /// Whether it has an incident that is not closed.
    pub(crate) fn has_open_incident(&self) -> bool {
        self.incident.as_ref().is_some_and(|incident| incident.closed_minute.is_none())
    }

    /// The bytes that it takes in memory: its texts, each with an allocation and its place in a list,
    /// and the sketch of its authors.
    pub(crate) fn bytes(&self) -> usize {
        const FIXED: usize = size_of::<Outbreak>() + 1024;
        const TEXT: usize = 64;
        let terms = self.terms.keys().map(String::len);
        let words = self.incident.iter().flat_map(|incident| {
            let names = [incident.id.len(), incident.planned.len()];
            incident.words.iter().map(String::len).chain(names)
        });
        let texts = terms.chain(self.posts.iter().map(String::len)).chain(words);
        FIXED + texts.map(|length| TEXT + length).sum::<usize>()
    }

    /// Closes the open incident at `minute`. `None` if there is no open one: the outbreak is over.
    pub(crate) fn close(mut self, minute: i64) -> Option<Self> {
        let incident =
            self.incident.as_mut().filter(|incident| incident.closed_minute.is_none())?;
        incident.closed_minute = Some(minute);
        incident.revision += 1;
        incident.revised_minute = minute;
        Some(self)
    }

    /// The minute at which the outbreak ends, or the cool-down of its incident.
    pub(crate) fn timer(&self, config: &Config) -> i64 {
        match self.incident.as_ref().and_then(|incident| incident.closed_minute) {
            Some(closed) => closed + config.cool_down,
            None => self.last_elevated + config.quiet,
        }
    }

    /// Adds frequent terms to the words of the incident, up to `max` words.
    pub(crate) fn add_words(&mut self, max: usize, excluded: &[String]) {
        let frequent = self.frequent_terms(max, excluded);
        let Some(incident) = &mut self.incident else { return };
        for word in frequent {
            if incident.words.len() < max && !incident.words.contains(&word) {
                incident.words.push(word);
            }
        }
    }

    /// Up to `max` terms that occur in at least a quarter of the signals, most frequent first.
    fn frequent_terms(&self, max: usize, excluded: &[String]) -> Vec<String> {
        let is_frequent = |count: i64| count >= 2 && 4 * count >= self.signals;
        let mut terms: Vec<_> = self
            .terms
            .iter()
            .filter(|(term, count)| is_frequent(**count) && !excluded.contains(term))
            .collect();
        // Equal counts are ordered by the term, so that the record does not depend on chance.
        terms.sort_by_key(|(term, count)| (-**count, term.as_str()));
        terms.into_iter().take(max).map(|(term, _)| term.clone()).collect()
    }

    /// Whether at least a third of the mentions are negative.
    pub(crate) fn is_negative(&self) -> bool {
        3 * self.negative >= self.mentions && self.negative > 0
    }

    /// The score for coordinated posting, from 0 to 1.
    pub(crate) fn coordination(&self, facet: Facet) -> f32 {
        coordination(&PostingPattern {
            mentions: self.mentions,
            authors: self.authors.estimate(),
            young: self.young,
            burst: self.max_burst,
            // The mentions of a cluster have nearly the same text by definition.
            same_text: if facet == Facet::Cluster { self.mentions } else { 0 },
        })
    }
}

/// Whether a series is elevated: worth collecting what an incident would need.
pub(crate) fn is_elevated(score: &DetectionScore, config: &Config) -> bool {
    score.recent_log_ratio >= config.open_at * config.fade_at
}

fn severity_input(mentions: i64, negative: i64, reach: i64, expected: f64) -> SeverityInput {
    SeverityInput { mentions, expected, negative, reach }
}
