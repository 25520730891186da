//! What there was to see in the afternoon, beside the counts.

use std::collections::BTreeSet;
use std::fmt;

use mention::{Cause, Disposition, Incident, IncidentStatus, NamedKind, Raised, Routed};

use super::story;

/// What there was to see.
#[derive(Debug, Default)]
pub(super) struct Sights {
    noticed: Vec<String>,
    over: Vec<String>,
    attached: BTreeSet<String>,
    executives: BTreeSet<String>,
    not_accepted: u64,
    foreseen: u64,
}

impl Sights {
    pub(super) fn incident(&mut self, incident: &Incident) {
        let Incident { incident_id: id, status, revision, .. } = incident;
        let at = story::clock(incident.revised_at);
        match status {
            IncidentStatus::Open if *revision == 1 => {
                let (title, playbook) = (&incident.title, &incident.playbook);
                let who = incident.stakeholders.join(", ");
                self.noticed.push(format!("{at} {id} ({title}; playbook {playbook}, told: {who})"));
            }
            IncidentStatus::Closed => self.over.push(format!("{at} {id}")),
            IncidentStatus::Open => {}
        }
    }

    pub(super) fn routed(&mut self, routed: &Routed) {
        let is_executive = |named: &&mention::Named| named.kind == NamedKind::Executive;
        let executives = routed.priority.named.iter().filter(is_executive);
        self.executives.extend(executives.map(|named| named.name.clone()));
        if routed.priority.incident_id.is_some() && routed.disposition != Disposition::Withdrawn {
            self.attached.insert(routed.mention_id.clone());
        }
    }

    pub(super) fn raised(&mut self, raised: &Raised) {
        match raised.cause {
            Cause::NotAccepted => self.not_accepted += 1,
            Cause::Foreseen => self.foreseen += 1,
            Cause::Breach | Cause::Idle => {}
        }
    }
}

impl fmt::Display for Sights {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for incident in &self.noticed {
            writeln!(out, "incident noticed: {incident}")?;
        }
        for incident in &self.over {
            writeln!(out, "incident over: {incident}")?;
        }
        let executives: Vec<_> = self.executives.iter().map(String::as_str).collect();
        let executives =
            if executives.is_empty() { "none".to_owned() } else { executives.join(", ") };
        writeln!(
            out,
            "mentions of incidents: {}; executives named: {executives}",
            self.attached.len()
        )?;
        writeln!(
            out,
            "hand-offs not accepted in time: {}; breaches foreseen: {}",
            self.not_accepted, self.foreseen
        )
    }
}
