//! An author, by a hash of their key.

use stage::{Malformed, Wire};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// An author: the 128-bit xxh3 hash of `tenant/platform/author_id`, 16 bytes big-endian in the
/// changelog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(u128);

impl Account {
    /// The author with this key.
    #[must_use]
    pub fn of(key: &[u8]) -> Self {
        Self(xxh3_128(key))
    }

    pub(crate) fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

/// A mention of an author, by the 64-bit xxh3 hash of its platform id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Post(pub(crate) u64);

impl Post {
    /// The least of all.
    pub(crate) const MIN: Self = Self(0);
    /// The greatest of all.
    pub(crate) const MAX: Self = Self(u64::MAX);

    /// The mention with this platform id.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self(xxh3_64(id.as_bytes()))
    }
}

impl Wire for Account {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bytes());
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = bytes.try_into().map_err(|_| Malformed::new("a key of other than 16 bytes"))?;
        Ok(Self::from_bytes(bytes))
    }
}
