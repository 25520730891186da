//! The active rules of a process, with a view for each stage.
//!
//! A reload builds every view before it replaces any, so rules that one stage cannot use change nothing
//! for the others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use platforms::{OwnedAccount, TenantIdentity, TenantQuota};
use priority::Tenants;
use reporting::KnownTenants;
use rules::Rules;
use stage::Reloadable;
use surge::RulesView;

use crate::CommandError;
use crate::config::Config;

/// One version of the rules, with everything that is derived from it.
#[derive(Debug)]
pub struct Ruleset {
    /// The rules, as used by escalation.
    pub rules: Arc<Rules>,
    /// The weights by tenant, as used by priority.
    pub tenants: Tenants,
    /// The names of the tenants, as used by metrics.
    pub known_tenants: KnownTenants,
}

/// The part of a ruleset that a stage, or a fused chain, decides by: [`stage::Stage::Rules`].
pub trait FromRuleset: Send + Sync + Sized + 'static {
    /// Takes the part.
    fn from_ruleset(ruleset: &Ruleset) -> Self;

    /// The part, if the stage decides without rules. Its process then never loads them.
    fn without_rules() -> Option<Self> {
        None
    }
}

impl FromRuleset for () {
    fn from_ruleset(_: &Ruleset) -> Self {}

    fn without_rules() -> Option<Self> {
        Some(())
    }
}

impl FromRuleset for Tenants {
    fn from_ruleset(ruleset: &Ruleset) -> Self {
        ruleset.tenants.clone()
    }
}

impl FromRuleset for KnownTenants {
    fn from_ruleset(ruleset: &Ruleset) -> Self {
        ruleset.known_tenants.clone()
    }
}

impl FromRuleset for Arc<Rules> {
    fn from_ruleset(ruleset: &Ruleset) -> Self {
        Arc::clone(&ruleset.rules)
    }
}

impl FromRuleset for RulesView {
    fn from_ruleset(ruleset: &Ruleset) -> Self {
        RulesView::from(Arc::clone(&ruleset.rules))
    }
}

impl<A: FromRuleset, B: FromRuleset> FromRuleset for (A, B) {
    fn from_ruleset(ruleset: &Ruleset) -> Self {
        (A::from_ruleset(ruleset), B::from_ruleset(ruleset))
    }

    fn without_rules() -> Option<Self> {
        Some((A::without_rules()?, B::without_rules()?))
    }
}

/// Replaces the view of one running stage.
type ReplaceView = Box<dyn Fn(&Ruleset) + Send>;

/// The active rules. Clones are cheap and share the same rules, also after a reload.
#[derive(Clone)]
pub struct LoadedRules {
    active: Reloadable<Ruleset>,
    ingest: Reloadable<platforms::Config>,
    views: Arc<Mutex<Vec<ReplaceView>>>,
}

impl std::fmt::Debug for LoadedRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadedRules")
            .field("version", &self.rules().version)
            .finish_non_exhaustive()
    }
}

impl LoadedRules {
    /// Loads the configured rules.
    ///
    /// # Errors
    /// [`CommandError::Config`] with every error of the rules, by file and line.
    pub fn load(config: &Config) -> Result<Self, CommandError> {
        Self::from_rules(super::read::load(config.escalation.rules.path())?, config)
    }

    /// Builds the views of these rules.
    ///
    /// # Errors
    /// [`CommandError::Config`] if a setting names an entry that the rules do not have.
    pub fn from_rules(rules: Rules, config: &Config) -> Result<Self, CommandError> {
        let (ruleset, ingest) = build_views(rules, config)?;
        Ok(Self { active: ruleset.into(), ingest: ingest.into(), views: Arc::default() })
    }

    /// Replaces the rules; each stage uses them from its next batch on.
    ///
    /// # Errors
    /// As [`Self::from_rules`]; then the current rules stay active.
    pub fn replace(&self, rules: Rules, config: &Config) -> Result<(), CommandError> {
        let (ruleset, ingest) = build_views(rules, config)?;
        // Nothing below can fail: either all views change or none.
        let ruleset = Arc::new(ruleset);
        // Until the end: a stage that starts now would take the old rules and miss this reload.
        let views = self.lock_views();
        self.ingest.replace(ingest);
        for replace in views.iter() {
            replace(&ruleset);
        }
        self.active.replace(ruleset);
        drop(views);
        Ok(())
    }

    /// The rules of the active version.
    #[must_use]
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.active.get().rules)
    }

    /// The part of the active version that a stage or chain decides by.
    #[must_use]
    pub fn part<R: FromRuleset>(&self) -> R {
        R::from_ruleset(&self.active.get())
    }

    /// The same part, replaced at every reload, for the log of a running stage or chain.
    #[must_use]
    pub fn reloadable_part<R: FromRuleset>(&self) -> Reloadable<R> {
        let mut views = self.lock_views();
        let part = Reloadable::from(self.part::<R>());
        let replaced = part.clone();
        views.push(Box::new(move |ruleset| replaced.replace(R::from_ruleset(ruleset))));
        part
    }

    fn lock_views(&self) -> MutexGuard<'_, Vec<ReplaceView>> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tenants, combined with the settings of ingest.
    #[must_use]
    pub fn ingest(&self) -> &Reloadable<platforms::Config> {
        &self.ingest
    }
}

fn build_views(
    rules: Rules,
    config: &Config,
) -> Result<(Ruleset, platforms::Config), CommandError> {
    lane_filter(&rules, config)?;
    check_key_tenants(&rules, config)?;
    let no_weights = || CommandError::Bug("find default weights in rules that were checked".into());
    let scoring = Tenants::of(&rules).ok_or_else(no_weights)?;
    let tenants = rules.tenants().iter().map(ingest_tenant).collect();
    let tenant = default_tenant(&rules, config);
    let ingest = platforms::Config { tenants, tenant, ..config.ingest.platform_config() };
    let names = rules.tenants().iter().map(|tenant| tenant.name.clone());
    let known_tenants = names.chain([ingest.tenant.clone()]).collect();
    Ok((Ruleset { rules: Arc::new(rules), tenants: scoring, known_tenants }, ingest))
}

