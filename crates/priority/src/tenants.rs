//! Weights and watchlists of each tenant, taken from the rules.
//!
//! Must not know: how they are used.

use std::collections::BTreeMap;

use mention::WatchlistKind;
use rules::{Rules, Weights};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::WatchlistMatcher;

/// Weights and watchlists of one tenant.
#[derive(Debug, Clone)]
pub struct TenantScoring {
    /// The weights.
    pub weights: Weights,
    /// The watchlists.
    pub watchlist: WatchlistMatcher,
}

impl From<Weights> for TenantScoring {
    /// These weights without watchlists.
    fn from(weights: Weights) -> Self {
        Self { weights, watchlist: WatchlistMatcher::default() }
    }
}

/// Weights and watchlists of all tenants.
#[derive(Debug, Clone)]
pub struct Tenants {
    others: TenantScoring,
    by_name: BTreeMap<String, TenantScoring>,
    version: String,
}

impl Tenants {
    /// The same settings for every tenant.
    #[must_use]
    pub fn all(others: TenantScoring) -> Self {
        Self { others, by_name: BTreeMap::new(), version: String::new() }
    }

    /// The settings of the rules. None if the rules have no weights for tenants without their own; the
    /// check of the rules refuses such rules.
    #[must_use]
    pub fn of(rules: &Rules) -> Option<Self> {
        let default_tenant = rules.weights("")?.clone();
        let tenant = |tenant: &rules::TenantSettings| {
            let weights = rules.weights(&tenant.name).unwrap_or(&default_tenant).clone();
            (tenant.name.clone(), TenantScoring { weights, watchlist: watchlists(&tenant.lists) })
        };
        let by_name = rules.tenants().iter().map(tenant).collect();
        let others = TenantScoring::from(default_tenant);
        Some(Self { others, by_name, version: rules.version.clone() })
    }

    /// The settings of a tenant; the default ones for an unknown tenant.
    #[must_use]
    pub fn get(&self, name: &str) -> &TenantScoring {
        self.by_name.get(name).unwrap_or(&self.others)
    }

    /// The version of the rules.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// A hash of what a score depends on besides its inputs: the version of the rules and that of
    /// the program.
    pub(crate) fn version_hash(&self) -> u64 {
        xxh3_64_with_seed(self.version.as_bytes(), xxh3_64(env!("CARGO_PKG_VERSION").as_bytes()))
    }
}

fn watchlists(from: &rules::TenantLists) -> WatchlistMatcher {
    let mut lists = WatchlistMatcher::default();
    let named = [
        (WatchlistKind::Executive, &from.executives),
        (WatchlistKind::Competitor, &from.competitors),
        (WatchlistKind::Product, &from.products),
    ];
    for (kind, entries) in named {
        for (name, words) in entries {
            lists.add(kind, name, words.iter().map(String::as_str));
        }
    }
    for words in &from.churn {
        lists.add(WatchlistKind::Churn, words, []);
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
        let named = |tenant, text| tenants.get(tenant).watchlist.find(text).into_iter();
        let named = |tenant, text| named(tenant, text).map(|named| named.name).collect::<Vec<_>>();
        assert_eq!(
            named("northline", "switching to southwave, adaquill"),
            ["Ada Quill", "Southwave", "switching to"]
        );
        assert!(named("anybody", "southwave").is_empty());
    }
}
