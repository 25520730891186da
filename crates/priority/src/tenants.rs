//! What a tenant wants weighed, and how: read out of the rules.

use std::collections::BTreeMap;

use mention::NamedKind;
use rules::{Rules, Weights};
use xxhash_rust::xxh3::xxh3_64;

use crate::Lists;

/// Weights and lists of one tenant.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// The weights.
    pub weights: Weights,
    /// The lists.
    pub lists: Lists,
}

impl From<Weights> for Tenant {
    /// Weights, and no lists.
    fn from(weights: Weights) -> Self {
        Self { weights, lists: Lists::default() }
    }
}

/// Weights and lists of every tenant.
#[derive(Debug, Clone)]
pub struct Tenants {
    others: Tenant,
    by_name: BTreeMap<String, Tenant>,
    version: String,
}

impl Tenants {
    /// The same for everybody.
    #[must_use]
    pub fn all(others: Tenant) -> Self {
        Self { others, by_name: BTreeMap::new(), version: String::new() }
    }

    /// What the rules say; nothing for rules without weights for everybody, which are refused when
    /// they are read.
    #[must_use]
    pub fn of(rules: &Rules) -> Option<Self> {
        let others = rules.weights("")?.clone();
        let tenant = |tenant: &rules::Tenant| {
            let weights = rules.weights(&tenant.name).unwrap_or(&others).clone();
            (tenant.name.clone(), Tenant { weights, lists: lists(&tenant.lists) })
        };
        let by_name = rules.tenants().iter().map(tenant).collect();
        let others = Tenant::from(others);
        Some(Self { others, by_name, version: rules.version.clone() })
    }

    /// What this tenant wants.
    #[must_use]
    pub fn get(&self, name: &str) -> &Tenant {
        self.by_name.get(name).unwrap_or(&self.others)
    }

    /// The version of the rules they come from.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Tells one version from another.
    pub(crate) fn mark(&self) -> u64 {
        xxh3_64(self.version.as_bytes())
    }
}

fn lists(from: &rules::Lists) -> Lists {
    let mut lists = Lists::default();
    let named = [
        (NamedKind::Executive, &from.executives),
        (NamedKind::Competitor, &from.competitors),
        (NamedKind::Product, &from.products),
    ];
    for (kind, entries) in named {
        for (name, words) in entries {
            lists.add(kind, name, words.iter().map(String::as_str));
        }
    }
    for words in &from.churn {
        lists.add(NamedKind::Churn, words, []);
    }
    lists
}

#[cfg(test)]
mod tests {
    use rules::northline;

    use super::*;

    #[test]
    fn weights_and_lists_are_those_of_the_rules() {
        let mut sources = northline();
        let own = sources.iter_mut().find(|source| source.file == "priority.toml").unwrap();
        let own_weights = own.text.replacen(
            "name = \"standard\"",
            "name = \"own\"\ntenants = [\"northline\"]",
            1,
        );
        let own_weights = own_weights.replacen("negative = 40 ", "negative = 7 ", 1);
        let own_weights = own_weights.split("# ── Campaigns").next().unwrap_or_default().to_owned();
        own.text.push_str(&own_weights);
        let rules = Rules::load(&sources).unwrap_or_else(|problems| panic!("{}", problems[0]));
        let tenants = Tenants::of(&rules).unwrap();
        assert_eq!(tenants.get("northline").weights.points.negative, 7);
        assert_eq!(tenants.get("anybody").weights.points.negative, 40);
        assert_eq!(tenants.version(), rules.version);
        let named = |tenant, text| tenants.get(tenant).lists.find(text).into_iter();
        let named = |tenant, text| named(tenant, text).map(|named| named.name).collect::<Vec<_>>();
        assert_eq!(
            named("northline", "switching to southwave, adaquill"),
            ["Ada Quill", "Southwave", "switching to"]
        );
        assert!(named("anybody", "southwave").is_empty());
    }
}
