//! Inputs and outputs of the stage, and the record of an incident.

use mention::{Facet, Incident, IncidentStatus, Signal, admission, codec, topics};
use rules::Rules;
use stage::{Input, Malformed, Output, RawRecord, Topic};

use crate::outbreak::{IncidentState, Outbreak};
use crate::state::SeriesId;
use crate::{Config, rules_view, start_of_minute};

/// An input record.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// Counts of one series, second and partition of mentions.
    Signal(Box<Signal>),
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        vec![topics::SIGNAL]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        admission::read(record).map(In::Signal)
    }
}

/// An output record.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A new revision of an incident.
    Incident(Box<Incident>),
    /// A tombstone for an incident that ended long ago.
    Tombstone {
        /// The tenant of the incident.
        tenant: String,
        /// The incident id.
        id: String,
    },
}

impl Output for Out {
    fn topics() -> Vec<Topic> {
        vec![topics::INCIDENT]
    }

    fn topic(&self) -> Topic {
        match self {
            Out::Incident(_) | Out::Tombstone { .. } => topics::INCIDENT,
        }
    }

    fn key(&self, out: &mut Vec<u8>) {
        let (tenant, id) = match self {
            Out::Incident(incident) => (&incident.tenant, &incident.incident_id),
            Out::Tombstone { tenant, id, .. } => (tenant, id),
        };
        for part in [tenant, "/", id] {
            out.extend_from_slice(part.as_bytes());
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Out::Incident(incident) => codec::write(incident.as_ref(), out),
            Out::Tombstone { .. } => {}
        }
    }

    fn is_tombstone(&self) -> bool {
        matches!(self, Out::Tombstone { .. })
    }
}

/// Maximum number of words of an incident.
pub(crate) const MAX_WORDS: usize = 8;

/// The record of an incident in its present state.
pub(crate) fn incident_record(
    id: &SeriesId,
    outbreak: &Outbreak,
    incident: &IncidentState,
    config: &Config,
    rules: Option<&Rules>,
) -> Incident {
    let negative_share = outbreak.negative as f32 / outbreak.mentions.max(1) as f32;
    let is_negative = outbreak.is_negative();
    let status = match incident.closed_minute {
        None => IncidentStatus::Open,
        Some(_) => IncidentStatus::Closed,
    };
    let record = Incident {
        tenant: id.tenant.clone(),
        incident_id: incident.id.clone(),
        revision: incident.revision,
        title: title(id, outbreak, incident),
        words: incident.words.clone(),
        points: if is_negative { incident.severity * config.points } else { 0 },
        revised_at: start_of_minute(incident.revised_minute),
        status,
        facet: id.facet,
        facet_value: id.value.clone(),
        severity: incident.severity,
        began_at: Some(start_of_minute(incident.began_minute)),
        closed_at: incident.closed_minute.map(start_of_minute),
        mentions: outbreak.mentions,
        expected: incident.expected,
        authors: outbreak.authors.estimate(),
        reach: outbreak.reach,
        reposts: outbreak.reposts,
        negative: negative_share,
        first_posts: outbreak.posts.clone(),
        coordination: outbreak.coordination(id.facet),
        planned: Some(incident.planned.clone()).filter(|planned| !planned.is_empty()),
        notice: if is_negative { draft_notice(id) } else { String::new() },
        ..Incident::default()
    };
    match rules {
        Some(rules) => rules_view::apply_rules(record, is_negative, rules),
        None => record,
    }
}

/// Words that identify the tenant. They occur in most of its mentions, so they would make every
/// mention part of an incident.
pub(crate) fn tenant_words(id: &SeriesId, rules: Option<&Rules>) -> Vec<String> {
    let tenant = rules.and_then(|rules| rules.tenant(&id.tenant));
    let keywords = tenant.map(|tenant| tenant.keywords.clone()).unwrap_or_default();
    std::iter::once(id.tenant.to_lowercase()).chain(keywords).collect()
}

fn title(id: &SeriesId, outbreak: &Outbreak, incident: &IncidentState) -> String {
    let what = match id.facet {
        Facet::All => "everything".to_owned(),
        facet => format!("{} {}", facet.as_str(), id.value),
    };
    format!("{what}: {} mentions, {:.0} expected", outbreak.mentions, incident.expected)
}

/// A draft of a public notice, for a person to complete.
fn draft_notice(id: &SeriesId) -> String {
    let about = match id.facet {
        Facet::Reason | Facet::Product => format!(" about {}", id.value.replace('_', " ")),
        Facet::All | Facet::Cluster => String::new(),
    };
    format!("We see your reports{about} and are looking into them. We will tell you more here.")
}
