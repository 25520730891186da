//! The incidents in force, and which of them a mention belongs to.

use std::collections::BTreeMap;

use mention::{Incident, codec, topics};
use stage::{Malformed, Table, Topic};

/// The incidents in force by the key of their record.
#[derive(Debug, Default)]
pub struct Incidents(BTreeMap<Vec<u8>, Incident>);

impl Incidents {
    /// Puts an incident in force, or ends it.
    pub fn put(&mut self, key: &[u8], incident: Option<Incident>) {
        match incident {
            Some(mut incident) => {
                incident.words.retain(|word| !word.trim().is_empty());
                for word in &mut incident.words {
                    *word = word.to_lowercase();
                }
                self.0.insert(key.to_vec(), incident);
            }
            None => {
                self.0.remove(key);
            }
        }
    }

    /// The incident that a text, in lower case, belongs to: of several the one with most points,
    /// of equals the one whose id comes first.
    #[must_use]
    pub fn find(&self, tenant: &str, text: &str) -> Option<&Incident> {
        let of_tenant = self.0.values().filter(|incident| incident.tenant == tenant);
        let told = of_tenant.filter(|i| i.words.iter().any(|word| text.contains(word.as_str())));
        told.min_by_key(|incident| (-i64::from(incident.points), incident.incident_id.as_str()))
    }
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
            let found = incidents.find(tenant, text).map(|i| i.incident_id.as_str());
            assert_eq!(found, expected, "{tenant}: {text}");
        }
        incidents.put(b"1", None);
        assert!(incidents.find("northline", "no fibre").is_none(), "a tombstone closes");
    }
}
