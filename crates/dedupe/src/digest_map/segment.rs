//! One segment of the map: a sorted array with gaps, that is linear probing that keeps the entries in
//! the order of their digests.
//!
//! Must not know: other segments, the meaning of an entry.

use crate::Digest;

/// The entries whose digests start with the same byte.
#[derive(Debug)]
pub(super) struct Segment<V> {
    slots: Box<[Option<Slot<V>>]>,
    len: usize,
}

#[derive(Debug)]
struct Slot<V> {
    digest: Digest,
    value: V,
}

/// The slot that holds a digest, or the slot into which it must be inserted.
enum SlotIndex {
    Occupied(usize),
    Vacant(usize),
}

/// Slots that even the smallest segment leaves empty.
const SPARE_SLOTS: usize = 8;

impl<V> Default for Segment<V> {
    fn default() -> Self {
        Self { slots: Box::default(), len: 0 }
    }
}

impl<V> Segment<V> {
    pub(super) fn get(&self, digest: Digest) -> Option<&V> {
        match self.find(digest) {
            SlotIndex::Occupied(at) => self.slots[at].as_ref().map(|slot| &slot.value),
            SlotIndex::Vacant(_) => None,
        }
    }

    pub(super) fn set(&mut self, digest: Digest, value: V) -> Option<V> {
        let slot = Slot { digest, value };
        match self.find(digest) {
            SlotIndex::Occupied(at) => self.slots[at].replace(slot).map(|old| old.value),
            SlotIndex::Vacant(at) => {
                self.insert(at, slot);
                None
            }
        }
    }

    pub(super) fn remove(&mut self, digest: Digest) -> Option<V> {
        let SlotIndex::Occupied(at) = self.find(digest) else { return None };
        let removed = self.slots[at].take();
        // Entries that this one had displaced move back by a slot; an entry at its home slot ends
        // the run. Without this, `find` would stop at the gap before it reaches them.
        let mut gap = at;
        while let Some(Some(next)) = self.slots.get(gap + 1)
            && self.home_slot(next.digest) <= gap
        {
            self.slots.swap(gap, gap + 1);
            gap += 1;
        }
        self.len -= 1;
        // Well below the fill of a grown segment (3 in 4), so that it does not shrink and grow in turn.
        if self.len < self.slots.len() / 2 {
            self.resize(slots_for(self.len));
        }
        removed.map(|old| old.value)
    }

    /// Entries whose digests agree with `digest` in the `bits` bits that follow the segment's byte.
    pub(super) fn near(&self, digest: Digest, bits: u32) -> impl Iterator<Item = (Digest, &V)> {
        // A shift by 64 is an overflow in Rust; with 0 bits every digest is in the same part.
        let part = move |digest: Digest| tail(digest).checked_shr(64 - bits).unwrap_or(0);
        let mine = part(digest);
        let first = mine.checked_shl(64 - bits).unwrap_or(0);
        let entries = self.slots[self.ideal_slot(first).min(self.slots.len())..].iter().flatten();
        let entries = entries.map(|slot| (slot.digest, &slot.value));
        entries
            .skip_while(move |(digest, _)| part(*digest) < mine)
            .take_while(move |(digest, _)| part(*digest) == mine)
    }

    /// All entries, in digest order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Digest, &V)> {
        self.slots.iter().flatten().map(|slot| (slot.digest, &slot.value))
    }

    /// The entries with a greater digest, in digest order.
    pub(super) fn after(&self, digest: Digest) -> impl Iterator<Item = (Digest, &V)> {
        // No entry lies before its home slot, and home slots have the order of digests.
        let from = self.home_slot(digest).min(self.slots.len());
        let entries = self.slots[from..].iter().flatten();
        let entries = entries.map(|slot| (slot.digest, &slot.value));
        entries.skip_while(move |(it, _)| *it <= digest)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val::<[Option<Slot<V>>]>(&self.slots)
    }

    fn find(&self, digest: Digest) -> SlotIndex {
        let mut at = self.home_slot(digest);
        while let Some(Some(slot)) = self.slots.get(at) {
            if slot.digest >= digest {
                return if slot.digest == digest {
                    SlotIndex::Occupied(at)
                } else {
                    SlotIndex::Vacant(at)
                };
            }
            at += 1;
        }
        SlotIndex::Vacant(at)
    }

    /// Inserts at slot `at`; the entries from there to the next gap move back by one.
    fn insert(&mut self, at: usize, slot: Slot<V>) {
        let is_full = (self.len + 1) * 10 > self.slots.len() * 9;
        let gap = self.slots.iter().skip(at).position(Option::is_none);
        let Some(gap) = gap.filter(|_| !is_full) else {
            // A fifth more, or at least a sixteenth more slots if only the gaps at the end ran out.
            self.resize(slots_for(self.len + 1).max(self.slots.len() + self.slots.len() / 16));
            if let SlotIndex::Vacant(at) = self.find(slot.digest) {
                self.insert(at, slot);
            }
            return;
        };
        self.slots[at..=at + gap].rotate_right(1);
        self.slots[at] = Some(slot);
        self.len += 1;
    }

    fn resize(&mut self, size: usize) {
        let old = std::mem::replace(&mut self.slots, (0..size).map(|_| None).collect());
        let mut free = 0;
        let mut overflow = Vec::new();
        for slot in old.into_iter().flatten() {
            let at = self.home_slot(slot.digest).max(free);
            match self.slots.get_mut(at) {
                Some(place) => *place = Some(slot),
                None => overflow.push(slot),
            }
            free = at + 1;
        }
        // The last entries found no slot behind their home slots: try again with more slots.
        if !overflow.is_empty() {
            let slots = std::mem::take(&mut self.slots).into_iter();
            self.slots = slots.chain(overflow.into_iter().map(Some)).collect();
            self.resize(size + size / 16 + SPARE_SLOTS);
        }
    }

    /// The slot of a digest in an otherwise empty segment.
    fn home_slot(&self, digest: Digest) -> usize {
        self.ideal_slot(tail(digest))
    }

    /// The slot in proportion to the digest: digests are uniform.
    fn ideal_slot(&self, tail: u64) -> usize {
        // No digest has its home in the last slots: they take the entries that are pushed back.
        let homes = self.slots.len() - self.slots.len() / 32 - self.slots.len().min(4);
        ((u128::from(tail) * homes as u128) >> 64) as usize
    }
}

