//! The chain of decisions: each routed record carries its number and a hash over itself and the
//! hash before it, so that a record that lacks, is changed or is out of its place shows.
//!
//! The hash is SHA-256 over the 32 bytes of the hash before (zeros before the first) and the
//! canonical form of the record, in which what is empty, 0 or missing leaves no
//! trace: a later version of the schema, whose new fields are empty in an older record, computes
//! the same. Left out are the digest itself and the times at which it was written down
//! (`routed_at`, `scored_at`): they depend on the machine, and decide nothing.
//!
//! It shows a change by whoever cannot rewrite all records behind it; it does not show that the
//! last records lack, nor who changed something. Must not know: partitions, topics.

mod canonical;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Routed;

/// Where a chain stands: the number of its last record, and its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// Its number, from 1; 0 before the first.
    pub sequence: i64,
    /// Its hash.
    pub digest: [u8; 32],
}

/// What is wrong with a record behind another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Records lack between them: so many.
    Gap(i64),
    /// It stands before its place: it was seen already, or the numbers began anew.
    Backwards,
    /// It, or the one before it, is not what was written.
    Changed,
    /// It carries no digest.
    Unsealed,
}

impl Head {
    /// Numbers a record and seals it with the hash; the head moves on to it.
    pub fn seal(&mut self, routed: &mut Routed) {
        routed.sequence = self.sequence.saturating_add(1);
        let digest = hash(&self.digest, routed);
        *self = Self { sequence: routed.sequence, digest };
        routed.digest = hex(&digest);
    }

    /// Checks the record behind this one; whatever is wrong, the head moves on to it, so that the
    /// next one is judged by its own neighbour.
    ///
    /// # Errors
    /// With what is wrong.
    pub fn follow(&mut self, routed: &Routed) -> Result<(), Break> {
        let before = *self;
        let Some(digest) = unhex(&routed.digest) else { return Err(Break::Unsealed) };
        *self = Self { sequence: routed.sequence, digest };
        match routed.sequence.saturating_sub(before.sequence) {
            1 => {}
            lacking @ 2.. => return Err(Break::Gap(lacking - 1)),
            _ => return Err(Break::Backwards),
        }
        if hash(&before.digest, &mut routed.clone()) == digest {
            Ok(())
        } else {
            Err(Break::Changed)
        }
    }

    /// The head at a record that is taken on trust: the first of what is kept.
    #[must_use]
    pub fn at(routed: &Routed) -> Option<Self> {
        Some(Self { sequence: routed.sequence, digest: unhex(&routed.digest)? })
    }
}

/// The hash of a record behind the one with this hash. The record is left as it was.
fn hash(before: &[u8; 32], routed: &mut Routed) -> [u8; 32] {
    let digest = std::mem::take(&mut routed.digest);
    let routed_at = std::mem::take(&mut routed.routed_at);
    let scored_at = std::mem::take(&mut routed.understanding.scored_at);
    let mut bytes = Vec::with_capacity(4096);
    bytes.extend_from_slice(before);
    canonical::write(routed, &mut bytes);
    (routed.digest, routed.routed_at, routed.understanding.scored_at) =
        (digest, routed_at, scored_at);
    Sha256::digest(&bytes).into()
}

fn hex(digest: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    digest.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    let digits = text.as_bytes();
    if digits.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests;
