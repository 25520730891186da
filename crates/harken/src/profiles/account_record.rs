//! An account of a customer as a record of `customer.profile`.

use mention::{Profile, author_key, codec, topics};
use stage::Outgoing;

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

    /// The record that publishes it: a tombstone if it has no profile.
    #[must_use]
    pub fn record(&self) -> Outgoing {
        let value = self.has_profile().then(|| {
            let mut value = Vec::with_capacity(256);
            codec::write(self.profile(), &mut value);
            value
        });
        Outgoing::new(topics::PROFILE, self.profile().updated_at, self.key(), value)
    }
}
