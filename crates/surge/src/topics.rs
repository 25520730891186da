//! What the stage reads and writes, and the record of an incident.

use mention::{Facet, Incident, IncidentStatus, Signal, codec, topics};
use rules::Rules;
use stage::{Input, Malformed, Micros, Output, Topic};

use crate::state::Name;
use crate::watch::{Opened, Watch, facet_name};
use crate::{Config, MINUTE, advice};

/// What the stage reads.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// How much is said about one thing, from one partition of mentions.
    Signal(Box<Signal>),
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        vec![topics::SIGNAL]
    }

    fn read(_: Topic, _: &[u8], value: Option<&[u8]>) -> Result<Self, Malformed> {
        let value = value.ok_or_else(|| Malformed::new("a signal without a value"))?;
        codec::read(value).map(|signal| In::Signal(Box::new(signal)))
    }
}

/// What the stage writes.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// An incident in its present revision.
    Incident(Box<Incident>),
    /// An incident that has been over for long: its topic forgets it.
    Forgotten {
        /// Whose it was.
        tenant: String,
        /// Its id.
        id: String,
        /// When, in microseconds.
        at: Micros,
    },
}

impl Output for Out {
    fn topics() -> Vec<Topic> {
        vec![topics::INCIDENT]
    }

    fn topic(&self) -> Topic {
        match self {
            Out::Incident(_) | Out::Forgotten { .. } => topics::INCIDENT,
        }
    }

    fn key(&self, out: &mut Vec<u8>) {
        let (tenant, id) = match self {
            Out::Incident(incident) => (&incident.tenant, &incident.incident_id),
            Out::Forgotten { tenant, id, .. } => (tenant, id),
        };
        for part in [tenant, "/", id] {
            out.extend_from_slice(part.as_bytes());
        }
    }

    fn time(&self) -> Micros {
        match self {
            Out::Incident(incident) => incident.revised_at,
            Out::Forgotten { at, .. } => *at,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Incident(incident) => codec::write(incident.as_ref(), out),
            Out::Forgotten { .. } => {}
        }
    }

    fn is_tombstone(&self) -> bool {
        matches!(self, Out::Forgotten { .. })
    }
}

/// Words of an incident, at most.
pub(crate) const WORDS: usize = 8;

/// The record of an incident as it stands.
pub(crate) fn record(
    name: &Name,
    watch: &Watch,
    opened: &Opened,
    config: &Config,
    rules: Option<&Rules>,
) -> Incident {
    let share = watch.negative as f32 / watch.mentions.max(1) as f32;
    let is_angry = watch.is_angry();
    let status = match opened.closed {
        None => IncidentStatus::Open,
        Some(_) => IncidentStatus::Closed,
    };
    let incident = Incident {
        tenant: name.tenant.clone(),
        incident_id: opened.id.clone(),
        revision: opened.revision,
        title: title(name, watch, opened),
        words: opened.words.clone(),
        points: if is_angry { opened.severity * config.points } else { 0 },
        revised_at: opened.revised * MINUTE,
        status,
        facet: name.facet,
        facet_value: name.value.clone(),
        severity: opened.severity,
        began_at: Some(opened.began * MINUTE),
        closed_at: opened.closed.map(|minute| minute * MINUTE),
        mentions: watch.mentions,
        expected: opened.expected,
        authors: watch.authors.count(),
        reach: watch.reach,
        reposts: watch.reposts,
        negative: share,
        first_posts: watch.posts.clone(),
        coordination: watch.coordination(name.facet),
        planned: Some(opened.planned.clone()).filter(|planned| !planned.is_empty()),
        notice: if is_angry { notice(name) } else { String::new() },
        ..Incident::default()
    };
    match rules {
        Some(rules) => advice::advised(incident, is_angry, rules),
        None => incident,
    }
}

/// Words by which the tenant is heard at all: they stand in every second mention of it.
pub(crate) fn given(name: &Name, rules: Option<&Rules>) -> Vec<String> {
    let tenant = rules.and_then(|rules| rules.tenant(&name.tenant));
    let keywords = tenant.map(|tenant| tenant.keywords.clone()).unwrap_or_default();
    std::iter::once(name.tenant.to_lowercase()).chain(keywords).collect()
}

fn title(name: &Name, watch: &Watch, opened: &Opened) -> String {
    let what = match name.facet {
        Facet::All => "everything".to_owned(),
        facet => format!("{} {}", facet_name(facet), name.value),
    };
    format!("{what}: {} mentions where {:.0} are usual", watch.mentions, opened.expected)
}

/// A draft of what to tell the public, for a person to finish.
fn notice(name: &Name) -> String {
    let about = match name.facet {
        Facet::Reason | Facet::Product => format!(" about {}", name.value.replace('_', " ")),
        Facet::All | Facet::Cluster => String::new(),
    };
    format!("We see your reports{about} and are looking into them. We will tell you more here.")
}
