//! An account of a customer as a record of `customer.profile`.

use mention::{Profile, author_key, codec};
use stage::Micros;

/// The record of an account.
#[derive(Debug, Clone, PartialEq)]
pub enum AccountRecord {
    /// The profile of the account's customer.
    Profile(Box<Profile>),
    /// A tombstone that removes the profile. The profile still holds the key.
    Tombstone(Box<Profile>),
}

impl AccountRecord {
    /// The profile, as read from the row.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        match self {
            AccountRecord::Profile(profile) | AccountRecord::Tombstone(profile) => profile,
        }
    }

    /// Whether the record is no tombstone.
    #[must_use]
    pub fn has_profile(&self) -> bool {
        matches!(self, AccountRecord::Profile(_))
    }

    pub(super) fn customer_id(&self) -> &str {
        &self.profile().customer.customer_id
    }

    /// The key of its record, `tenant/platform/author_id`.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        let Profile { tenant, platform, author_id, .. } = self.profile();
        let mut key = Vec::with_capacity(64);
        author_key(tenant, platform, author_id, &mut key);
        key
    }

    /// Its record: key, payload (none for a tombstone), and event time in microseconds.
    #[must_use]
    pub fn record(&self) -> (Vec<u8>, Option<Vec<u8>>, Micros) {
        let value = self.has_profile().then(|| {
            let mut value = Vec::with_capacity(256);
            codec::write(self.profile(), &mut value);
            value
        });
        (self.key(), value, self.profile().updated_at)
    }
}
