//! The customers behind the authors of one partition, as last published by the CRM.
//!
//! Must not know: points, when a profile is applied.

use mention::Customer;
use mention::codec::{self, AvroRecord};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use stage::{Malformed, Wire};

use crate::{AuthorHash, Bounds};

/// A customer as stored in the changelog; [`Customer`] with compact strings.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerEntry {
    /// The CRM's id of the customer.
    pub customer_id: Box<str>,
    /// The CRM's name of the tier.
    pub tier: Box<str>,
    /// The method by which the author was matched to the customer.
    pub matched_by: Box<str>,
    /// The confidence of the match, from 0 to 1.
    pub confidence: f32,
    /// The value of the customer in the CRM's own unit.
    pub value: i64,
    /// The number of cases open in the CRM.
    pub open_cases: i32,
}

impl CustomerEntry {
    /// The customer as records contain it.
    #[must_use]
    pub fn customer(&self) -> Customer {
        Customer {
            customer_id: self.customer_id.to_string(),
            tier: self.tier.to_string(),
            matched_by: self.matched_by.to_string(),
            confidence: self.confidence,
            value: self.value,
            open_cases: self.open_cases,
        }
    }
}

impl From<Customer> for CustomerEntry {
    fn from(customer: Customer) -> Self {
        Self {
            customer_id: customer.customer_id.into(),
            tier: customer.tier.into(),
            matched_by: customer.matched_by.into(),
            confidence: customer.confidence,
            value: customer.value,
            open_cases: customer.open_cases,
        }
    }
}

impl AvroRecord for CustomerEntry {
    const SCHEMA: &'static str = "harken.priority.Customer";
}

impl Wire for CustomerEntry {
    fn write(&self, out: &mut Vec<u8>) {
        codec::write(self, out);
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        codec::read(bytes)
    }
}

/// The customers of one partition by author. They do not expire; a tombstone of the CRM removes one.
#[derive(Debug, Default)]
pub struct Customers {
    by_author: FxHashMap<AuthorHash, CustomerEntry>,
    bytes: usize,
}

/// The bytes of a customer without its texts: a slot of the map, of which down to seven in sixteen are
/// occupied, and the overhead of three allocations.
const CUSTOMER_BYTES: usize = size_of::<(AuthorHash, CustomerEntry)>() * 16 / 7 + 48;

impl CustomerEntry {
    fn bytes(&self) -> usize {
        CUSTOMER_BYTES + self.customer_id.len() + self.tier.len() + self.matched_by.len()
    }
}

impl Customers {
    /// The customer behind an author.
    #[must_use]
    pub fn get(&self, account: AuthorHash) -> Option<&CustomerEntry> {
        self.by_author.get(&account)
    }

    pub(crate) fn set(&mut self, author: AuthorHash, customer: Option<CustomerEntry>) {
        let before = match customer {
            Some(customer) => {
                self.bytes += customer.bytes();
                self.by_author.insert(author, customer)
            }
            None => self.by_author.remove(&author),
        };
        self.bytes -= before.map_or(0, |before| before.bytes());
    }

    /// Whether a further customer exceeds these bounds.
    pub(crate) fn is_full(&self, bounds: &Bounds) -> bool {
        self.by_author.len() >= bounds.customers_most || self.bytes >= bounds.customers_bytes
    }

    /// The bytes that the customers take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of customers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_author.len()
    }

    /// Whether there are no customers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_author.is_empty()
    }
}
