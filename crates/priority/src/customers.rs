//! The customers behind the authors of one partition, as the CRM last told.

use mention::Customer;
use mention::codec::{self, Fact};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use stage::{Malformed, Wire};

use crate::Account;

/// A customer, compact.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename = "Customer", default)]
pub struct Known {
    /// The CRM's id of the customer.
    pub customer_id: Box<str>,
    /// The CRM's name of their tier.
    pub tier: Box<str>,
    /// How the author was found to be the customer.
    pub matched_by: Box<str>,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// What they are worth, in the CRM's own unit.
    pub value: i64,
    /// How many cases the CRM has open for them elsewhere.
    pub open_cases: i32,
}

impl Known {
    /// The customer as records name it.
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

impl From<Customer> for Known {
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

impl Fact for Known {
    const SCHEMA: &'static str = "harken.priority.Customer";
}

impl Wire for Known {
    fn write(&self, out: &mut Vec<u8>) {
        codec::write(self, out);
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        codec::read(bytes)
    }
}

/// The customers of one partition by author. Nothing expires: the CRM's tombstone forgets.
#[derive(Debug, Default)]
pub struct Customers(FxHashMap<Account, Known>);

impl Customers {
    /// The customer behind an author.
    #[must_use]
    pub fn get(&self, account: Account) -> Option<&Known> {
        self.0.get(&account)
    }

    pub(crate) fn set(&mut self, account: Account, known: Option<Known>) {
        match known {
            Some(known) => self.0.insert(account, known),
            None => self.0.remove(&account),
        };
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
