//! A sorted array with gaps: linear probing in which entries keep the order of their digests.

use crate::Digest;

/// The digests that begin with the same byte.
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

/// Where a digest is, or belongs.
enum Place {
    Taken(usize),
    Free(usize),
}

/// Slots that even the smallest segment has to spare.
const SPARE: usize = 8;

impl<V> Default for Segment<V> {
    fn default() -> Self {
        Self { slots: Box::default(), len: 0 }
    }
}

impl<V> Segment<V> {
    pub(super) fn get(&self, digest: Digest) -> Option<&V> {
        match self.find(digest) {
            Place::Taken(at) => self.slots[at].as_ref().map(|slot| &slot.value),
            Place::Free(_) => None,
        }
    }

    pub(super) fn set(&mut self, digest: Digest, value: V) -> Option<V> {
        let slot = Slot { digest, value };
        match self.find(digest) {
            Place::Taken(at) => self.slots[at].replace(slot).map(|old| old.value),
            Place::Free(at) => {
                self.insert(at, slot);
                None
            }
        }
    }

    pub(super) fn remove(&mut self, digest: Digest) -> Option<V> {
        let Place::Taken(at) = self.find(digest) else { return None };
        let removed = self.slots[at].take();
        // Whoever stands behind his place because of this one moves up.
        let mut gap = at;
        while let Some(Some(next)) = self.slots.get(gap + 1)
            && self.home(next.digest) <= gap
        {
            self.slots.swap(gap, gap + 1);
            gap += 1;
        }
        self.len -= 1;
        if self.len < self.slots.len() / 2 {
            self.resize(room(self.len));
        }
        removed.map(|old| old.value)
    }

    /// Entries whose digests share so many leading bits with this one, behind the segment's own.
    pub(super) fn near(&self, digest: Digest, bits: u32) -> impl Iterator<Item = (Digest, &V)> {
        let part = move |digest: Digest| tail(digest).checked_shr(64 - bits).unwrap_or(0);
        let mine = part(digest);
        let first = mine.checked_shl(64 - bits).unwrap_or(0);
        let entries = self.slots[self.place(first).min(self.slots.len())..].iter().flatten();
        let entries = entries.map(|slot| (slot.digest, &slot.value));
        entries
            .skip_while(move |(digest, _)| part(*digest) < mine)
            .take_while(move |(digest, _)| part(*digest) == mine)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val::<[Option<Slot<V>>]>(&self.slots)
    }

    fn find(&self, digest: Digest) -> Place {
        let mut at = self.home(digest);
        while let Some(Some(slot)) = self.slots.get(at) {
            if slot.digest >= digest {
                return if slot.digest == digest { Place::Taken(at) } else { Place::Free(at) };
            }
            at += 1;
        }
        Place::Free(at)
    }

    /// Inserts before the entries at and behind `at`, which move to the next gap.
    fn insert(&mut self, at: usize, slot: Slot<V>) {
        let is_full = (self.len + 1) * 10 > self.slots.len() * 9;
        let gap = self.slots.iter().skip(at).position(Option::is_none);
        let Some(gap) = gap.filter(|_| !is_full) else {
            // A fifth more, or more than that if the gaps near the end are used up.
            self.resize(room(self.len + 1).max(self.slots.len() + self.slots.len() / 16));
            if let Place::Free(at) = self.find(slot.digest) {
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
        let mut homeless = Vec::new();
        for slot in old.into_iter().flatten() {
            let at = self.home(slot.digest).max(free);
            match self.slots.get_mut(at) {
                Some(place) => *place = Some(slot),
                None => homeless.push(slot),
            }
            free = at + 1;
        }
        // The last ones find no gap behind their places: once more, with more gaps.
        if !homeless.is_empty() {
            let slots = std::mem::take(&mut self.slots).into_iter();
            self.slots = slots.chain(homeless.into_iter().map(Some)).collect();
            self.resize(size + size / 16 + SPARE);
        }
    }

    /// Where a digest stands if nobody stands there.
    fn home(&self, digest: Digest) -> usize {
        self.place(tail(digest))
    }

    /// Digests are uniform, so their place among all is their place in the array; a few slots at the
    /// end are for those who have to move back.
    fn place(&self, tail: u64) -> usize {
        let homes = self.slots.len() - self.slots.len() / 32 - self.slots.len().min(4);
        ((u128::from(tail) * homes as u128) >> 64) as usize
    }
}

/// The bits of a digest behind those that chose the segment.
fn tail(digest: Digest) -> u64 {
    digest.high() << 8
}

/// The slots for so many entries: three in four are taken.
fn room(entries: usize) -> usize {
    entries + entries / 3 + SPARE
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Digests of one segment; a few values are crowded at its beginning and its end.
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
        fn holds_what_a_map_holds_in_the_order_of_the_digests(
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
        fn the_neighbours_of_a_digest_are_the_same_whatever_has_happened(
            kept in prop::collection::btree_set(0..400_u16, 0..300),
            gone in prop::collection::vec(400..900_u16, 0..300),
            asked in 0..1000_u16,
            bits in 0..12_u32,
        ) {
            let (mut straight, mut winding) = (Segment::default(), Segment::default());
            gone.iter().for_each(|n| { winding.set(digest(*n), 0); });
            kept.iter().rev().for_each(|n| { winding.set(digest(*n), 0); });
            gone.iter().for_each(|n| { winding.remove(digest(*n)); });
            kept.iter().for_each(|n| { straight.set(digest(*n), 0); });
            let near = |segment: &Segment<u32>| -> Vec<Digest> {
                segment.near(digest(asked), bits).map(|(digest, _)| digest).collect()
            };
            prop_assert_eq!(near(&straight), near(&winding));
            if kept.contains(&asked) {
                prop_assert!(near(&straight).contains(&digest(asked)));
            }
        }
    }

    /// Digests of one segment, uniform as real ones are.
    fn uniform(n: u32) -> Digest {
        let mut bytes = Digest::of(&n.to_le_bytes()).to_bytes();
        bytes[0] = 7;
        Digest::from_bytes(bytes)
    }

    #[test]
    fn gives_memory_back_when_most_entries_are_gone() {
        let mut segment = Segment::default();
        (0..10_000).for_each(|n| _ = segment.set(uniform(n), 0));
        let full = segment.bytes();
        (0..9_900).for_each(|n| _ = segment.remove(uniform(n)));
        assert!(segment.bytes() * 20 < full, "{} of {full}", segment.bytes());
    }
}
