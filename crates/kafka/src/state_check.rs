//! The check that every entry of a changelog carries, so that a restore notices entries that no worker
//! of this deployment has written.
//!
//! The header `harken-check` holds a sequence number and an HMAC-SHA-256 (RFC 2104, first 16 bytes) of
//! topic, partition, sequence number, key and value, under `kafka.security.state_key`. Without a key it
//! is a checksum: it notices junk and the tombstone of a command-line tool, but anybody can compute it.
//! The sequence numbers of a partition increase, so an old entry that is written again is noticed, too.
//!
//! Must not know: what an entry means.

use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use sha2::{Digest as _, Sha256};

use crate::record::client_headers;

/// The header of an entry.
const HEADER: &str = "harken-check";
/// Block size of SHA-256, in bytes.
const BLOCK: usize = 64;
/// Length of the sequence number, and of the HMAC behind it.
const LENGTHS: (usize, usize) = (8, 16);

/// The state key, ready to check and to sign.
#[derive(Clone)]
pub(crate) struct StateKey {
    /// The hashes after the first block, which depends on the key alone.
    inner: Sha256,
    outer: Sha256,
}

/// The place of an entry: without it, an entry could be moved to another partition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) topic: &'a str,
    pub(crate) partition: i32,
}

/// Why an entry is not genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forgery {
    /// It has no check.
    Unsigned,
    /// Its check is that of another entry, place or key.
    Mismatch,
    /// It is an old entry, written again.
    Repeated,
}

impl Forgery {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Forgery::Unsigned => "it has no check",
            Forgery::Mismatch => "its check does not match",
            Forgery::Repeated => "it is an old entry, written again",
        }
    }
}

