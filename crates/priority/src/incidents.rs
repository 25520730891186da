//! The open incidents, and which of them a mention belongs to.
//!
//! Must not know: how an incident is detected.

use std::collections::BTreeMap;

use mention::{
    Facet, Incident, IncidentStatus, Scored, WatchlistKind, WatchlistMatch, admission, codec,
    topics,
};
use stage::{BroadcastTable, Malformed, Topic};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The most open incidents that the table takes. Surge closes an incident within hours; more are not
/// Harken's.
const MAX_INCIDENTS: usize = 10_000;
/// The most bytes of their records.
const MAX_INCIDENT_BYTES: usize = 64 * 1024 * 1024;

/// The open incidents by the key of their record.
#[derive(Debug, Default)]
pub struct Incidents {
    by_key: BTreeMap<Vec<u8>, OpenIncident>,
    /// The bytes of their records.
    bytes: usize,
    /// The hashes of all open incidents, combined by exclusive or.
    content_hash: u64,
}

#[derive(Debug)]
struct OpenIncident {
    incident: Incident,
    /// The hash of its record, and the bytes.
    hash: u64,
    bytes: usize,
}

impl Incidents {
    /// Adds or replaces an open incident; removes a closed one, or one with a tombstone.
    pub fn set(&mut self, key: &[u8], incident: Option<Incident>) {
        // A hash of the content, not a count of changes: a worker that restarts must be able to tell
        // that nothing has changed meanwhile.
        if let Some(before) = self.by_key.remove(key) {
            self.content_hash ^= before.hash;
            self.bytes -= before.bytes;
        }
        let open = incident.filter(|incident| incident.status == IncidentStatus::Open);
        if let Some(mut incident) = open {
            let (hash, bytes) = content_hash(key, &incident);
            // An empty word is contained in every text.
            incident.words.retain(|word| !word.trim().is_empty());
            // `find` compares with normalised texts, which are in lower case.
            for word in &mut incident.words {
                *word = word.to_lowercase();
            }
            self.content_hash ^= hash;
            self.bytes += bytes;
            self.by_key.insert(key.to_vec(), OpenIncident { incident, hash, bytes });
        }
    }

    /// Refuses a row of an open incident for which the table has no room. It becomes a dead letter; a
    /// later revision of the same incident is tried again.
    fn check_room(&self, key: &[u8], bytes: usize) -> Result<(), Malformed> {
        let before = self.by_key.get(key);
        if before.is_none() && self.by_key.len() >= MAX_INCIDENTS {
            return Err(Malformed::Invalid(format!("{MAX_INCIDENTS} incidents are open already")));
        }
        if self.bytes - before.map_or(0, |before| before.bytes) + bytes > MAX_INCIDENT_BYTES {
            let full = format!("the open incidents have {MAX_INCIDENT_BYTES} bytes already");
            return Err(Malformed::Invalid(full));
        }
        Ok(())
    }

    /// A hash of all open incidents. A caller with another one must score open mentions again.
    #[must_use]
    pub fn content_hash(&self) -> u64 {
        self.content_hash
    }

    /// The incident that a mention belongs to: of several the one with most points, of equals the one
    /// with the least id. `text` is the normalised text; `named` are the watchlist entries it names.
    #[must_use]
    pub fn find(&self, scored: &Scored, text: &str, named: &[WatchlistMatch]) -> Option<&Incident> {
        let tenant = &scored.mention.tenant;
        let of_tenant = self.by_key.values().map(|open| &open.incident);
        let of_tenant = of_tenant.filter(|incident| incident.tenant == *tenant);
        let matching = of_tenant.filter(|incident| matches(incident, scored, text, named));
        matching.min_by_key(|incident| (-i64::from(incident.points), incident.incident_id.as_str()))
    }
}

/// The hash of the record of an incident, and its bytes.
fn content_hash(key: &[u8], incident: &Incident) -> (u64, usize) {
    let mut bytes = Vec::with_capacity(512);
    codec::write(incident, &mut bytes);
    (xxh3_64_with_seed(&bytes, xxh3_64(key)), bytes.len())
}

/// Whether a mention has the facet of an incident, or contains one of its words.
fn matches(incident: &Incident, scored: &Scored, text: &str, named: &[WatchlistMatch]) -> bool {
    let value = &incident.facet_value;
    let shares = match incident.facet {
        // Every mention of the tenant has this facet, so only the words count.
        Facet::All => false,
        Facet::Reason => scored.understanding.reason.as_ref().is_some_and(|r| r.name == *value),
        Facet::Product => {
            named.iter().any(|named| named.kind == WatchlistKind::Product && named.name == *value)
        }
        Facet::Cluster => scored.findings.cluster.as_ref() == Some(value),
    };
    shares || incident.words.iter().any(|word| text.contains(word.as_str()))
}

