//! Clusters of nearly the same text, found by SimHash.
//!
//! Two hashes that differ in at most [`MAX_DISTANCE`] of 64 bits agree in at least one of four bands
//! of 16 bits. The index therefore holds four ordered sets, each rotated so that another band comes
//! first. A search scans the hashes with the same first band in each set: about n / 16,384 of n
//! clusters. A cluster is named after the hash of its first text, and every member is near that
//! hash: a chain of small changes does not grow one cluster.
//!
//! Must not know: texts, and when a cluster is expired.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Cluster;
use crate::simhash::{MAX_DISTANCE, distance};
use crate::time::Second;

/// Clusters by the SimHash of their first text.
#[derive(Debug, Default)]
pub(crate) struct Clusters {
    by_name: BTreeMap<u64, Cluster>,
    /// The names rotated left by 16, 32 and 48 bits; `by_name` serves as the unrotated set.
    rotated: [BTreeSet<u64>; 3],
    by_age: BTreeSet<(Second, u64)>,
}

/// Bits of a band.
const BAND: u32 = 16;

impl Clusters {
    /// Adds or replaces a cluster.
    pub(crate) fn set(&mut self, name: u64, cluster: Cluster) {
        match self.by_name.insert(name, cluster) {
            Some(old) => {
                self.by_age.remove(&(old.since, name));
            }
            None => self.update_rotations(name, BTreeSet::insert),
        }
        self.by_age.insert((cluster.since, name));
    }

    /// Removes a cluster, if it exists.
    pub(crate) fn remove(&mut self, name: u64) {
        if let Some(old) = self.by_name.remove(&name) {
            self.by_age.remove(&(old.since, name));
            self.update_rotations(name, |rotated, hash| rotated.remove(&hash));
        }
    }

    /// The nearest cluster for which `is_live` holds, at most `max_distance` bits away. Ties go to
    /// the smaller name, so that the answer does not depend on the order of insertion.
    pub(crate) fn nearest(
        &self,
        simhash: u64,
        max_distance: u32,
        is_live: impl Fn(&Cluster) -> bool,
    ) -> Option<(u64, Cluster)> {
        let live =
            |name: u64| self.by_name.get(&name).filter(|it| is_live(it)).map(|it| (name, *it));
        // The same text is the most common case and needs no search.
        if let Some(same) = live(simhash) {
            return Some(same);
        }
        let first_band = band_start(simhash);
        let candidates = self.by_name.range(first_band..).map(|(name, _)| *name);
        let candidates = candidates.take_while(|name| band_start(*name) == first_band);
        let by_other_bands =
            self.rotated.iter().zip([1, 2, 3].map(|n| n * BAND)).flat_map(|(rotated, bits)| {
                let band = band_start(simhash.rotate_left(bits));
                let found =
                    rotated.range(band..).take_while(move |hash| band_start(**hash) == band);
                found.map(move |hash| hash.rotate_right(bits))
            });
        let near = candidates.chain(by_other_bands).map(|name| (distance(name, simhash), name));
        // Beyond MAX_DISTANCE the bands miss neighbours, and the answer would depend on which.
        let near = near.filter(|(distance, _)| *distance <= max_distance.min(MAX_DISTANCE));
        let live = near.filter_map(|(distance, name)| Some((distance, live(name)?)));
        live.min_by_key(|(distance, (name, _))| (*distance, *name)).map(|(_, found)| found)
    }

    /// Time of the last member and name of each cluster, oldest first.
    pub(crate) fn oldest_first(&self) -> impl Iterator<Item = (Second, u64)> {
        self.by_age.iter().copied()
    }

    /// The number of clusters.
    pub(crate) fn len(&self) -> usize {
        self.by_name.len()
    }

    fn update_rotations(&mut self, name: u64, change: impl Fn(&mut BTreeSet<u64>, u64) -> bool) {
        for (rotated, bits) in self.rotated.iter_mut().zip([1, 2, 3].map(|n| n * BAND)) {
            change(rotated, name.rotate_left(bits));
        }
    }
}

/// The smallest hash with the same first band.
fn band_start(hash: u64) -> u64 {
    hash & !(u64::MAX >> BAND)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIVE: u32 = 5;

    /// A hash of one of three families, with up to four bits flipped.
    fn hashes() -> impl Strategy<Value = u64> {
        let family = prop::sample::select(vec![0, 0x0123_4567_89ab_cdef, u64::MAX]);
        (family, prop::collection::vec(0..64_u32, 0..5))
            .prop_map(|(hash, bits)| bits.iter().fold(hash, |hash, bit| hash ^ 1 << bit))
    }

    proptest! {
        #[test]
        fn the_band_search_finds_the_nearest_of_all_clusters(
            steps in prop::collection::vec((hashes(), prop::option::weighted(0.8, 1..10_u32)), 0..120),
            target in hashes(),
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
                is_live(cluster) && distance(**name, target) <= max_distance.min(MAX_DISTANCE)
            });
            let expected = all.min_by_key(|(name, _)| (distance(**name, target), **name));
            let found = clusters.nearest(target, max_distance, is_live);
            prop_assert_eq!(found, expected.map(|(name, cluster)| (*name, *cluster)));
            let mut ages: Vec<_> = model.iter().map(|(name, it)| (it.since, *name)).collect();
            ages.sort();
            prop_assert_eq!(clusters.oldest_first().collect::<Vec<_>>(), ages);
            prop_assert_eq!(clusters.len(), model.len());
            prop_assert!(clusters.rotated.iter().all(|rotated| rotated.len() == model.len()));
        }
    }
}
