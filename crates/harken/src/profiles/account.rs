//! One account of a customer: what becomes a record.

use mention::{Profile, author_key, codec};
use stage::Micros;

/// An account, and what is known of whoever has it.
#[derive(Debug, Clone, PartialEq)]
pub enum Account {
    /// It is this customer's.
    Known(Box<Profile>),
    /// It is to be forgotten: a tombstone.
    Forgotten(Box<Profile>),
}

impl Account {
    /// What the row says.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        match self {
            Account::Known(profile) | Account::Forgotten(profile) => profile,
        }
    }

    /// Whether it is a customer's.
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(self, Account::Known(_))
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
        let value = self.is_known().then(|| {
            let mut value = Vec::with_capacity(256);
            codec::write(self.profile(), &mut value);
            value
        });
        (self.key(), value, self.profile().updated_at)
    }
}
