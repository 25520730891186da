//! The state of one partition: seen ids, originals of copies, clusters and stream time.
//!
//! Must not know: windows, and when an entry is expired.

use stage::{KeyedState, Malformed};

use crate::Digest;
use crate::changelog::{Key, Value};
use crate::clusters::Clusters;
use crate::digest_map::DigestMap;
use crate::entry::{OriginalEntry, SeenEntry};
use crate::time::Second;

/// The state of one partition.
#[derive(Debug, Default)]
pub struct State {
    ids: DigestMap<SeenEntry>,
    originals: DigestMap<OriginalEntry>,
    clusters: Clusters,
    minutes: u32,
}

// A key is 12 bytes and an entry 16: a slot of the map must not be larger than their sum.
const _: () = assert!(size_of::<Option<(Digest, SeenEntry)>>() == 28);

impl KeyedState for State {
    const STAGE: &'static str = "dedupe";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) -> Result<(), Malformed> {
        match (key, value) {
            (Key::Id(digest), Some(Value::Id(entry))) => self.ids.set(digest, entry),
            (Key::Id(digest), None) => self.ids.remove(digest),
            (Key::Original(digest), Some(Value::Original(entry))) => {
                self.originals.set(digest, entry);
            }
            (Key::Original(digest), None) => self.originals.remove(digest),
            (Key::Cluster(name), Some(Value::Cluster(cluster))) => self.clusters.set(name, cluster),
            (Key::Cluster(name), None) => self.clusters.remove(name),
            (Key::Clock, Some(Value::Clock(minutes))) => self.minutes = minutes,
            (Key::Clock, None) => self.minutes = 0,
            (Key::Id(_) | Key::Original(_) | Key::Cluster(_) | Key::Clock, Some(_)) => {
                return Err(Malformed::WrongValue);
            }
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.ids.len() + self.originals.len() + self.clusters.len()
    }
}

impl State {
    /// Seen mentions by the digest of tenant, platform and id.
    #[must_use]
    pub fn ids(&self) -> &DigestMap<SeenEntry> {
        &self.ids
    }

    /// Originals by the digest of author and plain text.
    pub(crate) fn originals(&self) -> &DigestMap<OriginalEntry> {
        &self.originals
    }

    /// Clusters of nearly the same text.
    pub(crate) fn clusters(&self) -> &Clusters {
        &self.clusters
    }

    /// Stream time: the greatest time of a record, rounded down to the minute.
    pub(crate) fn clock(&self) -> Second {
        Second::new(self.minutes.saturating_mul(60)).unwrap_or(Second::MIN)
    }
}
