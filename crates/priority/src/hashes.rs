//! Hashes that identify authors and mentions in the state.
//!
//! Must not know: what is stored under them.

use mention::{Mention, author_key};
use stage::{Malformed, Wire};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// The 128-bit xxh3 hash of an author's key, `tenant/platform/author_id`; 16 bytes big-endian in the
/// changelog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorHash(u128);

impl AuthorHash {
    /// The hash of an author's key.
    #[must_use]
    pub fn of(key: &[u8]) -> Self {
        Self(xxh3_128(key))
    }

    /// The hash of the author of a mention.
    #[must_use]
    pub fn of_mention(mention: &Mention) -> Self {
        Self::of(&key(&mention.tenant, &mention.platform, &mention.author.id))
    }

    pub(crate) fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

/// The 64-bit hash of an author's key, by which the signals count distinct authors.
pub(crate) fn short_author_hash(tenant: &str, platform: &str, author_id: &str) -> u64 {
    xxh3_64(&key(tenant, platform, author_id))
}

fn key(tenant: &str, platform: &str, author_id: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(64);
    author_key(tenant, platform, author_id, &mut key);
    key
}

/// The 64-bit xxh3 hash of a mention's platform id; it identifies a mention together with its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MentionHash(pub(crate) u64);

impl MentionHash {
    /// The least hash.
    pub(crate) const MIN: Self = Self(0);
    /// The greatest hash.
    pub(crate) const MAX: Self = Self(u64::MAX);

    /// The hash of a platform id.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self(xxh3_64(id.as_bytes()))
    }
}

impl Wire for AuthorHash {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = bytes.try_into().map_err(|_| Malformed::InvalidField("author hash"))?;
        Ok(Self::from_bytes(bytes))
    }
}
