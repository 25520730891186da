//! Keeps the state of a partition within its windows and its bounds.
//!
//! | when | removes | at most |
//! |---|---|---|
//! | before a mention | expired ids and originals near its own, the oldest expired clusters | [`MAX_EXPIRED`] of each |
//! | after a mention | what a full store holds too much of | [`MAX_EVICTED`] of each store |
//! | while no record arrives | expired entries of one of 256 segments, by the wall clock | [`MAX_EXPIRED_WHEN_IDLE`] of each store |
//!
//! A full store of clusters forgets the oldest. Ids and originals have no list of ages, which would
//! double their memory: of the [`SAMPLE`] entries that follow the mention's id in digest order, the
//! oldest is forgotten. Digests are uniform, so the sample is random and yet the same in every run,
//! live and restored; the forgotten entry is among the oldest eighth nine times in ten.
//!
//! Must not know: what a mention is compared by.

use stage::{Tx, WallTime};

use crate::changelog::Key;
use crate::digest_map::{DigestMap, SEGMENTS};
use crate::time::{Second, is_expired, second_of};
use crate::{Dedupe, Digest, State};

/// The most entries of one kind that one record expires. It bounds the tombstones in a transaction;
/// a record creates at most one entry of a kind, so expiry keeps up.
const MAX_EXPIRED: usize = 16;
/// The most entries of one store that one record evicts. A record adds one; more are evicted after the
/// bound was lowered.
const MAX_EVICTED: usize = 8;
/// The number of entries among which the oldest are evicted.
const SAMPLE: usize = 16;
/// The most expired entries of one store that a call without a record removes.
const MAX_EXPIRED_WHEN_IDLE: usize = 1024;

impl Dedupe {
    /// Removes expired ids near `id`, and the oldest expired clusters.
    ///
    /// A later record would not find an entry that is removed here: stream time goes back only when it
    /// was wrong.
    pub(crate) fn expire(&self, id: Digest, tx: &mut Tx<'_, Self>) {
        let (state, now) = (tx.state(), tx.state().clock());
        let near = state.ids().near(id);
        let expired = near.filter(|(_, entry)| is_expired(entry.since, now, self.window));
        let ids: Vec<_> = expired.take(MAX_EXPIRED).map(|(digest, _)| Key::Id(digest)).collect();
        let clusters = self.expired_clusters(now, MAX_EXPIRED, state);
        ids.into_iter().chain(clusters).for_each(|key| tx.remove(key));
    }

    /// Removes expired originals near `author_text`.
    pub(crate) fn expire_originals(&self, author_text: Digest, tx: &mut Tx<'_, Self>) {
        let now = tx.state().clock();
        let near = tx.state().originals().near(author_text);
        let expired =
            near.filter(|(_, original)| is_expired(original.since, now, self.copy_window));
        let keys: Vec<_> =
            expired.take(MAX_EXPIRED).map(|(digest, _)| Key::Original(digest)).collect();
        keys.into_iter().for_each(|key| tx.remove(key));
    }

    /// Removes entries that are expired at `now`, while no record arrives. Each second has its
    /// segment of ids and originals: within 256 seconds every entry was looked at.
    pub(crate) fn expire_when_idle(&self, now: WallTime, tx: &mut Tx<'_, Self>) {
        let state = tx.state();
        // Stream time may be ahead of this clock: a look-up compares with the later one.
        let now = second_of(now.as_event_time()).max(state.clock());
        let segment = now.get() as usize % SEGMENTS;
        let ids = state.ids().segment(segment);
        let ids = ids.filter(|(_, entry)| is_expired(entry.since, now, self.window));
        let ids = ids.take(MAX_EXPIRED_WHEN_IDLE).map(|(digest, _)| Key::Id(digest));
        let originals = state.originals().segment(segment);
        let originals = originals.filter(|(_, it)| is_expired(it.since, now, self.copy_window));
        let originals =
            originals.take(MAX_EXPIRED_WHEN_IDLE).map(|(digest, _)| Key::Original(digest));
        let mut keys: Vec<_> = ids.chain(originals).collect();
        keys.extend(self.expired_clusters(now, MAX_EXPIRED_WHEN_IDLE, state));
        keys.into_iter().for_each(|key| tx.remove(key));
    }

    /// Removes what the stores hold beyond their bounds, after the mention with this id.
    pub(crate) fn evict(&self, id: Digest, tx: &mut Tx<'_, Self>) {
        let bounds = self.config.memory;
        let (state, all) = (tx.state(), MAX_EVICTED);
        let excess = state.ids().len().saturating_sub(bounds.ids_most).min(all);
        let ids = oldest_following(state.ids(), id, excess, |entry| entry.since);
        let excess = state.clusters().len().saturating_sub(bounds.clusters_most).min(all);
        let clusters: Vec<_> = state.clusters().oldest_first().take(excess).collect();
        for digest in ids {
            tx.evict("ids", Key::Id(digest));
        }
        for (_, name) in clusters {
            tx.evict("clusters", Key::Cluster(name));
        }
        let originals = oldest_following(tx.state().originals(), id, all, |it| it.since);
        for digest in originals {
            let state = tx.state();
            if state.originals().len() <= bounds.originals_most
                && state.original_bytes() <= bounds.originals_bytes
            {
                break;
            }
            tx.evict("originals", Key::Original(digest));
        }
    }

    fn expired_clusters(&self, now: Second, most: usize, state: &State) -> Vec<Key> {
        let oldest = state.clusters().oldest_first();
        let expired = oldest.take_while(|(since, _)| is_expired(*since, now, self.cluster_window));
        expired.take(most).map(|(_, name)| Key::Cluster(name)).collect()
    }
}

/// The `count` oldest of the [`SAMPLE`] entries that follow a digest, oldest first; of equal age the
/// one with the smaller digest.
fn oldest_following<V>(
    map: &DigestMap<V>,
    digest: Digest,
    count: usize,
    since: impl Fn(&V) -> Second,
) -> Vec<Digest> {
    if count == 0 {
        return Vec::new();
    }
    let sample = map.following(digest).take(SAMPLE);
    let mut sample: Vec<_> = sample.map(|(digest, value)| (since(value), digest)).collect();
    sample.sort_unstable();
    sample.into_iter().take(count).map(|(_, digest)| digest).collect()
}