impl StateKey {
    /// Prepares a key of any length; an empty one makes checksums.
    pub(crate) fn new(key: &[u8]) -> Self {
        let mut block = [0; BLOCK];
        if key.len() > BLOCK {
            block[..32].copy_from_slice(&Sha256::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let padded = |pad: u8| Sha256::new().chain_update(block.map(|byte| byte ^ pad));
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    fn hmac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut inner = self.inner.clone();
        parts.iter().for_each(|part| inner.update(part));
        self.outer.clone().chain_update(inner.finalize()).finalize().into()
    }

    fn tag(&self, at: Place<'_>, sequence: u64, key: &[u8], value: Option<&[u8]>) -> [u8; 32] {
        let length = |part: &[u8]| (part.len() as u64).to_be_bytes();
        let (topic, partition) = (at.topic.as_bytes(), at.partition.to_be_bytes());
        // Lengths in front: no two entries have the same bytes here.
        self.hmac(&[
            &length(topic),
            topic,
            &partition,
            &sequence.to_be_bytes(),
            &length(key),
            key,
            &[u8::from(value.is_some())],
            value.unwrap_or_default(),
        ])
    }

    /// Returns the headers of an entry.
    pub(crate) fn sign(
        &self,
        at: Place<'_>,
        sequence: u64,
        key: &[u8],
        value: Option<&[u8]>,
    ) -> Option<rdkafka::message::OwnedHeaders> {
        let mut check = [0; LENGTHS.0 + LENGTHS.1];
        check[..LENGTHS.0].copy_from_slice(&sequence.to_be_bytes());
        check[LENGTHS.0..].copy_from_slice(&self.tag(at, sequence, key, value)[..LENGTHS.1]);
        client_headers(std::iter::once((HEADER, check.as_slice())))
    }

    /// Checks an entry that follows the one with the sequence number `last`, and returns its own.
    ///
    /// # Errors
    /// When no worker with this key has written the entry to this place, or not now.
    pub(crate) fn verify(&self, entry: &BorrowedMessage<'_>, last: u64) -> Result<u64, Forgery> {
        let headers = entry.headers().into_iter().flat_map(|headers| headers.iter());
        let check = headers.filter(|header| header.key == HEADER).find_map(|header| header.value);
        let at = Place { topic: entry.topic(), partition: entry.partition() };
        let key = entry.key().unwrap_or_default();
        self.verify_check(check.ok_or(Forgery::Unsigned)?, at, key, entry.payload(), last)
    }

    fn verify_check(
        &self,
        check: &[u8],
        at: Place<'_>,
        key: &[u8],
        value: Option<&[u8]>,
        last: u64,
    ) -> Result<u64, Forgery> {
        let (sequence, tag) = check.split_first_chunk::<8>().ok_or(Forgery::Mismatch)?;
        let sequence = u64::from_be_bytes(*sequence);
        // No constant time: whoever wrote the entry does not see how long this takes.
        if tag != &self.tag(at, sequence, key, value)[..LENGTHS.1] {
            return Err(Forgery::Mismatch);
        }
        if sequence > last { Ok(sequence) } else { Err(Forgery::Repeated) }
    }
}

/// The name of a key in a log: keys hold names of authors.
pub(crate) fn key_digest(key: &[u8]) -> String {
    let digest = Sha256::digest(key);
    let hex: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Place<'_> = Place { topic: "p.s.changelog.v1", partition: 3 };

    fn check(key: &StateKey, at: Place<'_>, entry: (&[u8], Option<&[u8]>)) -> Vec<u8> {
        let headers = key.sign(at, 7, entry.0, entry.1).unwrap();
        headers.get(0).value.unwrap().to_vec()
    }

    #[test]
    fn the_hmac_is_that_of_rfc_4231() {
        let hex = |bytes: [u8; 32]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        // Test cases 2 and 6: a short key, and one that is longer than a block.
        let short = StateKey::new(b"Jefe").hmac(&[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(short), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let text = b"Test Using Larger Than Block-Size Key - Hash Key First";
        let long = StateKey::new(&[0xaa; 131]).hmac(&[text]);
        assert_eq!(hex(long), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn an_entry_is_genuine_with_its_own_key_place_and_bytes_only() {
        let key = StateKey::new(b"secret");
        let entry: (&[u8], Option<&[u8]>) = (b"k", Some(b"v"));
        let own = check(&key, AT, entry);
        assert_eq!(key.verify_check(&own, AT, entry.0, entry.1, 6), Ok(7));
        let other_topic = Place { topic: "p.t.changelog.v1", ..AT };
        let other_partition = Place { partition: 4, ..AT };
        for (at, k, v) in [
            (other_topic, entry.0, entry.1),
            (other_partition, entry.0, entry.1),
            (AT, b"kv".as_slice(), Some(b"".as_slice())),
            (AT, entry.0, None),
            (AT, entry.0, Some(b"w")),
            (AT, b"l", entry.1),
        ] {
            assert_eq!(key.verify_check(&own, at, k, v, 6), Err(Forgery::Mismatch), "{at:?}");
        }
        for other in [b"".as_slice(), b"Secret"] {
            let forged = check(&StateKey::new(other), AT, entry);
            let verified = key.verify_check(&forged, AT, entry.0, entry.1, 6);
            assert_eq!(verified, Err(Forgery::Mismatch));
        }
        for length in 0..own.len() {
            let verified = key.verify_check(&own[..length], AT, entry.0, entry.1, 6);
            assert_eq!(verified, Err(Forgery::Mismatch), "{length}");
        }
    }

    #[test]
    fn a_tombstone_has_a_check_of_its_own() {
        let key = StateKey::new(b"");
        let tombstone = check(&key, AT, (b"k", None));
        assert_eq!(key.verify_check(&tombstone, AT, b"k", None, 0), Ok(7));
        let emptied = key.verify_check(&tombstone, AT, b"k", Some(b""), 0);
        assert_eq!(emptied, Err(Forgery::Mismatch));
    }

    #[test]
    fn an_entry_that_is_written_again_is_noticed() {
        let key = StateKey::new(b"");
        let own = check(&key, AT, (b"k", None));
        for last in [7, 8, u64::MAX] {
            assert_eq!(key.verify_check(&own, AT, b"k", None, last), Err(Forgery::Repeated));
        }
    }

    #[test]
    fn a_key_is_named_by_its_hash() {
        assert_eq!(key_digest(b"abc"), "sha256:ba7816bf8f01cfea");
    }
}
