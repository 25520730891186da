//! The hash chain of decisions. Each routed record carries its sequence number and a hash over
//! itself and the previous hash, so that a missing, changed or reordered record is detected.
//!
//! The hash is SHA-256 over the 32 bytes of the previous hash (zeros before the first) and the
//! canonical form of the record. The canonical form omits fields that are empty, 0 or missing, so
//! a later version of the schema, whose new fields are empty in older records, computes the same
//! hash. The hash leaves out the digest itself and the wall-clock times `routed_at` and
//! `scored_at`, which depend on the machine and affect no decision.
//!
//! The chain detects a change unless all later records are rewritten as well. It does not detect
//! that the last records are missing, nor who made a change. Must not know: partitions, topics.

mod canonical;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Routed;

/// The head of a chain: sequence number and hash of its last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChainHead {
    /// The sequence number, from 1; 0 for an empty chain.
    pub sequence: i64,
    /// The hash; zeros for an empty chain.
    pub digest: [u8; 32],
}

/// Why a record does not continue the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainBreak {
    /// Number of records missing before it.
    MissingRecords(i64),
    /// Its sequence number is not above that of the record before it: a repetition or a restart of
    /// the numbering.
    OutOfOrder,
    /// The record or the one before it was changed.
    DigestMismatch,
    /// The record carries no valid digest.
    MissingDigest,
}

impl ChainHead {
    /// Sets sequence number and digest of the next record and advances the head to it.
    pub fn seal(&mut self, routed: &mut Routed) {
        routed.sequence = self.sequence.saturating_add(1);
        let digest = hash(&self.digest, routed);
        *self = Self { sequence: routed.sequence, digest };
        routed.digest = encode_hex(&digest);
    }

    /// Checks that a record continues the chain, and advances the head to it.
    ///
    /// # Errors
    /// The kind of break. The head advances unless the record carries no digest, so that one bad
    /// record is reported once and not for every record after it.
    pub fn verify_next(&mut self, routed: &Routed) -> Result<(), ChainBreak> {
        let previous = *self;
        let Some(digest) = decode_hex(&routed.digest) else {
            return Err(ChainBreak::MissingDigest);
        };
        // Before the checks: the next record is compared with this one even if this one is bad.
        *self = Self { sequence: routed.sequence, digest };
        match routed.sequence.saturating_sub(previous.sequence) {
            1 => {}
            step @ 2.. => return Err(ChainBreak::MissingRecords(step - 1)),
            _ => return Err(ChainBreak::OutOfOrder),
        }
        if hash(&previous.digest, &mut routed.clone()) == digest {
            Ok(())
        } else {
            Err(ChainBreak::DigestMismatch)
        }
    }

    /// The head at a record that is trusted without a check: the first record that the topic still
    /// retains. `None` if it carries no valid digest.
    #[must_use]
    pub fn from_trusted(routed: &Routed) -> Option<Self> {
        Some(Self { sequence: routed.sequence, digest: decode_hex(&routed.digest)? })
    }
}

/// Hash of a record that follows the record with hash `previous`. Leaves the record unchanged.
fn hash(previous: &[u8; 32], routed: &mut Routed) -> [u8; 32] {
    // Taken out and put back, so that sealing needs no clone of the record.
    let digest = std::mem::take(&mut routed.digest);
    let routed_at = std::mem::take(&mut routed.routed_at);
    let scored_at = std::mem::take(&mut routed.understanding.scored_at);
    // Avoids most reallocations while the canonical form grows.
    let mut bytes = Vec::with_capacity(4096);
    bytes.extend_from_slice(previous);
    canonical::write(routed, &mut bytes);
    (routed.digest, routed.routed_at, routed.understanding.scored_at) =
        (digest, routed_at, scored_at);
    Sha256::digest(&bytes).into()
}

fn encode_hex(digest: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    digest.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn decode_hex(text: &str) -> Option<[u8; 32]> {
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