/// The bits of a digest after the byte that selects the segment.
fn tail(digest: Digest) -> u64 {
    digest.high() << 8
}

/// The number of slots for `entries` entries: three in four are occupied.
fn slots_for(entries: usize) -> usize {
    entries + entries / 3 + SPARE_SLOTS
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Digests of one segment, a quarter of them crowded at its start and end.
    fn digest(n: u16) -> Digest {
        let mut bytes = Digest::of(&n.to_le_bytes()).to_bytes();
        bytes[0] = 7;
        match n % 8 {
            0 => bytes[1..8].fill(0),
            1 => bytes[1..8].fill(0xff),
            _ => {}
        }
        Digest::from_bytes(bytes)
    }

    fn check(segment: &Segment<u32>, model: &BTreeMap<Digest, u32>) {
        let held: Vec<_> = segment.slots.iter().flatten().map(|s| (s.digest, s.value)).collect();
        let expected: Vec<_> = model.iter().map(|(digest, value)| (*digest, *value)).collect();
        assert_eq!(held, expected);
        assert_eq!(segment.len, model.len());
        for (digest, value) in model {
            assert_eq!(segment.get(*digest), Some(value));
        }
    }

    proptest! {
        #[test]
        fn a_segment_holds_the_entries_of_a_map_in_digest_order(
            steps in prop::collection::vec((0..300_u16, prop::option::weighted(0.6, 0..9_u32)), 0..600),
        ) {
            let (mut segment, mut model) = (Segment::default(), BTreeMap::new());
            for (n, value) in steps {
                match value {
                    Some(value) => prop_assert_eq!(
                        segment.set(digest(n), value),
                        model.insert(digest(n), value)
                    ),
                    None => prop_assert_eq!(segment.remove(digest(n)), model.remove(&digest(n))),
                }
            }
            check(&segment, &model);
        }

        #[test]
        fn the_neighbours_of_a_digest_do_not_depend_on_the_history(
            kept in prop::collection::btree_set(0..400_u16, 0..300),
            gone in prop::collection::vec(400..900_u16, 0..300),
            target in 0..1000_u16,
            bits in 0..12_u32,
        ) {
            let (mut direct, mut churned) = (Segment::default(), Segment::default());
            gone.iter().for_each(|n| { churned.set(digest(*n), 0); });
            kept.iter().rev().for_each(|n| { churned.set(digest(*n), 0); });
            gone.iter().for_each(|n| { churned.remove(digest(*n)); });
            kept.iter().for_each(|n| { direct.set(digest(*n), 0); });
            let near = |segment: &Segment<u32>| -> Vec<Digest> {
                segment.near(digest(target), bits).map(|(digest, _)| digest).collect()
            };
            prop_assert_eq!(near(&direct), near(&churned));
            if kept.contains(&target) {
                prop_assert!(near(&direct).contains(&digest(target)));
            }
        }
    }

    /// Uniform digests of one segment, as real ones are.
    fn uniform(n: u32) -> Digest {
        let mut bytes = Digest::of(&n.to_le_bytes()).to_bytes();
        bytes[0] = 7;
        Digest::from_bytes(bytes)
    }

    #[test]
    fn a_segment_shrinks_when_most_entries_are_removed() {
        let mut segment = Segment::default();
        (0..10_000).for_each(|n| _ = segment.set(uniform(n), 0));
        let full = segment.bytes();
        (0..9_900).for_each(|n| _ = segment.remove(uniform(n)));
        assert!(segment.bytes() * 20 < full, "{} of {full}", segment.bytes());
    }
}
