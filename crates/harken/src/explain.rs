//! `harken explain`: traces a mention and its case through all topics.
//!
//! Prints each decision with its reason and evidence, but not the text of the mention. Must not know
//! rules: it renders what the records contain.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kafka::topic_reader;
use mention::codec::{self, AvroRecord};
use mention::{
    Attribution, CaseEvent, Filtered, Incident, Mention, Prioritized, Raised, Reaction, Routed,
    Scored, Spread, Unique, topics,
};
use stage::{EventTime, RawRecord, Topic};

use crate::cli::ExplainArgs;
use crate::{CommandError, output};
use pipeline::config::Config;
use pipeline::kafka_runner;

/// The topics with records about a mention, in pipeline order. `routed` must precede the topics whose
/// records name only a case, and `prioritized` must precede `incident`.
const TOPICS: [Topic; 11] = [
    topics::RECEIVED,
    topics::UNIQUE,
    topics::SPREAD,
    topics::REACTION,
    topics::SCORED,
    topics::PRIORITIZED,
    topics::ROUTED,
    topics::FILTERED,
    topics::RAISED,
    topics::CASE_EVENT,
    topics::INCIDENT,
];

/// `harken explain`
///
/// # Errors
/// [`CommandError::Usage`] if no topic contains the mention, [`CommandError::Unavailable`] if the cluster
/// cannot be read.
pub fn command(args: &ExplainArgs, config: &Config) -> Result<(), CommandError> {
    let settings = kafka_runner::kafka_settings(config, None)?;
    let unavailable = |fault: stage::Fault| CommandError::Unavailable(fault.into());
    // Fails within the timeout if no broker answers; reading a topic would retry for longer.
    kafka::admin::partition_counts(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    let mut trace = MentionTrace::of_mention(&args.id);
    for topic in TOPICS {
        let mut each = |record: RawRecord| {
            if let Some(value) = record.value {
                trace.add_record(
                    topic,
                    (record.at.partition, record.at.offset),
                    record.time,
                    &value,
                );
            }
        };
        topic_reader::read_topic(&settings, topic, &mut each).map_err(unavailable)?;
    }
    match trace.is_empty() {
        true => Err(CommandError::Usage(format!("find {}: no topic contains it", args.id).into())),
        false => output::print(&trace.render()),
    }
}

/// The records about one mention. They must be added topic by topic, in pipeline order.
#[derive(Debug)]
pub struct MentionTrace {
    id: String,
    cases: BTreeSet<String>,
    incidents: BTreeSet<String>,
    /// Ordered by event time, then by pipeline order.
    lines: BTreeSet<(EventTime, usize, String)>,
}

impl MentionTrace {
    /// An empty trace of a mention, by `tenant/platform/id` or by the platform's id.
    #[must_use]
    pub fn of_mention(id: &str) -> Self {
        let (cases, incidents, lines) = Default::default();
        Self { id: id.to_owned(), cases, incidents, lines }
    }

    /// Whether no record was about the mention.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds a record. Ignores malformed records and those about other mentions.
    pub fn add_record(
        &mut self,
        topic: Topic,
        position: (i32, i64),
        time: EventTime,
        value: &[u8],
    ) {
        let Some(text) = self.describe(topic, value) else { return };
        let rank = TOPICS.iter().position(|known| *known == topic).unwrap_or(TOPICS.len());
        let time_shown = Timestamp::from_microsecond(time.as_micros()).map(|time| time.to_string());
        let line = format!(
            "{:<24}  {topic:<22} {}/{}  {text}",
            time_shown.unwrap_or_default(),
            position.0,
            position.1
        );
        self.lines.insert((time, rank, line));
    }

    fn is_about(&self, mention: &Mention) -> bool {
        mention.id == self.id || mention.mention_id() == self.id
    }

    /// The description of a record, or `None` if it is not about the mention.
    fn describe(&mut self, topic: Topic, value: &[u8]) -> Option<String> {
        match topic {
            topics::RECEIVED => {
                let mention: Mention = decode(value)?;
                self.is_about(&mention).then(|| describe_received(&mention))
            }
            topics::UNIQUE => {
                let unique: Unique = decode(value)?;
                self.is_about(&unique.mention).then(|| describe_unique(&unique))
            }
            topics::SPREAD => self.spread(&decode(value)?),
            topics::REACTION => self.reaction(&decode(value)?),
            topics::SCORED => {
                let scored: Scored = decode(value)?;
                self.is_about(&scored.mention).then(|| describe_scored(&scored))
            }
            topics::PRIORITIZED => self.prioritized(&decode(value)?),
            topics::FILTERED => self.filtered(&decode(value)?),
            topics::ROUTED => self.routed(decode(value)?),
            topics::RAISED => self.raised(&decode(value)?),
            topics::CASE_EVENT => self.case_event(&decode(value)?),
            topics::INCIDENT => {
                let incident: Incident = decode(value)?;
                let id = format!("{}/{}", incident.tenant, incident.incident_id);
                self.incidents.contains(&id).then(|| describe_incident(&incident))
            }
            _ => None,
        }
    }

    fn spread(&self, spread: &Spread) -> Option<String> {
        let id = format!("{}/{}/{}", spread.tenant, spread.platform, spread.id);
        let is_about = spread.id == self.id || id == self.id;
        is_about.then(|| format!("not routed: a {:?} of {}", spread.kind, spread.original_id))
    }

    fn reaction(&self, reaction: &Reaction) -> Option<String> {
        let Reaction { tenant, platform, original_id, .. } = reaction;
        let id = format!("{tenant}/{platform}/{original_id}");
        let is_about = *original_id == self.id || id == self.id;
        is_about.then(|| format!("reaction of another user: {:?}", reaction.kind).to_lowercase())
    }

    fn prioritized(&mut self, prioritized: &Prioritized) -> Option<String> {
        let Prioritized { mention, priority, .. } = prioritized;
        if !self.is_about(mention) {
            return None;
        }
        let incident = priority.incident_id.as_ref().map(|id| format!("{}/{id}", mention.tenant));
        // Incident records name no mention; priority links them.
        self.incidents.extend(incident);
        Some(describe_prioritized(prioritized))
    }

    fn filtered(&self, filtered: &Filtered) -> Option<String> {
        let Filtered { mention_id, tenant, platform, rules_version, explanation, .. } = filtered;
        let is_about =
            *mention_id == self.id || *mention_id == format!("{tenant}/{platform}/{}", self.id);
        is_about.then(|| format!("filtered (rules {rules_version}): {explanation}"))
    }

    fn raised(&self, raised: &Raised) -> Option<String> {
        let late = if raised.is_late { ", fired late" } else { "" };
        let is_about = self.cases.contains(&raised.case_id);
        is_about.then(|| format!("{:?}{late}: {}", raised.cause, raised.explanation))
    }

    fn case_event(&self, event: &CaseEvent) -> Option<String> {
        let source = if event.is_bot { "bot" } else { "contact centre" };
        let is_about = self.cases.contains(&event.case_id);
        is_about.then(|| format!("{source} reports: {:?}", event.kind))
    }

    fn routed(&mut self, routed: Routed) -> Option<String> {
        let is_about_case = routed.disposition.is_case_control();
        if !is_about_case && self.is_about(&routed.mention) {
            // Case events and escalations name the case only.
            self.cases.insert(routed.case_id.clone());
        }
        let is_about = match is_about_case {
            true => self.cases.contains(&routed.case_id),
            false => self.is_about(&routed.mention),
        };
        let route = &routed.route;
        is_about.then(|| {
            format!(
                "decision {}, {:?} (rules {}): {}",
                routed.sequence, routed.disposition, route.rules_version, route.explanation
            )
        })
    }

    /// One line per record, ordered by time.
    #[must_use]
    pub fn render(&self) -> String {
        self.lines.iter().map(|(_, _, line)| format!("{line}\n")).collect()
    }
}

fn decode<F: AvroRecord>(value: &[u8]) -> Option<F> {
    codec::read(value).ok()
}

fn describe_received(mention: &Mention) -> String {
    let own = if mention.is_own { ", owned account" } else { "" };
    format!("received: {:?}, {:?} on {}{own}", mention.change, mention.channel, mention.platform)
        .to_lowercase()
}

fn describe_unique(unique: &Unique) -> String {
    let found = &unique.findings;
    format!("{:?}, version {}", found.novelty, found.revision).to_lowercase()
}

fn describe_scored(scored: &Scored) -> String {
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
    let mut text = format!(
        "{language} ({:.2}); {sentiment}; model {}",
        found.language_confidence, found.model
    );
    for abstention in &found.abstentions {
        text += &format!("; {} abstained: {}", abstention.task, abstention.reason);
    }
    for Attribution { task, words, weight } in &found.because {
        text += &format!("\n{:28}{weight:+6.2} {task}: {words}", "");
    }
    text
}

/// The latest revision of an incident.
fn describe_incident(incident: &Incident) -> String {
    let Incident { incident_id, revision, status, title, severity, playbook, .. } = incident;
    let status = format!("{status:?}").to_lowercase();
    let who = incident.stakeholders.join(", ");
    format!(
        "incident {incident_id}, revision {revision}, {status}: {title} (severity {severity}; \
         playbook entry {playbook}; informed: {who})"
    )
}

fn describe_prioritized(fact: &Prioritized) -> String {
    let priority = &fact.priority;
    let terms: Vec<_> =
        priority.terms.iter().map(|term| format!("{} {:+}", term.name, term.points)).collect();
    let place =
        priority.place.and_then(|place| Timestamp::from_microsecond(place.as_micros()).ok());
    let place = place.map_or(String::new(), |place| format!("; place {place}"));
    format!("{:?}: {} = {}{place}", priority.level, priority.score, terms.join(", "))
}