impl BroadcastTable for Incidents {
    fn topics() -> Vec<Topic> {
        vec![topics::INCIDENT]
    }

    fn reader(_: Topic) -> &'static str {
        "priority"
    }

    fn apply(&mut self, _: Topic, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed> {
        let incident = value.map(|_| admission::read_bounded::<Incident>(value)).transpose()?;
        incident.as_deref().map_or(Ok(()), Incident::validate).map_err(Malformed::Invalid)?;
        if incident.as_ref().is_some_and(|it| it.status == IncidentStatus::Open) {
            self.check_room(key, value.map_or(0, <[u8]>::len))?;
        }
        self.set(key, incident.map(|incident| *incident));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use mention::{LabelProbability, Mention};

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

    fn scored(tenant: &str) -> Scored {
        Scored {
            mention: Mention { tenant: tenant.into(), ..Mention::default() },
            ..Scored::default()
        }
    }

    #[test]
    fn a_mention_belongs_to_the_incident_with_most_points_whose_word_it_contains() {
        let mut incidents = Incidents::default();
        incidents.set(b"1", Some(incident("fibre", 20, &["Fibre", " "])));
        incidents.set(b"2", Some(incident("north", 30, &["leeds"])));
        incidents.set(b"3", Some(incident("again", 30, &["leeds"])));
        let cases = [
            ("northline", "no fibre since noon", Some("fibre")),
            ("northline", "no fibre in leeds", Some("again")),
            ("northline", "lovely weather", None),
            ("southline", "no fibre in leeds", None),
        ];
        for (tenant, text, expected) in cases {
            let scored = scored(tenant);
            let found = incidents.find(&scored, text, &[]).map(|i| i.incident_id.as_str());
            assert_eq!(found, expected, "{tenant}: {text}");
        }
        incidents.set(b"1", None);
        assert!(
            incidents.find(&scored("northline"), "no fibre", &[]).is_none(),
            "after a tombstone"
        );
    }

    #[test]
    fn a_full_table_refuses_further_incidents_and_takes_revisions_and_closings() {
        let row = |incident: &Incident| {
            let mut bytes = Vec::new();
            codec::write(incident, &mut bytes);
            bytes
        };
        let mut incidents = Incidents::default();
        let apply = |incidents: &mut Incidents, key: &str, row: Option<&[u8]>| {
            incidents.apply(topics::INCIDENT, key.as_bytes(), row)
        };
        let one = incident("one", 10, &["fibre"]);
        for n in 0..MAX_INCIDENTS {
            assert_eq!(apply(&mut incidents, &n.to_string(), Some(&row(&one))), Ok(()));
        }
        let further = apply(&mut incidents, "further", Some(&row(&one)));
        assert!(further.is_err_and(|problem| problem.to_string().contains("open already")));
        let revised = Incident { revision: 4, ..one.clone() };
        assert_eq!(apply(&mut incidents, "0", Some(&row(&revised))), Ok(()));
        let closed = Incident { status: IncidentStatus::Closed, ..one.clone() };
        assert_eq!(apply(&mut incidents, "0", Some(&row(&closed))), Ok(()));
        assert_eq!(apply(&mut incidents, "1", None), Ok(()));
        assert_eq!(apply(&mut incidents, "further", Some(&row(&one))), Ok(()));

        let mut incidents = Incidents::default();
        let large = Incident { title: "x".repeat(10_000), notice: "x".repeat(10_000), ..one };
        let fits = (0..MAX_INCIDENTS)
            .take_while(|n| apply(&mut incidents, &n.to_string(), Some(&row(&large))).is_ok());
        assert_eq!(fits.count(), MAX_INCIDENT_BYTES / row(&large).len());
    }

    #[test]
    fn a_mention_belongs_to_an_incident_with_its_reason_product_or_cluster() {
        let of = |facet, value: &str| Incident {
            facet,
            facet_value: value.into(),
            ..incident("one", 10, &[])
        };
        let mut scored = scored("northline");
        scored.understanding.reason =
            Some(LabelProbability { name: "billing".into(), probability: 0.9 });
        scored.findings.cluster = Some("00ff".into());
        let named = [
            WatchlistMatch { kind: WatchlistKind::Product, name: "FibreOne".into() },
            WatchlistMatch { kind: WatchlistKind::Competitor, name: "Southline".into() },
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
            let case = format!("{:?} {:?}", incident.facet, incident.status);
            incidents.set(b"1", Some(incident));
            assert_eq!(incidents.find(&scored, "", &named).is_some(), expected, "{case}");
        }
    }
}
