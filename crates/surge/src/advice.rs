//! What the rules say about an incident: what to do, who has to know, what to tell the public.
//!
//! The rules decide about mentions, so they are asked about one that stands for all of the
//! incident's: it is part of the incident, has its reason or its product, and is as urgent as the
//! incident is severe.

use std::sync::Arc;

use mention::{
    Clock, Facet, Incident, Intent, Level, Likely, Named, NamedKind, Prioritized, Sentiment,
};
use rules::Rules;

use crate::Planned;

/// What the rules tell this stage: what is planned, and what to do about an incident.
#[derive(Debug, Default)]
pub struct Advice {
    pub(crate) planned: Vec<Planned>,
    pub(crate) rules: Option<Arc<Rules>>,
}

impl From<Vec<Planned>> for Advice {
    /// These events, and nothing about incidents.
    fn from(planned: Vec<Planned>) -> Self {
        Self { planned, rules: None }
    }
}

impl From<Arc<Rules>> for Advice {
    fn from(rules: Arc<Rules>) -> Self {
        Self { planned: Planned::of_rules(&rules), rules: Some(rules) }
    }
}

/// Contacts of a path that are named, at most.
const CONTACTS: usize = 8;

/// The incident with what the rules say about it.
pub(crate) fn advised(incident: Incident, is_angry: bool, rules: &Rules) -> Incident {
    let (stand_in, at) = (stand_in(&incident, is_angry), incident.revised_at);
    let Some(decision) = rules.decide(&rules::Facts::of(&stand_in), at) else { return incident };
    let mut stakeholders = vec![decision.owner.to_owned()];
    stakeholders.extend(decision.watchers().map(str::to_owned));
    let level = stand_in.priority.level;
    let steps = decision.work.into_iter().flat_map(|work| {
        (0..CONTACTS).filter_map(move |place| work.path.step(level, Clock::Acknowledge, place))
    });
    for step in steps {
        if !stakeholders.contains(&step.call) {
            stakeholders.push(step.call.clone());
        }
    }
    let has_reply = is_angry && !decision.play.reply.is_empty();
    Incident {
        playbook: decision.play.name.clone(),
        stakeholders,
        notice: if has_reply { decision.play.reply.clone() } else { incident.notice },
        rules_version: rules.version.clone(),
        ..incident
    }
}

/// A mention as the incident's are.
fn stand_in(incident: &Incident, is_angry: bool) -> Prioritized {
    let mut fact = Prioritized::default();
    fact.mention.tenant.clone_from(&incident.tenant);
    let (negative, value) = (incident.negative, &incident.facet_value);
    let neutral = 1.0 - negative;
    fact.understanding.sentiment = Some(Sentiment { negative, neutral, positive: 0.0 });
    match incident.facet {
        Facet::All => {}
        Facet::Reason => {
            fact.understanding.reason = Some(Likely { name: value.clone(), probability: 1.0 });
        }
        Facet::Product => {
            let product = Named { kind: NamedKind::Product, name: value.clone() };
            fact.priority.named.push(product);
        }
        Facet::Cluster => fact.findings.cluster_size = incident.mentions,
    }
    fact.priority.incident_id = Some(incident.incident_id.clone());
    fact.priority.intent = if is_angry { Intent::Complaint } else { Intent::Other };
    fact.priority.level = match incident.severity {
        _ if !is_angry => Level::P4,
        8.. => Level::P1,
        6..8 => Level::P2,
        3..6 => Level::P3,
        _ => Level::P4,
    };
    fact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_name_what_to_do_and_who_has_to_know() {
        let rules = Rules::load(&rules::northline()).unwrap();
        let outage = Incident {
            tenant: "northline".into(),
            incident_id: "reason-outage-1".into(),
            facet: Facet::Reason,
            facet_value: "outage".into(),
            revised_at: 1_795_438_800_000_000,
            severity: 7,
            negative: 0.9,
            notice: "We are looking into it.".into(),
            ..Incident::default()
        };
        let angry = advised(outage.clone(), true, &rules);
        assert_eq!(angry.playbook, "incident");
        assert_eq!(angry.stakeholders[..2], ["network-desk", "care"]);
        assert!(angry.stakeholders.len() > 2, "who is called: {:?}", angry.stakeholders);
        assert!(angry.notice.starts_with("We know of it"), "{}", angry.notice);
        assert_eq!(angry.rules_version, rules.version);
        let talk = advised(outage, false, &rules);
        assert_eq!(talk.playbook, "everything-else");
        assert_eq!(talk.notice, "We are looking into it.");
    }
}
