//! The rules in force in this process, as each part of it takes them.
//!
//! What is made of rules is made before any of it is put in force, so that rules which one part
//! cannot use change nothing for the others.

use std::sync::Arc;

use platforms::{OwnedAccount, Quota, Tenant};
use priority::Tenants;
use rules::Rules;

use crate::Problem;
use crate::config::Config;

/// The rules in force; cheap to clone, and the same for every clone.
#[derive(Debug, Clone)]
pub struct InForce {
    rules: stage::Reloadable<Rules>,
    tenants: stage::Reloadable<Tenants>,
    ingest: stage::Reloadable<platforms::Settings>,
    advice: stage::Reloadable<surge::Advice>,
}

impl InForce {
    /// The rules that are set.
    ///
    /// # Errors
    /// [`Problem::Config`] with every problem of the rules, by file and line.
    pub fn load(config: &Config) -> Result<Self, Problem> {
        Self::of(super::load(config.escalation.rules.path())?, config)
    }

    /// These rules.
    ///
    /// # Errors
    /// [`Problem::Config`] when the settings ask for what the rules do not have.
    pub fn of(rules: Rules, config: &Config) -> Result<Self, Problem> {
        let (tenants, ingest) = made(&rules, config)?;
        let rules = Arc::new(rules);
        let advice = surge::Advice::from(Arc::clone(&rules)).into();
        let (rules, tenants, ingest) = (rules.into(), tenants.into(), ingest.into());
        Ok(Self { rules, tenants, ingest, advice })
    }

    /// Puts other rules in force, for every part from its next batch on.
    ///
    /// # Errors
    /// As [`Reloadable::of`]; the old ones stay.
    pub fn put(&self, rules: Rules, config: &Config) -> Result<(), Problem> {
        let (tenants, ingest) = made(&rules, config)?;
        self.ingest.replace(ingest);
        self.tenants.replace(tenants);
        let rules = Arc::new(rules);
        self.advice.replace(surge::Advice::from(Arc::clone(&rules)));
        self.rules.replace(rules);
        Ok(())
    }

    /// As escalation takes them.
    #[must_use]
    pub fn rules(&self) -> &stage::Reloadable<Rules> {
        &self.rules
    }

    /// As priority takes them.
    #[must_use]
    pub fn tenants(&self) -> &stage::Reloadable<Tenants> {
        &self.tenants
    }

    /// As surge takes them.
    #[must_use]
    pub fn advice(&self) -> &stage::Reloadable<surge::Advice> {
        &self.advice
    }

    /// As ingest takes them, with its own settings.
    #[must_use]
    pub fn ingest(&self) -> &stage::Reloadable<platforms::Settings> {
        &self.ingest
    }
}

fn made(rules: &Rules, config: &Config) -> Result<(Tenants, platforms::Settings), Problem> {
    filter(rules, config)?;
    let without =
        || Problem::Bug("find weights for everybody in rules that were checked".to_owned());
    let tenants = Tenants::of(rules).ok_or_else(without)?;
    let known = rules.tenants().iter().map(tenant).collect();
    let tenant = fallback(rules, config);
    Ok((tenants, platforms::Settings { tenants: known, tenant, ..config.ingest.settings() }))
}

/// The tenant of what names none and by which none is recognised: the one that is set, else the only
/// one there is. A deletion says nothing, so it could not be recognised beside what it takes back.
fn fallback(rules: &Rules, config: &Config) -> String {
    match (config.ingest.tenant.as_str(), rules.tenants()) {
        ("", [only]) => only.name.clone(),
        ("", _) => "default".to_owned(),
        (set, _) => set.to_owned(),
    }
}

/// The lanes that are dropped, which the rules must have.
///
/// # Errors
/// [`Problem::Config`] with every name that is no lane.
pub(crate) fn filter(rules: &Rules, config: &Config) -> Result<escalation::Filter, Problem> {
    let filter = escalation::Filter::of(config.escalation.filter.iter(), rules);
    filter
        .map_err(|wrong| Problem::Config(format!("set up escalation.filter: {}", wrong.join("; "))))
}

/// A tenant as ingest knows it: each account by its handle and, where the rules have it, by its id.
fn tenant(tenant: &rules::Tenant) -> Tenant {
    let accounts = tenant.accounts.iter().flat_map(|account| {
        let names = std::iter::once(&account.handle).chain(&account.id);
        names.map(|name| OwnedAccount {
            platform: account.platform.clone(),
            account: name.clone(),
            role: account.role,
        })
    });
    Tenant {
        name: tenant.name.clone(),
        owned: accounts.collect(),
        keywords: tenant.keywords.clone(),
        quota: tenant
            .quota
            .map(|quota| Quota { per_minute: quota.mentions_per_minute, burst: quota.burst }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Layers;

    /// The tenant of what names none, by what is set and by the rules of the sample with more.
    fn of(set: &str, more: &str) -> String {
        let mut config = Config::load(&Layers::default()).unwrap();
        config.ingest.tenant = set.to_owned();
        let mut sources = rules::northline();
        let (file, text) = ("more.toml".to_owned(), more.to_owned());
        sources.push(rules::Source { file, text });
        let rules = Rules::load(&sources).unwrap();
        InForce::of(rules, &config).unwrap().ingest().get().tenant.clone()
    }

    #[test]
    fn what_names_no_tenant_is_that_of_the_setting_else_of_the_only_tenant() {
        let other = "[[tenant]]\nname = \"southline\"\n";
        for (set, more, expected) in [
            ("", "", "northline"),
            ("", other, "default"),
            ("southline", "", "southline"),
            ("default", "", "default"),
        ] {
            assert_eq!(of(set, more), expected, "{set:?} with {more:?}");
        }
    }
}
