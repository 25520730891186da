//! The open incidents, and which of them a mention belongs to.
//!
//! Must not know: how an incident is detected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mention::{
    Facet, Incident, IncidentStatus, Scored, WatchlistKind, WatchlistMatch, admission, codec,
    topics,
};
use rustc_hash::FxHashMap;
use stage::{BroadcastTable, Malformed, Topic};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

#[cfg(test)]
mod tests;
mod words;

use words::WordIndex;

/// The most open incidents that the table takes. Surge closes an incident within hours; more are not
/// Harken's.
const MAX_INCIDENTS: usize = 10_000;
/// The most bytes of their records.
const MAX_INCIDENT_BYTES: usize = 64 * 1024 * 1024;
/// The most words of all of them; surge gives an incident 8.
const MAX_WORDS: usize = 100_000;
/// The most bytes of these words, which bounds the memory of the automata and the time in which they
/// are built. A word of surge has 24 characters at most.
const MAX_WORD_BYTES: usize = 4 * 1024 * 1024;

/// The open incidents by the key of their record.
#[derive(Debug, Default)]
pub struct Incidents {
    by_key: BTreeMap<Vec<u8>, OpenIncident>,
    by_tenant: FxHashMap<String, TenantIndex>,
    /// What they take together.
    size: Size,
    /// The hashes of all open incidents, combined by exclusive or.
    content_hash: u64,
}

#[derive(Debug)]
struct OpenIncident {
    incident: Incident,
    rank: Arc<Rank>,
    /// The hash of its record.
    hash: u64,
    size: Size,
}

/// The place of an incident among those that a mention may belong to: least is best.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// The points with the sign changed, so that most points come first.
    negated_points: i64,
    incident_id: String,
    /// The key of its record.
    key: Vec<u8>,
}

/// What incidents take.
#[derive(Debug, Default, Clone, Copy)]
struct Size {
    /// The bytes of their records.
    bytes: usize,
    words: usize,
    word_bytes: usize,
}

/// The open incidents of one tenant, by what a mention may share with them.
#[derive(Debug, Default)]
struct TenantIndex {
    incidents: usize,
    by_reason: FacetIndex,
    by_product: FacetIndex,
    by_cluster: FacetIndex,
    by_word: WordIndex,
}

/// The incidents with one value of a facet, best first, by the value.
type FacetIndex = FxHashMap<String, BTreeSet<Arc<Rank>>>;

impl Incidents {
    /// Adds or replaces an open incident; removes a closed one, or one with a tombstone.
    pub fn set(&mut self, key: &[u8], incident: Option<Incident>) {
        let before = self.by_key.remove(key);
        if let Some(before) = &before {
            // A hash of the content, not a count of changes: a worker that restarts must be able to tell
            // that nothing has changed meanwhile.
            self.content_hash ^= before.hash;
            self.size = self.size.minus(before.size);
            if let Some(index) = self.by_tenant.get_mut(&before.incident.tenant) {
                index.remove(before);
            }
        }
        let open = incident.filter(|incident| incident.status == IncidentStatus::Open);
        if let Some(incident) = open {
            let after = OpenIncident::new(key, incident);
            self.content_hash ^= after.hash;
            self.size = self.size.plus(after.size);
            self.by_tenant.entry(after.incident.tenant.clone()).or_default().add(&after);
            self.by_key.insert(key.to_vec(), after);
        }
        // Only now: the next revision of an incident has most of its words again.
        if let Some(before) = before {
            self.drop_unused(&before.incident.tenant);
        }
    }

    fn drop_unused(&mut self, tenant: &str) {
        let Some(index) = self.by_tenant.get_mut(tenant) else { return };
        if index.incidents == 0 {
            self.by_tenant.remove(tenant);
        } else {
            index.by_word.drop_unused();
        }
    }

    /// Refuses a row of an open incident for which the table has no room. It becomes a dead letter; a
    /// later revision of the same incident is tried again.
    fn check_room(&self, key: &[u8], own: Size) -> Result<(), Malformed> {
        let before = self.by_key.get(key);
        if before.is_none() && self.by_key.len() >= MAX_INCIDENTS {
            return Err(Malformed::Invalid(format!("{MAX_INCIDENTS} incidents are open already")));
        }
        let before = before.map_or(Size::default(), |before| before.size);
        let all = self.size.minus(before).plus(own);
        let full = if all.bytes > MAX_INCIDENT_BYTES {
            format!("the open incidents have {MAX_INCIDENT_BYTES} bytes already")
        } else if all.words > MAX_WORDS {
            format!("the open incidents have {MAX_WORDS} words already")
        } else if all.word_bytes > MAX_WORD_BYTES {
            format!("the words of the open incidents have {MAX_WORD_BYTES} bytes already")
        } else {
            return Ok(());
        };
        Err(Malformed::Invalid(full))
    }

