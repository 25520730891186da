//! What a tenant wants weighed, and how.

use std::collections::BTreeMap;

use crate::{Config, Lists};

/// Weights and lists of one tenant.
#[derive(Debug, Clone, Default)]
pub struct Tenant {
    /// The weights.
    pub weights: Config,
    /// The lists.
    pub lists: Lists,
}

/// Weights and lists of every tenant.
#[derive(Debug, Clone, Default)]
pub struct Tenants {
    /// For those that have none of their own.
    pub others: Tenant,
    /// By the name of the tenant.
    pub by_name: BTreeMap<String, Tenant>,
    /// The version of the rules they come from; empty when they come from the settings.
    pub version: String,
}

impl Tenants {
    /// The same weights for everybody, and no lists.
    #[must_use]
    pub fn all(weights: Config) -> Self {
        let others = Tenant { weights, lists: Lists::default() };
        Self { others, ..Self::default() }
    }

    /// What this tenant wants.
    #[must_use]
    pub fn get(&self, name: &str) -> &Tenant {
        self.by_name.get(name).unwrap_or(&self.others)
    }
}
