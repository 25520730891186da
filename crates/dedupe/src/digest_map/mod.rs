//! A dense map from digests to values: at most 40 bytes for a key of 12 and a value of 16 bytes.
//!
//! The map has 256 segments, one for each first byte of a digest. A segment is a sorted array with
//! gaps in which an entry is at the slot in proportion to its digest, or shortly behind it. The
//! result is
//! - density: three quarters to nine tenths of the slots are occupied, and no list of ages is needed;
//! - growth by a fifth, one segment at a time: with 10^7 entries a step copies 40,000;
//! - an order without history: [`DigestMap::near`] yields the same entries in a running process and
//!   after a restore from the changelog.
//!
//! The map has no timers. A caller that looks up a digest also visits the 8 to 16 entries near it and
//! removes the expired ones. In steady state about one entry in ten is expired.
//!
//! Must not know: the meaning of a value, and when an entry is expired.

mod segment;

use segment::Segment;

use crate::Digest;

/// The number of segments: [`DigestMap::segment`] takes 0 to 255.
pub const SEGMENTS: usize = 256;

/// The least number of entries that [`DigestMap::near`] yields on average.
const MIN_NEIGHBOURS: usize = 8;

/// Entries by digest.
#[derive(Debug)]
pub struct DigestMap<V> {
    segments: Box<[Segment<V>]>,
    len: usize,
}

impl<V> Default for DigestMap<V> {
    fn default() -> Self {
        Self { segments: (0..SEGMENTS).map(|_| Segment::default()).collect(), len: 0 }
    }
}

impl<V> DigestMap<V> {
    /// The value of a digest.
    #[must_use]
    pub fn get(&self, digest: Digest) -> Option<&V> {
        self.segments[segment_index(digest)].get(digest)
    }

    /// Adds or replaces the value of a digest.
    pub fn set(&mut self, digest: Digest, value: V) {
        if self.segments[segment_index(digest)].set(digest, value).is_none() {
            self.len += 1;
        }
    }

    /// Removes a digest, if it is present.
    pub fn remove(&mut self, digest: Digest) {
        if self.segments[segment_index(digest)].remove(digest).is_some() {
            self.len -= 1;
        }
    }

    /// The entries near a digest, in digest order: 8 to 16 on average. The result depends on the
    /// entries of the map alone.
    pub fn near(&self, digest: Digest) -> impl Iterator<Item = (Digest, &V)> {
        // The digests are divided by their leading bits into parts of 8 to 16 entries. The number
        // of bits follows from the number of entries alone: a restore must yield the same parts.
        let bits = (self.len / MIN_NEIGHBOURS).checked_ilog2().unwrap_or(0);
        let (outer, inner) = (bits.min(8), bits.saturating_sub(8));
        let first = segment_index(digest) >> (8 - outer) << (8 - outer);
        let segments = &self.segments[first..first + (SEGMENTS >> outer)];
        segments.iter().flat_map(move |segment| segment.near(digest, inner))
    }

    /// The entries that follow a digest in digest order, without its own; the first entries follow
    /// the last ones. The result depends on the entries of the map alone.
    pub fn following(&self, digest: Digest) -> impl Iterator<Item = (Digest, &V)> {
        let first = segment_index(digest);
        let others = (1..SEGMENTS).map(move |n| &self.segments[(first + n) % SEGMENTS]);
        let after = self.segments[first].after(digest);
        let before = self.segments[first].entries().take_while(move |(it, _)| *it < digest);
        after.chain(others.flat_map(Segment::entries)).chain(before)
    }

    /// The entries of one of the [`SEGMENTS`], in digest order.
    pub fn segment(&self, index: usize) -> impl Iterator<Item = (Digest, &V)> {
        self.segments[index % SEGMENTS].entries()
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the map is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The memory of the map in bytes, without memory that its values point to.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let own = size_of_val::<[Segment<V>]>(&self.segments);
        own + self.segments.iter().map(Segment::bytes).sum::<usize>()
    }
}

fn segment_index(digest: Digest) -> usize {
    (digest.high() >> 56) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn digest(n: u32) -> Digest {
        Digest::of(&n.to_le_bytes())
    }

    #[test]
    fn an_entry_is_near_itself_and_near_few_others() {
        for count in [1, 7, 100, 3000, 50_000] {
            let mut window = DigestMap::default();
            (0..count).for_each(|n| window.set(digest(n), n));
            for n in (0..count).step_by(7) {
                let near: BTreeSet<u32> = window.near(digest(n)).map(|(_, n)| *n).collect();
                assert!(near.contains(&n), "{n} of {count}");
                assert!(near.len() < 6 * MIN_NEIGHBOURS, "{} near {n} of {count}", near.len());
            }
            let mut left: BTreeSet<u32> = (0..count).collect();
            while let Some(n) = left.first().copied() {
                window.near(digest(n)).for_each(|(_, n)| assert!(left.remove(n), "{n} twice"));
            }
        }
    }

    #[test]
    fn the_entries_that_follow_a_digest_are_all_others_once_in_a_circle() {
        for count in [1, 3, 500] {
            let mut window = DigestMap::default();
            (0..count).for_each(|n| window.set(digest(n), n));
            let all: BTreeSet<Digest> = (0..count).map(digest).collect();
            for start in (0..count + 7).map(digest) {
                let following: Vec<_> = window.following(start).map(|(it, _)| it).collect();
                let circle = all.range(start..).chain(all.range(..start));
                let expected: Vec<_> = circle.copied().filter(|it| *it != start).collect();
                assert_eq!(following, expected);
            }
        }
    }

    #[test]
    fn the_segments_hold_every_entry_once() {
        let mut window = DigestMap::default();
        (0..3000).for_each(|n| window.set(digest(n), n));
        let held: Vec<u32> =
            (0..SEGMENTS).flat_map(|n| window.segment(n)).map(|(_, n)| *n).collect();
        assert_eq!(held.len(), 3000);
        assert_eq!(held.into_iter().collect::<BTreeSet<_>>(), (0..3000).collect());
    }

    #[test]
    fn replaced_and_removed_entries_are_not_counted() {
        let mut window = DigestMap::default();
        assert!(window.is_empty());
        (0..10).for_each(|n| window.set(digest(n % 5), n));
        window.remove(digest(9));
        window.remove(digest(4));
        assert_eq!(
            (window.len(), window.get(digest(3)), window.get(digest(4))),
            (4, Some(&8), None)
        );
    }
}
