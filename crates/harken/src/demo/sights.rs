//! What there was to see in the afternoon, beside the counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use mention::{Cause, Disposition, Incident, NamedKind, Raised, Routed};
use stage::Micros;

use super::story;

/// What there was to see.
#[derive(Debug, Default)]
pub(super) struct Sights {
    /// When each incident was noticed, and what was told of it last.
    incidents: BTreeMap<String, (Micros, Incident)>,
    attached: BTreeSet<String>,
    executives: BTreeSet<String>,
    not_accepted: u64,
    foreseen: u64,
}

impl Sights {
    /// Takes note of an incident; whether that is news: it is new, over, or worse than it was.
    pub(super) fn incident(&mut self, incident: Incident) -> bool {
        let known = self.incidents.get(&incident.incident_id);
        let is_news = known.is_none_or(|(_, known)| {
            incident.status != known.status || incident.severity > known.severity
        });
        let worst = known.map_or(0, |(_, known)| known.severity).max(incident.severity);
        let since = known.map_or(incident.revised_at, |(since, _)| *since);
        self.incidents.insert(
            incident.incident_id.clone(),
            (since, Incident { severity: worst, ..incident }),
        );
        is_news
    }

    /// How many incidents were noticed.
    pub(super) fn incidents(&self) -> u64 {
        self.incidents.len() as u64
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
        for (since, incident) in self.incidents.values() {
            let Incident { incident_id, title, severity, playbook, closed_at, .. } = incident;
            let over = closed_at.map_or(String::new(), |at| format!(", over {}", story::clock(at)));
            let (at, who) = (story::clock(*since), incident.stakeholders.join(", "));
            writeln!(
                out,
                "incident noticed: {at} {incident_id}{over}: {title}, severity {severity} of 10, \
                 playbook entry {playbook}, told: {who}"
            )?;
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
