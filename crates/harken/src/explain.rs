//! `harken explain`: a mention on its way through all topics, and what became of its case.
//!
//! It says what was decided and why, in the words that weighed most, not all that the mention said.
//! Must not know: rules; it repeats what the records tell.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kafka::peek::{self, Peeked};
use mention::codec::{self, Fact};
use mention::{
    Because, CaseEvent, Filtered, Mention, Prioritized, Raised, Routed, Scored, Spread, Unique,
    topics,
};
use stage::{Micros, Topic};

use crate::cli::ExplainArgs;
use crate::config::Config;
use crate::{Problem, output, run};

/// The topics on which a mention leaves traces, in the order of its way.
const WAY: [Topic; 9] = [
    topics::RECEIVED,
    topics::UNIQUE,
    topics::SPREAD,
    topics::SCORED,
    topics::PRIORITIZED,
    topics::ROUTED,
    topics::FILTERED,
    topics::RAISED,
    topics::CASE_EVENT,
];

/// `harken explain`
///
/// # Errors
/// [`Problem::Usage`] when no topic knows the mention, [`Problem::Unavailable`] when the cluster
/// cannot be read.
pub fn command(args: &ExplainArgs, config: &Config) -> Result<(), Problem> {
    let settings = run::settings(config, None)?;
    let unavailable = |fault: stage::Fault| Problem::Unavailable(fault.message);
    kafka::admin::partitions(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    let mut story = Story::of(&args.id);
    for topic in WAY {
        let mut each = |record: Peeked| {
            if let Some(value) = record.value {
                story.hear(topic, (record.partition, record.offset), record.time, &value);
            }
        };
        peek::read(&settings, &settings.topic(topic), &mut each).map_err(unavailable)?;
    }
    match story.is_empty() {
        true => Err(Problem::Usage(format!("find {}: no topic holds it any more", args.id))),
        false => output::text(&story.told()),
    }
}

/// What is known of one mention. Topics must be heard in the order of its way.
#[derive(Debug)]
pub struct Story {
    id: String,
    cases: BTreeSet<String>,
    /// By time; what happened at the same time in the order of the way.
    traces: BTreeSet<(Micros, usize, String)>,
}

impl Story {
    /// The story of a mention, by `tenant/platform/id` or by the platform's id alone.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned(), cases: BTreeSet::new(), traces: BTreeSet::new() }
    }

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.traces.is_empty()
    }

    /// Takes a record of a topic; what is about something else, or no fact, is passed over.
    pub fn hear(&mut self, topic: Topic, at: (i32, i64), time: Micros, value: &[u8]) {
        let Some(what) = self.trace(topic, value) else { return };
        let place = WAY.iter().position(|known| *known == topic).unwrap_or(WAY.len());
        let time_shown = Timestamp::from_microsecond(time).map(|time| time.to_string());
        let line = format!(
            "{:<24}  {topic:<22} {}/{}  {what}",
            time_shown.unwrap_or_default(),
            at.0,
            at.1
        );
        self.traces.insert((time, place, line));
    }

    fn is_it(&self, mention: &Mention) -> bool {
        mention.id == self.id || mention.mention_id() == self.id
    }

    fn trace(&mut self, topic: Topic, value: &[u8]) -> Option<String> {
        match topic {
            topics::RECEIVED => {
                let mention: Mention = fact(value)?;
                self.is_it(&mention).then(|| heard(&mention))
            }
            topics::UNIQUE => {
                let Unique { mention, findings } = fact(value)?;
                let known = || format!("{:?}, version {}", findings.novelty, findings.revision);
                self.is_it(&mention).then(|| known().to_lowercase())
            }
            topics::SPREAD => {
                let spread: Spread = fact(value)?;
                let id = format!("{}/{}/{}", spread.tenant, spread.platform, spread.id);
                let is_it = spread.id == self.id || id == self.id;
                is_it.then(|| format!("not routed: a {:?} of {}", spread.kind, spread.original_id))
            }
            topics::SCORED => {
                let scored: Scored = fact(value)?;
                self.is_it(&scored.mention).then(|| understood(&scored))
            }
            topics::PRIORITIZED => {
                let fact: Prioritized = fact(value)?;
                self.is_it(&fact.mention).then(|| weighed(&fact))
            }
            topics::FILTERED => {
                let fact: Filtered = fact(value)?;
                let is_it = fact.mention_id == self.id
                    || fact.mention_id == format!("{}/{}/{}", fact.tenant, fact.platform, self.id);
                is_it.then(|| {
                    format!("filtered (rules {}): {}", fact.rules_version, fact.explanation)
                })
            }
            topics::ROUTED => self.routed(fact(value)?),
            topics::RAISED => {
                let raised: Raised = fact(value)?;
                let late = if raised.is_late { ", rung late" } else { "" };
                let is_it = self.cases.contains(&raised.case_id);
                is_it.then(|| format!("{:?}{late}: {}", raised.cause, raised.explanation))
            }
            topics::CASE_EVENT => {
                let event: CaseEvent = fact(value)?;
                let who = if event.is_bot { "a bot" } else { "the contact centre" };
                let is_it = self.cases.contains(&event.case_id);
                is_it.then(|| format!("{who} says: {:?}", event.kind))
            }
            _ => None,
        }
    }

    fn routed(&mut self, routed: Routed) -> Option<String> {
        let is_about_case = routed.disposition.is_about_case();
        if !is_about_case && self.is_it(&routed.mention) {
            self.cases.insert(routed.case_id.clone());
        }
        let is_it = match is_about_case {
            true => self.cases.contains(&routed.case_id),
            false => self.is_it(&routed.mention),
        };
        let route = &routed.route;
        is_it.then(|| {
            format!(
                "decision {}, {:?} (rules {}): {}",
                routed.sequence, routed.disposition, route.rules_version, route.explanation
            )
        })
    }

    /// The story, a line a record, by time.
    #[must_use]
    pub fn told(&self) -> String {
        self.traces.iter().map(|(_, _, line)| format!("{line}\n")).collect()
    }
}

fn fact<F: Fact>(value: &[u8]) -> Option<F> {
    codec::read(value).ok()
}

fn heard(mention: &Mention) -> String {
    let own = if mention.is_own { ", the brand's own" } else { "" };
    format!("heard: {:?}, {:?} on {}{own}", mention.change, mention.channel, mention.platform)
        .to_lowercase()
}

fn understood(scored: &Scored) -> String {
    let found = &scored.understanding;
    let language = found.language.as_deref().unwrap_or("no language");
    let sentiment = match (found.sentiment, &found.abstained) {
        (Some(p), _) => format!(
            "negative {:.2}, neutral {:.2}, positive {:.2}",
            p.negative, p.neutral, p.positive
        ),
        (None, Some(why)) => format!("no sentiment: {why}"),
        (None, None) => "no sentiment".to_owned(),
    };
    let mut told = format!(
        "{language} ({:.2}); {sentiment}; model {}",
        found.language_confidence, found.model
    );
    for left in &found.abstentions {
        told += &format!("; {} not told: {}", left.task, left.reason);
    }
    for Because { task, words, weight } in &found.because {
        told += &format!("\n{:28}{weight:+6.2} {task}: {words}", "");
    }
    told
}

fn weighed(fact: &Prioritized) -> String {
    let priority = &fact.priority;
    let terms: Vec<_> =
        priority.terms.iter().map(|term| format!("{} {:+}", term.name, term.points)).collect();
    format!("{:?}: {} = {}", priority.level, priority.score, terms.join(", "))
}
