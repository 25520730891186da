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
    /// The bytes of the ids of the originals.
    original_ids: usize,
    clusters: Clusters,
    minutes: u32,
}

// A key is 12 bytes and an entry 16: a slot of the map must not be larger than their sum.
const _: () = assert!(size_of::<Option<(Digest, SeenEntry)>>() == 28);

/// The bytes of an original without its id: a slot of the map, of which three in four are occupied,
/// and the overhead of an allocation.
const ORIGINAL_BYTES: usize = size_of::<Option<(Digest, OriginalEntry)>>() * 4 / 3 + 16;

impl KeyedState for State {
    const STAGE: &'static str = "dedupe";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) -> Result<(), Malformed> {
        match (key, value) {
            (Key::Id(digest), Some(Value::Id(entry))) => self.ids.set(digest, entry),
            (Key::Id(digest), None) => self.ids.remove(digest),
            (Key::Original(digest), Some(Value::Original(entry))) => {
                self.original_ids += entry.id.len();
                self.forget_original_id(digest);
                self.originals.set(digest, entry);
            }
            (Key::Original(digest), None) => {
                self.forget_original_id(digest);
                self.originals.remove(digest);
            }
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

    /// The bytes that the originals take: their slots in the map and their ids.
    #[must_use]
    pub fn original_bytes(&self) -> usize {
        self.originals.len() * ORIGINAL_BYTES + self.original_ids
    }

    fn forget_original_id(&mut self, digest: Digest) {
        self.original_ids -= self.originals.get(digest).map_or(0, |before| before.id.len());
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
