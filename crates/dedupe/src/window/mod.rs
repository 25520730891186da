//! A map from digests to what was heard of them, at most 40 bytes an entry of 16 bytes.
//!
//! 256 segments by the first byte of the digest. Each is a sorted array with gaps: an entry stands
//! at the place its digest asks for or shortly behind it. That gives
//! - density: between three quarters and nine tenths of the slots are taken, and no list of ages stands beside them;
//! - growth by a fifth and a segment at a time: of 10^7 entries a step copies 40,000;
//! - order: the entries near a digest are the same whatever has happened before, so that
//!   [`Window::near`] finds the same ones live and after a restore from the changelog.
//!
//! Entries run out by themselves: whoever looks up a digest asks for those [`Window::near`] it,
//! and removes what is over. That is 8 to 16 entries at a time, so in steady state about one entry
//! in ten is one that should be gone.
//!
//! Must not know: what an entry means, and when it is over.

mod segment;

use segment::Segment;

use crate::Digest;

const SEGMENTS: usize = 256;

/// How many entries [`Window::near`] finds on average, at least.
const NEIGHBOURS: usize = 8;

/// Entries by digest.
#[derive(Debug)]
pub struct Window<V> {
    segments: Box<[Segment<V>]>,
    len: usize,
}

impl<V> Default for Window<V> {
    fn default() -> Self {
        Self { segments: (0..SEGMENTS).map(|_| Segment::default()).collect(), len: 0 }
    }
}

impl<V> Window<V> {
    /// The entry of a digest.
    #[must_use]
    pub fn get(&self, digest: Digest) -> Option<&V> {
        self.segments[index(digest)].get(digest)
    }

    /// Sets the entry of a digest.
    pub fn set(&mut self, digest: Digest, value: V) {
        if self.segments[index(digest)].set(digest, value).is_none() {
            self.len += 1;
        }
    }

    /// Removes the entry of a digest, if there is one.
    pub fn remove(&mut self, digest: Digest) {
        if self.segments[index(digest)].remove(digest).is_some() {
            self.len -= 1;
        }
    }

    /// Entries whose digests are near this one, in their order: 8 to 16 on average, the same ones
    /// whenever the window holds the same.
    pub fn near(&self, digest: Digest) -> impl Iterator<Item = (Digest, &V)> {
        // Parts by the leading bits; their number follows from the number of entries alone.
        let bits = (self.len / NEIGHBOURS).checked_ilog2().unwrap_or(0);
        let (outer, inner) = (bits.min(8), bits.saturating_sub(8));
        let first = index(digest) >> (8 - outer) << (8 - outer);
        let segments = &self.segments[first..first + (SEGMENTS >> outer)];
        segments.iter().flat_map(move |segment| segment.near(digest, inner))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The memory it takes, in bytes, without what its values point to.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let own = size_of_val::<[Segment<V>]>(&self.segments);
        own + self.segments.iter().map(Segment::bytes).sum::<usize>()
    }
}

fn index(digest: Digest) -> usize {
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
    fn every_entry_is_near_itself_and_few_are_near_one() {
        for count in [1, 7, 100, 3000, 50_000] {
            let mut window = Window::default();
            (0..count).for_each(|n| window.set(digest(n), n));
            for n in (0..count).step_by(7) {
                let near: BTreeSet<u32> = window.near(digest(n)).map(|(_, n)| *n).collect();
                assert!(near.contains(&n), "{n} of {count}");
                assert!(near.len() < 6 * NEIGHBOURS, "{} near {n} of {count}", near.len());
            }
            let mut left: BTreeSet<u32> = (0..count).collect();
            while let Some(n) = left.first().copied() {
                window.near(digest(n)).for_each(|(_, n)| assert!(left.remove(n), "{n} twice"));
            }
        }
    }

    #[test]
    fn counts_its_entries() {
        let mut window = Window::default();
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
