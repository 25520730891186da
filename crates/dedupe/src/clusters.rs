//! Clusters of almost the same text, found by their SimHash.
//!
//! Two hashes that differ in at most [`REACH`] of 64 bits agree in one of four bands of 16 bits.
//! So there are four ordered sets, in each another band turned to the front, and a search walks the
//! hashes with the same front: of n clusters about n / 16,384. A cluster is named after its first
//! text, and all its members are near that one: a chain of small changes does not make one cluster.
//!
//! Must not know: texts, and when a cluster is over.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Cluster;
use crate::simhash::{REACH, distance};
use crate::time::Second;

/// Clusters by the SimHash of their first text.
#[derive(Debug, Default)]
pub(crate) struct Clusters {
    by_name: BTreeMap<u64, Cluster>,
    turned: [BTreeSet<u64>; 3],
    by_age: BTreeSet<(Second, u64)>,
}

const BAND: u32 = 16;

impl Clusters {
    /// Sets a cluster.
    pub(crate) fn set(&mut self, name: u64, cluster: Cluster) {
        match self.by_name.insert(name, cluster) {
            Some(old) => {
                self.by_age.remove(&(old.since, name));
            }
            None => self.each_turn(name, BTreeSet::insert),
        }
        self.by_age.insert((cluster.since, name));
    }

    /// Removes a cluster, if there is one of this name.
    pub(crate) fn remove(&mut self, name: u64) {
        if let Some(old) = self.by_name.remove(&name) {
            self.by_age.remove(&(old.since, name));
            self.each_turn(name, |turned, hash| turned.remove(&hash));
        }
    }

    /// The nearest cluster at most so far away among those that `is_live`; of two equally near the
    /// one with the smaller name.
    pub(crate) fn nearest(
        &self,
        simhash: u64,
        max_distance: u32,
        is_live: impl Fn(&Cluster) -> bool,
    ) -> Option<(u64, Cluster)> {
        let live =
            |name: u64| self.by_name.get(&name).filter(|it| is_live(it)).map(|it| (name, *it));
        if let Some(same) = live(simhash) {
            return Some(same);
        }
        let named = self.by_name.range(front(simhash)..).map(|(name, _)| *name);
        let named = named.take_while(|name| front(*name) == front(simhash));
        let turned =
            self.turned.iter().zip([1, 2, 3].map(|n| n * BAND)).flat_map(|(turned, by)| {
                let front_of = front(simhash.rotate_left(by));
                let found =
                    turned.range(front_of..).take_while(move |hash| front(**hash) == front_of);
                found.map(move |hash| hash.rotate_right(by))
            });
        let near = named.chain(turned).map(|name| (distance(name, simhash), name));
        let near = near.filter(|(distance, _)| *distance <= max_distance.min(REACH));
        let live = near.filter_map(|(distance, name)| Some((distance, live(name)?)));
        live.min_by_key(|(distance, (name, _))| (*distance, *name)).map(|(_, found)| found)
    }

    /// Clusters from the one whose last member is the oldest.
    pub(crate) fn oldest(&self) -> impl Iterator<Item = (Second, u64)> {
        self.by_age.iter().copied()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.by_name.len()
    }

    fn each_turn(&mut self, name: u64, change: impl Fn(&mut BTreeSet<u64>, u64) -> bool) {
        for (turned, by) in self.turned.iter_mut().zip([1, 2, 3].map(|n| n * BAND)) {
            change(turned, name.rotate_left(by));
        }
    }
}

/// The smallest hash with the same first band.
fn front(hash: u64) -> u64 {
    hash & !(u64::MAX >> BAND)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIVE: u32 = 5;

    /// A hash of one of three families, with a few bits turned over.
    fn hashes() -> impl Strategy<Value = u64> {
        let family = prop::sample::select(vec![0, 0x0123_4567_89ab_cdef, u64::MAX]);
        (family, prop::collection::vec(0..64_u32, 0..5))
            .prop_map(|(hash, bits)| bits.iter().fold(hash, |hash, bit| hash ^ 1 << bit))
    }

    proptest! {
        #[test]
        fn the_nearest_is_the_one_found_by_comparing_with_all(
            steps in prop::collection::vec((hashes(), prop::option::weighted(0.8, 1..10_u32)), 0..120),
            asked in hashes(),
            max_distance in 0..5_u32,
        ) {
            let (mut clusters, mut model) = (Clusters::default(), BTreeMap::new());
            for (name, since) in steps {
                if let Some(since) = since.and_then(Second::new) {
                    let cluster = Cluster { since, size: 1 };
                    clusters.set(name, cluster);
                    model.insert(name, cluster);
                } else {
                    clusters.remove(name);
                    model.remove(&name);
                }
            }
            let is_live = |cluster: &Cluster| cluster.since.get() >= LIVE;
            let all = model.iter().filter(|(name, cluster)| {
                is_live(cluster) && distance(**name, asked) <= max_distance.min(REACH)
            });
            let expected = all.min_by_key(|(name, _)| (distance(**name, asked), **name));
            let found = clusters.nearest(asked, max_distance, is_live);
            prop_assert_eq!(found, expected.map(|(name, cluster)| (*name, *cluster)));
            let mut ages: Vec<_> = model.iter().map(|(name, it)| (it.since, *name)).collect();
            ages.sort();
            prop_assert_eq!(clusters.oldest().collect::<Vec<_>>(), ages);
            prop_assert_eq!(clusters.len(), model.len());
            prop_assert!(clusters.turned.iter().all(|turned| turned.len() == model.len()));
        }
    }
}
