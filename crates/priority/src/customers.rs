//! The customers behind the authors of one partition, as last published by the CRM.
//!
//! Must not know: points, when a profile is applied.

use mention::Customer;
use mention::codec::{self, AvroRecord};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use stage::{Malformed, Wire};

use crate::AuthorHash;

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
pub struct Customers(FxHashMap<AuthorHash, CustomerEntry>);

impl Customers {
    /// The customer behind an author.
    #[must_use]
    pub fn get(&self, account: AuthorHash) -> Option<&CustomerEntry> {
        self.0.get(&account)
    }

    pub(crate) fn set(&mut self, author: AuthorHash, customer: Option<CustomerEntry>) {
        match customer {
            Some(customer) => self.0.insert(author, customer),
            None => self.0.remove(&author),
        };
    }

    /// The number of customers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no customers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