/// The tenant of a mention from which none can be derived: the configured one, else the only tenant of
/// the rules. A deletion has no text to derive it from, so it must get the tenant of its mention.
fn default_tenant(rules: &Rules, config: &Config) -> String {
    match (config.ingest.tenant.as_str(), rules.tenants()) {
        ("", [only]) => only.name.clone(),
        ("", _) => "default".to_owned(),
        (set, _) => set.to_owned(),
    }
}

/// Checks that the rules have the tenants of each key: a misspelt one would refuse all its mentions.
fn check_key_tenants(rules: &Rules, config: &Config) -> Result<(), CommandError> {
    let default = default_tenant(rules, config);
    let is_known =
        |name: &str| name == default || rules.tenants().iter().any(|tenant| tenant.name == name);
    for key in &config.ingest.keys {
        if let Some(unknown) = key.tenants.iter().find(|name| !is_known(name)) {
            let name = &key.name;
            let what =
                format!("set up ingest.keys: {name:?}: {unknown:?} is no tenant of the rules");
            return Err(CommandError::Config(what.into()));
        }
    }
    Ok(())
}

/// The configured filter, checked against the rules.
///
/// # Errors
/// [`CommandError::Config`] with every name that is not a lane.
pub fn lane_filter(rules: &Rules, config: &Config) -> Result<escalation::Filter, CommandError> {
    let filter = escalation::Filter::from_names(config.escalation.filter.iter(), rules);
    filter.map_err(|wrong| {
        CommandError::Config(format!("set up escalation.filter: {}", wrong.join("; ")).into())
    })
}

/// A tenant for ingest. Each account is listed by handle and, if the rules have it, by id.
fn ingest_tenant(tenant: &rules::TenantSettings) -> TenantIdentity {
    let accounts = tenant.accounts.iter().flat_map(|account| {
        let names = std::iter::once(&account.handle).chain(&account.id);
        names.map(|name| OwnedAccount {
            platform: account.platform.clone(),
            account: name.clone(),
            role: account.role,
        })
    });
    TenantIdentity {
        name: tenant.name.clone(),
        owned: accounts.collect(),
        keywords: tenant.keywords.clone(),
        quota: tenant
            .quota
            .map(|quota| TenantQuota { per_minute: quota.mentions_per_minute, burst: quota.burst }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Layers;

    /// The default tenant with this setting and the sample rules plus `more`.
    fn default_tenant_with(set: &str, more: &str) -> String {
        let mut config = Config::load(&Layers::default()).unwrap();
        config.ingest.tenant = set.to_owned();
        let mut sources = rules::northline();
        let (file, text) = ("more.toml".to_owned(), more.to_owned());
        sources.push(rules::Source { file, text });
        let rules = Rules::load(&sources).unwrap();
        LoadedRules::from_rules(rules, &config).unwrap().ingest().get().tenant.clone()
    }

    #[test]
    fn a_mention_without_a_tenant_gets_the_configured_else_the_only_tenant() {
        let other = "[[tenant]]\nname = \"southline\"\n";
        for (set, more, expected) in [
            ("", "", "northline"),
            ("", other, "default"),
            ("southline", "", "southline"),
            ("default", "", "default"),
        ] {
            assert_eq!(default_tenant_with(set, more), expected, "{set:?} with {more:?}");
        }
    }

    /// The version of the rules, taken slowly.
    struct Version(String);

    impl FromRuleset for Version {
        fn from_ruleset(ruleset: &Ruleset) -> Self {
            let version = ruleset.rules.version.clone();
            // Lets a reload come in between.
            std::thread::yield_now();
            Self(version)
        }
    }

    #[test]
    fn a_stage_that_starts_during_a_reload_gets_the_new_rules() {
        let config = Config::load(&Layers::default()).unwrap();
        let [old, new] = ["", "\n"].map(|more| {
            let mut sources = rules::northline();
            sources[0].text.push_str(more);
            Rules::load(&sources).unwrap()
        });
        for _ in 0..200 {
            let loaded = LoadedRules::from_rules(old.clone(), &config).unwrap();
            let reloaded = std::sync::atomic::AtomicBool::new(false);
            let starting = || {
                let mut parts = Vec::new();
                while !reloaded.load(std::sync::atomic::Ordering::Acquire) {
                    parts.push(loaded.reloadable_part::<Version>());
                }
                parts
            };
            let parts = std::thread::scope(|scope| {
                let stages = scope.spawn(starting);
                loaded.replace(new.clone(), &config).unwrap();
                reloaded.store(true, std::sync::atomic::Ordering::Release);
                stages.join().unwrap()
            });
            assert!(parts.iter().all(|part| part.get().0 == new.version));
        }
    }

    #[test]
    fn a_key_for_a_tenant_that_the_rules_do_not_have_is_refused() {
        let check = |tenant: &str| {
            let mut config = Config::load(&Layers::default()).unwrap();
            let key = format!("name = \"web\"\nkey = \"0123456789abcdef\"\ntenants = [{tenant:?}]");
            config.ingest.keys = vec![toml::from_str(&key).unwrap()];
            LoadedRules::from_rules(Rules::load(&rules::northline()).unwrap(), &config)
        };
        assert!(check("northline").is_ok());
        let error = check("northlin").unwrap_err().to_string();
        assert!(error.contains("\"web\": \"northlin\" is no tenant of the rules"), "{error}");
    }
}
