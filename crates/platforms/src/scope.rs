//! What a source of mentions may speak for, and which tenants exist.
//!
//! A sender's word about the tenant, the platform or a deletion counts only within its scope.
//! Without one, any sender could withdraw another tenant's mention.

use mention::{Mention, MentionChange};

use crate::attribution::without_at_sign;
use crate::{Config, Rejection, TenantIdentity};

/// What a source may speak for. An empty list stands for everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Tenants by name.
    pub tenants: Vec<String>,
    /// Platforms, in lower case.
    pub platforms: Vec<String>,
    /// Addressed accounts by id or handle. With a list, every mention must name one of them.
    pub accounts: Vec<String>,
    /// Whether it may send edits and deletions.
    pub changes: ChangePermission,
}

/// Whether a source may change mentions that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChangePermission {
    /// It may send edits and deletions.
    #[default]
    Allowed,
    /// It may only create mentions.
    Denied,
}

/// What a source is not permitted to say. The text completes "this key may not …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// Speak for this tenant.
    Tenant,
    /// Speak for this platform.
    Platform,
    /// Speak for this account, or without naming an account.
    Account,
    /// Send edits and deletions.
    Change,
}

impl Denied {
    pub(crate) fn as_text(self) -> &'static str {
        match self {
            Denied::Tenant => "speak for the `tenant` of this mention",
            Denied::Platform => "speak for this `platform`",
            Denied::Account => "speak for this `account`, or for none",
            Denied::Change => {
                "send edits and deletions: `change` must be `created`, `version` 0 or 1"
            }
        }
    }
}

/// What to do with a mention whose tenant does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownTenants {
    /// Reject it.
    #[default]
    Refuse,
    /// Attribute it to the tenant [`OTHER_TENANT`].
    Other,
}

/// The tenant of mentions whose tenant does not exist, if such are accepted.
pub const OTHER_TENANT: &str = "other";

impl Default for Scope {
    /// Everything.
    fn default() -> Self {
        Self {
            tenants: Vec::new(),
            platforms: Vec::new(),
            accounts: Vec::new(),
            changes: ChangePermission::Allowed,
        }
    }
}

impl Scope {
    /// Checks what a mention says, whose tenant is attributed.
    fn check(&self, mention: &Mention) -> Result<(), Denied> {
        let is_within =
            |list: &[String], name: &str| list.is_empty() || list.iter().any(|of| of == name);
        if !is_within(&self.tenants, &mention.tenant) {
            return Err(Denied::Tenant);
        }
        if !is_within(&self.platforms, &mention.platform) {
            return Err(Denied::Platform);
        }
        let is_named = |name: &str| self.accounts.iter().any(|own| is_same_account(own, name));
        if !self.accounts.is_empty() && !mention.account.as_deref().is_some_and(is_named) {
            return Err(Denied::Account);
        }
        // A creation with a higher version changes a mention like an edit.
        let is_change = mention.change != MentionChange::Created || mention.version > 1;
        match (is_change, self.changes) {
            (true, ChangePermission::Denied) => Err(Denied::Change),
            _ => Ok(()),
        }
    }
}

fn is_same_account(own: &str, name: &str) -> bool {
    own == name || without_at_sign(own).eq_ignore_ascii_case(without_at_sign(name))
}

impl Config {
    /// The configuration for a source with this scope: mentions are attributed to its tenants only,
    /// and to its only tenant if nothing else identifies one.
    #[must_use]
    pub fn within(&self, scope: Scope) -> Self {
        let mut narrowed = Self { scope, ..self.clone() };
        let permitted = &narrowed.scope.tenants;
        if !permitted.is_empty() {
            let is_permitted = |tenant: &&TenantIdentity| permitted.contains(&tenant.name);
            narrowed.tenants = self.tenants.iter().filter(is_permitted).cloned().collect();
            if let [only] = permitted.as_slice() {
                narrowed.tenant.clone_from(only);
            }
        }
        narrowed
    }

    /// Checks that the source may say this and that the tenant exists.
    ///
    /// # Errors
    /// [`Rejection::NotPermitted`] or [`Rejection::UnknownTenant`].
    pub(crate) fn admit(&self, mention: &mut Mention) -> Result<(), Rejection> {
        self.scope.check(mention).map_err(Rejection::NotPermitted)?;
        if self.is_known(&mention.tenant) {
            return Ok(());
        }
        match self.unknown_tenants {
            UnknownTenants::Refuse => Err(Rejection::UnknownTenant),
            UnknownTenants::Other => {
                OTHER_TENANT.clone_into(&mut mention.tenant);
                Ok(())
            }
        }
    }

