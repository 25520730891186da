//! The highlights of the demo that the counts do not show: incidents, executives, escalation causes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use mention::{Cause, Disposition, Incident, Raised, Routed, WatchlistKind};
use stage::EventTime;

use super::scenario;

/// The highlights.
#[derive(Debug, Default)]
pub(super) struct DemoReport {
    /// Time of the first revision and the latest revision of each incident.
    incidents: BTreeMap<String, (EventTime, Incident)>,
    attached_mentions: BTreeSet<String>,
    executives: BTreeSet<String>,
    not_accepted: u64,
    foreseen: u64,
}

impl DemoReport {
    /// Records a revision. Returns whether to show it: the incident is new, its status changed, or its
    /// severity rose.
    pub(super) fn record_incident(&mut self, incident: Incident) -> bool {
        let previous = self.incidents.get(&incident.incident_id);
        let is_notable = previous.is_none_or(|(_, known)| {
            incident.status != known.status || incident.severity > known.severity
        });
        // The report shows the maximum severity; a closed incident ends with a low one.
        let worst = previous.map_or(0, |(_, known)| known.severity).max(incident.severity);
        let since = previous.map_or(incident.revised_at, |(since, _)| *since);
        self.incidents.insert(
            incident.incident_id.clone(),
            (since, Incident { severity: worst, ..incident }),
        );
        is_notable
    }

    /// Number of incidents.
    pub(super) fn incident_count(&self) -> u64 {
        self.incidents.len() as u64
    }

    pub(super) fn record_routed(&mut self, routed: &Routed) {
        let is_executive =
            |named: &&mention::WatchlistMatch| named.kind == WatchlistKind::Executive;
        let executives = routed.priority.named.iter().filter(is_executive);
        self.executives.extend(executives.map(|named| named.name.clone()));
        if routed.priority.incident_id.is_some() && routed.disposition != Disposition::Withdrawn {
            self.attached_mentions.insert(routed.mention_id.clone());
        }
    }

    pub(super) fn record_raised(&mut self, raised: &Raised) {
        match raised.cause {
            Cause::NotAccepted => self.not_accepted += 1,
            Cause::Foreseen => self.foreseen += 1,
            Cause::Breach | Cause::Idle => {}
        }
    }
}

impl fmt::Display for DemoReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (since, incident) in self.incidents.values() {
            let Incident { incident_id, title, severity, playbook, closed_at, .. } = incident;
            let over = closed_at
                .map_or(String::new(), |at| format!(", closed {}", scenario::format_clock(at)));
            let (at, who) = (scenario::format_clock(*since), incident.stakeholders.join(", "));
            writeln!(
                out,
                "incident opened: {at} {incident_id}{over}: {title}, severity {severity} of 10, \
                 playbook entry {playbook}, informed: {who}"
            )?;
        }
        let executives: Vec<_> = self.executives.iter().map(String::as_str).collect();
        let executives =
            if executives.is_empty() { "none".to_owned() } else { executives.join(", ") };
        writeln!(
            out,
            "mentions of incidents: {}; executives named: {executives}",
            self.attached_mentions.len()
        )?;
        writeln!(
            out,
            "hand-offs not accepted in time: {}; breaches foreseen: {}",
            self.not_accepted, self.foreseen
        )
    }
}
