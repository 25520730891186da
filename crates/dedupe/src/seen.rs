//! What is remembered about one partition.

use stage::Keyed;

use crate::Digest;
use crate::changelog::{Key, Value};
use crate::clusters::Clusters;
use crate::entry::{Heard, Said};
use crate::time::Second;
use crate::window::Window;

/// What is remembered about one partition.
#[derive(Debug, Default)]
pub struct Seen {
    ids: Window<Heard>,
    sayings: Window<Said>,
    clusters: Clusters,
    minutes: u32,
    is_mixed_up: bool,
}

// The key is 12 bytes: these are the 28 bytes a slot of the exact window takes.
const _: () = assert!(size_of::<Option<(Digest, Heard)>>() == 28);

impl Keyed for Seen {
    const STAGE: &'static str = "dedupe";
    type Key = Key;
    type Value = Value;

    fn apply(&mut self, key: Key, value: Option<Value>) {
        match (key, value) {
            (Key::Id(digest), Some(Value::Id(heard))) => self.ids.set(digest, heard),
            (Key::Id(digest), None) => self.ids.remove(digest),
            (Key::Saying(digest), Some(Value::Saying(said))) => self.sayings.set(digest, said),
            (Key::Saying(digest), None) => self.sayings.remove(digest),
            (Key::Cluster(name), Some(Value::Cluster(cluster))) => self.clusters.set(name, cluster),
            (Key::Cluster(name), None) => self.clusters.remove(name),
            (Key::Clock, Some(Value::Clock(minutes))) => self.minutes = minutes,
            (Key::Clock, None) => self.minutes = 0,
            (Key::Id(_) | Key::Saying(_) | Key::Cluster(_) | Key::Clock, Some(_)) => {
                self.is_mixed_up = true;
            }
        }
    }

    fn len(&self) -> usize {
        self.ids.len() + self.sayings.len() + self.clusters.len()
    }
}

impl Seen {
    /// The ids heard.
    #[must_use]
    pub fn ids(&self) -> &Window<Heard> {
        &self.ids
    }

    /// What authors have said.
    pub(crate) fn sayings(&self) -> &Window<Said> {
        &self.sayings
    }

    /// Texts that are almost the same.
    pub(crate) fn clusters(&self) -> &Clusters {
        &self.clusters
    }

    /// Stream time: the latest record's, down to the minute, so that it is written to the changelog
    /// once a minute and not with every record.
    pub(crate) fn clock(&self) -> Second {
        Second::new(self.minutes.saturating_mul(60)).unwrap_or(Second::MIN)
    }

    /// Whether the changelog held a key of one kind with a value of another.
    pub(crate) fn is_mixed_up(&self) -> bool {
        self.is_mixed_up
    }
}