    /// Whether a tenant exists: the default one, and those of the rules.
    fn is_known(&self, name: &str) -> bool {
        self.tenant == name || self.tenants.named(name).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Config {
        let tenant = |name: &str| TenantIdentity {
            name: name.to_owned(),
            keywords: vec![name.to_owned()],
            ..TenantIdentity::default()
        };
        Config { tenants: vec![tenant("acme"), tenant("zenith")].into(), ..Config::default() }
    }

    fn said(tenant: &str, text: &str) -> Mention {
        Mention {
            tenant: tenant.to_owned(),
            platform: "x".to_owned(),
            text: text.to_owned(),
            ..Mention::default()
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_source_speaks_for_its_tenants_only_and_for_its_only_one_by_default() {
        let permitted = Err(Rejection::NotPermitted(Denied::Tenant));
        for (of, tenant, text, expected) in [
            (&["acme"][..], "acme", "", Ok("acme")),
            (&["acme"], "zenith", "", permitted.clone()),
            (&["acme"], "made-up", "", permitted.clone()),
            (&["acme"], "", "", Ok("acme")),
            // Another tenant's keyword does not make it that tenant's mention.
            (&["acme"], "", "zenith is worse", Ok("acme")),
            (&["acme", "zenith"], "", "zenith is late", Ok("zenith")),
            (&["acme", "zenith"], "", "late again", permitted),
            (&[], "zenith", "", Ok("zenith")),
            (&[], "made-up", "", Err(Rejection::UnknownTenant)),
            (&[], "", "late again", Ok("default")),
        ] {
            let scope = Scope { tenants: names(of), ..Scope::default() };
            let mut mention = said(tenant, text);
            let admitted = rules().within(scope).attribute(&mut mention, &[]);
            let admitted = admitted.map(|()| mention.tenant.as_str());
            assert_eq!(admitted, expected, "{of:?}: {tenant:?} {text:?}");
        }
    }

    #[test]
    fn a_source_speaks_for_its_platforms_and_accounts_only() {
        let scope = |platforms: &[&str], accounts: &[&str]| Scope {
            platforms: names(platforms),
            accounts: names(accounts),
            ..Scope::default()
        };
        for (scope, account, expected) in [
            (scope(&["x"], &[]), None, Ok(())),
            (scope(&["bluesky"], &[]), None, Err(Denied::Platform)),
            (scope(&[], &["@AcmeCares"]), Some("acmecares"), Ok(())),
            (scope(&[], &["@AcmeCares"]), Some("zenithcares"), Err(Denied::Account)),
            (scope(&[], &["@AcmeCares"]), None, Err(Denied::Account)),
        ] {
            let mention = Mention { account: account.map(str::to_owned), ..said("acme", "") };
            assert_eq!(scope.check(&mention), expected, "{scope:?} {account:?}");
        }
    }

    #[test]
    fn a_source_without_the_permission_sends_no_edit_no_deletion_and_no_later_version() {
        let denied = Scope { changes: ChangePermission::Denied, ..Scope::default() };
        for (change, version, is_change) in [
            (MentionChange::Created, 0, false),
            (MentionChange::Created, 1, false),
            (MentionChange::Created, 2, true),
            (MentionChange::Edited, 0, true),
            (MentionChange::Deleted, 0, true),
        ] {
            let mention = Mention { change, version, ..said("acme", "") };
            let expected = if is_change { Err(Denied::Change) } else { Ok(()) };
            assert_eq!(denied.check(&mention), expected, "{change:?} {version}");
            assert_eq!(Scope::default().check(&mention), Ok(()));
        }
    }

    #[test]
    fn a_made_up_tenant_is_refused_or_becomes_the_other_tenant() {
        let admitted = |unknown_tenants, tenant| {
            let mut mention = said(tenant, "");
            let config = Config { unknown_tenants, ..rules() };
            config.attribute(&mut mention, &[]).map(|()| mention.tenant)
        };
        assert_eq!(admitted(UnknownTenants::Refuse, "made-up"), Err(Rejection::UnknownTenant));
        assert_eq!(admitted(UnknownTenants::Other, "made-up").as_deref(), Ok("other"));
        assert_eq!(admitted(UnknownTenants::Other, "acme").as_deref(), Ok("acme"));
    }
}
