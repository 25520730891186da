//! The incidents in force, and which of them a mention belongs to.

use std::collections::BTreeMap;

use mention::{Facet, Incident, IncidentStatus, Named, NamedKind, Scored, codec, topics};
use stage::{Malformed, Table, Topic};

/// The incidents in force by the key of their record.
#[derive(Debug, Default)]
pub struct Incidents {
    by_key: BTreeMap<Vec<u8>, Incident>,
    changes: u64,
}

impl Incidents {
    /// Puts an incident in force, or ends it.
    pub fn put(&mut self, key: &[u8], incident: Option<Incident>) {
        self.changes += 1;
        match incident.filter(|incident| incident.status == IncidentStatus::Open) {
            Some(mut incident) => {
                incident.words.retain(|word| !word.trim().is_empty());
                for word in &mut incident.words {
                    *word = word.to_lowercase();
                }
                self.by_key.insert(key.to_vec(), incident);
            }
            None => {
                self.by_key.remove(key);
            }
        }
    }

    /// Counts what was put: whoever remembers an older count has something to compare again.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The incident that a mention belongs to: of several the one with most points, of equals the
    /// one whose id comes first. `text` is the mention's, normalised; `named` is what it names.
    #[must_use]
    pub fn find(&self, scored: &Scored, text: &str, named: &[Named]) -> Option<&Incident> {
        let tenant = &scored.mention.tenant;
        let of_tenant = self.by_key.values().filter(|incident| incident.tenant == *tenant);
        let told = of_tenant.filter(|incident| holds(incident, scored, text, named));
        told.min_by_key(|incident| (-i64::from(incident.points), incident.incident_id.as_str()))
    }
}

/// Whether a mention shares what the mentions of an incident share, or names a word of it.
fn holds(incident: &Incident, scored: &Scored, text: &str, named: &[Named]) -> bool {
    let value = &incident.facet_value;
    let shares = match incident.facet {
        // Everything of the tenant's would belong to it: only its words tell.
        Facet::All => false,
        Facet::Reason => scored.understanding.reason.as_ref().is_some_and(|r| r.name == *value),
        Facet::Product => {
            named.iter().any(|named| named.kind == NamedKind::Product && named.name == *value)
        }
        Facet::Cluster => scored.findings.cluster.as_ref() == Some(value),
    };
    shares || incident.words.iter().any(|word| text.contains(word.as_str()))
}

impl Table for Incidents {
    fn topics() -> Vec<Topic> {
        vec![topics::INCIDENT]
    }

    fn apply(&mut self, _: Topic, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed> {
        let incident = value.map(codec::read::<Incident>).transpose()?;
        self.put(key, incident);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use mention::{Likely, Mention};

    use super::*;

    fn incident(id: &str, points: i32, words: &[&str]) -> Incident {
        Incident {
            tenant: "northline".into(),
            incident_id: id.into(),
            revision: 3,
            words: words.iter().map(ToString::to_string).collect(),
            points,
            ..Incident::default()
        }
    }

    fn said(tenant: &str) -> Scored {
        Scored {
            mention: Mention { tenant: tenant.into(), ..Mention::default() },
            ..Scored::default()
        }
    }

    #[test]
    fn a_mention_belongs_to_the_weightiest_incident_of_its_tenant_that_names_a_word_of_it() {
        let mut incidents = Incidents::default();
        incidents.put(b"1", Some(incident("fibre", 20, &["Fibre", " "])));
        incidents.put(b"2", Some(incident("north", 30, &["leeds"])));
        incidents.put(b"3", Some(incident("again", 30, &["leeds"])));
        let cases = [
            ("northline", "no fibre since noon", Some("fibre")),
            ("northline", "no fibre in leeds", Some("again")),
            ("northline", "lovely weather", None),
            ("southline", "no fibre in leeds", None),
        ];
        for (tenant, text, expected) in cases {
            let scored = said(tenant);
            let found = incidents.find(&scored, text, &[]).map(|i| i.incident_id.as_str());
            assert_eq!(found, expected, "{tenant}: {text}");
        }
        incidents.put(b"1", None);
        assert!(incidents.find(&said("northline"), "no fibre", &[]).is_none(), "a tombstone ends");
    }

    #[test]
    fn a_mention_belongs_to_an_incident_whose_reason_product_or_cluster_it_shares() {
        let of = |facet, value: &str| Incident {
            facet,
            facet_value: value.into(),
            ..incident("one", 10, &[])
        };
        let mut scored = said("northline");
        scored.understanding.reason = Some(Likely { name: "billing".into(), probability: 0.9 });
        scored.findings.cluster = Some("00ff".into());
        let named = [
            Named { kind: NamedKind::Product, name: "FibreOne".into() },
            Named { kind: NamedKind::Competitor, name: "Southline".into() },
        ];
        let cases = [
            (of(Facet::Reason, "billing"), true),
            (of(Facet::Reason, "coverage"), false),
            (of(Facet::Product, "FibreOne"), true),
            (of(Facet::Product, "Southline"), false),
            (of(Facet::Cluster, "00ff"), true),
            (of(Facet::All, ""), false),
            (Incident { status: IncidentStatus::Closed, ..of(Facet::Cluster, "00ff") }, false),
        ];
        for (incident, expected) in cases {
            let mut incidents = Incidents::default();
            let what = format!("{:?} {:?}", incident.facet, incident.status);
            incidents.put(b"1", Some(incident));
            assert_eq!(incidents.find(&scored, "", &named).is_some(), expected, "{what}");
        }
    }
}
