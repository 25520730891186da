//! The key of an author: finds a case, and is the key of every record about it.

use std::sync::Arc;

use mention::{CaseEvent, Mention, author_key};
use stage::{Malformed, Wire};

/// The key of an author's records: `tenant/platform/author_id`. Clones share the bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorKey(Arc<[u8]>);

impl AuthorKey {
    /// The key of a mention's author.
    #[must_use]
    pub fn of(mention: &Mention) -> Self {
        let mut key = Vec::with_capacity(64);
        mention.key(&mut key);
        Self(key.into())
    }

    /// The key of the author whose case an event concerns.
    #[must_use]
    pub fn from_event(event: &CaseEvent) -> Self {
        let mut key = Vec::with_capacity(64);
        author_key(&event.tenant, &event.platform, &event.author_id, &mut key);
        Self(key.into())
    }

    /// The bytes of the key.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self.0
    }

    /// Tenant, platform and author id.
    pub(crate) fn split(&self) -> [String; 3] {
        // Tenant and platform contain no slash; an author id may.
        let text = String::from_utf8_lossy(&self.0);
        let mut parts = text.splitn(3, '/').map(str::to_owned);
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }
}

impl Wire for AuthorKey {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        Ok(Self(bytes.into()))
    }
}

impl std::borrow::Borrow<[u8]> for AuthorKey {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}
