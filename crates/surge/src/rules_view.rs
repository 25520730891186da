//! The part of the rules that this stage uses: planned events, and for an incident the playbook
//! entry, the stakeholders and the draft notice.
//!
//! Rules match mentions, so an incident is matched by a representative mention: it belongs to the
//! incident, has its reason or product, and a level that corresponds to its severity.

use std::sync::Arc;

use mention::{
    Clock, Facet, Incident, Intent, LabelProbability, Level, Prioritized, Sentiment, WatchlistKind,
    WatchlistMatch,
};
use rules::Rules;

use crate::PlannedEvent;

/// The part of the rules that this stage uses.
#[derive(Debug, Default)]
pub struct RulesView {
    pub(crate) planned: Vec<PlannedEvent>,
    pub(crate) rules: Option<Arc<Rules>>,
}

impl From<Vec<PlannedEvent>> for RulesView {
    /// Planned events only, without rules for incidents.
    fn from(planned: Vec<PlannedEvent>) -> Self {
        Self { planned, rules: None }
    }
}

impl From<Arc<Rules>> for RulesView {
    fn from(rules: Arc<Rules>) -> Self {
        Self { planned: PlannedEvent::from_rules(&rules), rules: Some(rules) }
    }
}

/// Maximum number of contacts taken from an escalation path.
const MAX_CONTACTS: usize = 8;

/// Adds playbook entry, stakeholders and notice of the matching rule. Without a matching rule the
/// incident is unchanged.
pub(crate) fn apply_rules(incident: Incident, is_negative: bool, rules: &Rules) -> Incident {
    let (stand_in, at) = (representative_mention(&incident, is_negative), incident.revised_at);
    let Some(decision) = rules.decide(&rules::Facts::from_mention(&stand_in), at) else {
        return incident;
    };
    let mut stakeholders = vec![decision.owner.to_owned()];
    stakeholders.extend(decision.watchers().map(str::to_owned));
    let level = stand_in.priority.level;
    let steps = decision.work.into_iter().flat_map(|work| {
        (0..MAX_CONTACTS).filter_map(move |place| work.path.step(level, Clock::Acknowledge, place))
    });
    for step in steps {
        if !stakeholders.contains(&step.call) {
            stakeholders.push(step.call.clone());
        }
    }
    let has_reply = is_negative && !decision.entry.reply.is_empty();
    Incident {
        playbook: decision.entry.name.clone(),
        stakeholders,
        notice: if has_reply { decision.entry.reply.clone() } else { incident.notice },
        rules_version: rules.version.clone(),
        ..incident
    }
}

/// A mention that represents those of the incident.
fn representative_mention(incident: &Incident, is_negative: bool) -> Prioritized {
    let mut record = Prioritized::default();
    record.mention.tenant.clone_from(&incident.tenant);
    let (negative, value) = (incident.negative, &incident.facet_value);
    let neutral = 1.0 - negative;
    record.understanding.sentiment = Some(Sentiment { negative, neutral, positive: 0.0 });
    match incident.facet {
        Facet::All => {}
        Facet::Reason => {
            record.understanding.reason =
                Some(LabelProbability { name: value.clone(), probability: 1.0 });
        }
        Facet::Product => {
            let product = WatchlistMatch { kind: WatchlistKind::Product, name: value.clone() };
            record.priority.named.push(product);
        }
        Facet::Cluster => record.findings.cluster_size = incident.mentions,
    }
    record.priority.incident_id = Some(incident.incident_id.clone());
    record.priority.intent = if is_negative { Intent::Complaint } else { Intent::Other };
    record.priority.level = match incident.severity {
        _ if !is_negative => Level::P4,
        8.. => Level::P1,
        6..8 => Level::P2,
        3..6 => Level::P3,
        _ => Level::P4,
    };
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matching_rule_gives_playbook_entry_stakeholders_and_notice() {
        let rules = Rules::load(&rules::northline()).unwrap();
        let outage = Incident {
            tenant: "northline".into(),
            incident_id: "reason-outage-1".into(),
            facet: Facet::Reason,
            facet_value: "outage".into(),
            revised_at: stage::EventTime::from_micros(1_795_438_800_000_000),
            severity: 7,
            negative: 0.9,
            notice: "We are looking into it.".into(),
            ..Incident::default()
        };
        let complaints = apply_rules(outage.clone(), true, &rules);
        assert_eq!(complaints.playbook, "incident");
        assert_eq!(complaints.stakeholders[..2], ["network-desk", "care"]);
        assert!(
            complaints.stakeholders.len() > 2,
            "contacts of the path: {:?}",
            complaints.stakeholders
        );
        assert!(complaints.notice.starts_with("We know of it"), "{}", complaints.notice);
        assert_eq!(complaints.rules_version, rules.version);
        let neutral = apply_rules(outage, false, &rules);
        assert_eq!(neutral.playbook, "everything-else");
        assert_eq!(neutral.notice, "We are looking into it.");
    }
}