    /// A hash of all open incidents. A caller with another one must score open mentions again.
    #[must_use]
    pub fn content_hash(&self) -> u64 {
        self.content_hash
    }

    /// The incident that a mention belongs to: of several the one with most points, of equals the one
    /// with the least id. `text` is the normalised text; `named` are the watchlist entries it names.
    ///
    /// The first call after new words of a tenant builds the automata for them.
    #[must_use]
    pub fn find(&self, scored: &Scored, text: &str, named: &[WatchlistMatch]) -> Option<&Incident> {
        let index = self.by_tenant.get(&scored.mention.tenant)?;
        let best = index.find(scored, text, named)?;
        self.by_key.get(&best.key).map(|open| &open.incident)
    }
}

impl OpenIncident {
    fn new(key: &[u8], mut incident: Incident) -> Self {
        let (hash, bytes) = content_hash(key, &incident);
        let size = Size::of(&incident, bytes);
        // An empty word is contained in every text.
        incident.words.retain(|word| !word.trim().is_empty());
        // `find` compares with normalised texts, which are in lower case.
        for word in &mut incident.words {
            *word = word.to_lowercase();
        }
        let rank = Arc::new(Rank {
            negated_points: -i64::from(incident.points),
            incident_id: incident.incident_id.clone(),
            key: key.to_vec(),
        });
        Self { incident, rank, hash, size }
    }
}

impl Size {
    fn of(incident: &Incident, bytes: usize) -> Self {
        let word_bytes = incident.words.iter().map(String::len).sum();
        Self { bytes, words: incident.words.len(), word_bytes }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes + other.bytes,
            words: self.words + other.words,
            word_bytes: self.word_bytes + other.word_bytes,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes - other.bytes,
            words: self.words - other.words,
            word_bytes: self.word_bytes - other.word_bytes,
        }
    }
}

impl TenantIndex {
    fn add(&mut self, OpenIncident { incident, rank, .. }: &OpenIncident) {
        self.incidents += 1;
        if let Some(values) = self.by_facet(incident.facet) {
            values.entry(incident.facet_value.clone()).or_default().insert(Arc::clone(rank));
        }
        incident.words.iter().for_each(|word| self.by_word.add(word, rank));
    }

    fn remove(&mut self, OpenIncident { incident, rank, .. }: &OpenIncident) {
        self.incidents -= 1;
        if let Some(values) = self.by_facet(incident.facet)
            && let Some(ranks) = values.get_mut(&incident.facet_value)
        {
            ranks.remove(rank);
            if ranks.is_empty() {
                values.remove(&incident.facet_value);
            }
        }
        incident.words.iter().for_each(|word| self.by_word.remove(word, rank));
    }

    /// None for a facet that every mention of the tenant has: there only the words count.
    fn by_facet(&mut self, facet: Facet) -> Option<&mut FacetIndex> {
        match facet {
            Facet::All => None,
            Facet::Reason => Some(&mut self.by_reason),
            Facet::Product => Some(&mut self.by_product),
            Facet::Cluster => Some(&mut self.by_cluster),
        }
    }

    /// The best incident whose facet a mention has, or of whose words it contains one.
    fn find(&self, scored: &Scored, text: &str, named: &[WatchlistMatch]) -> Option<&Rank> {
        let reason = scored.understanding.reason.as_ref();
        let reason = reason.and_then(|reason| self.by_reason.get(&reason.name));
        let products = named.iter().filter(|named| named.kind == WatchlistKind::Product);
        let products = products.filter_map(|product| self.by_product.get(&product.name));
        let cluster = scored.findings.cluster.as_ref();
        let cluster = cluster.and_then(|cluster| self.by_cluster.get(cluster));
        let by_facet = reason.into_iter().chain(products).chain(cluster);
        let by_facet = by_facet.filter_map(BTreeSet::first);
        by_facet.chain(self.by_word.best(text)).min().map(Arc::as_ref)
    }
}

/// The hash of the record of an incident, and its bytes.
fn content_hash(key: &[u8], incident: &Incident) -> (u64, usize) {
    let mut bytes = Vec::with_capacity(512);
    codec::write(incident, &mut bytes);
    (xxh3_64_with_seed(&bytes, xxh3_64(key)), bytes.len())
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
        if let Some(open) = incident.as_ref().filter(|it| it.status == IncidentStatus::Open) {
            self.check_room(key, Size::of(open, value.map_or(0, <[u8]>::len)))?;
        }
        self.set(key, incident.map(|incident| *incident));
        Ok(())
    }
}
