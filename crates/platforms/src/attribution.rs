//! Determines the tenant of a mention and recognises accounts owned by the tenant.

use mention::{AccountRole, Mention};
use serde::Deserialize;

use crate::{Rejection, Scope, TenantList, TenantQuota, UnknownTenants};

/// Default maximum of a line, in bytes. With the fields that the stages add, a record stays below
/// 1 MiB, Kafka's default `max.message.bytes`.
pub const LINE_LIMIT: usize = 512 * 1024;

/// Default rate limit of a tenant that is not listed.
const UNLISTED_QUOTA: TenantQuota = TenantQuota { per_minute: 6_000, burst: 6_000 };

/// An account that belongs to the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnedAccount {
    /// Name of the platform, in lower case.
    pub platform: String,
    /// Id on the platform, or handle. A handle is compared without case.
    pub account: String,
    /// What the tenant uses the account for.
    #[serde(default)]
    pub role: AccountRole,
}

impl OwnedAccount {
    pub(crate) fn matches(&self, platform: &str, id_or_handle: &str) -> bool {
        self.platform == platform
            && (self.account == id_or_handle
                || without_at_sign(&self.account)
                    .eq_ignore_ascii_case(without_at_sign(id_or_handle)))
    }
}

pub(crate) fn without_at_sign(handle: &str) -> &str {
    handle.strip_prefix('@').unwrap_or(handle)
}

/// A tenant with the accounts and keywords that identify its mentions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TenantIdentity {
    /// Name of the tenant.
    pub name: String,
    /// Accounts owned by the tenant.
    pub owned: Vec<OwnedAccount>,
    /// Words or phrases, in [`text::lower_case`], that identify a mention which names no tenant and
    /// addresses no owned account.
    pub keywords: Vec<String>,
    /// Rate limit; `None` for no limit.
    pub quota: Option<TenantQuota>,
}

/// Configuration of parsing and of the recognition of tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Tenant of a mention that identifies no other tenant.
    pub tenant: String,
    /// Owned accounts that apply to every tenant.
    pub owned: Vec<OwnedAccount>,
    /// The tenants, in the order in which they are tried.
    pub tenants: TenantList,
    /// What to do with a mention of a tenant that is not listed.
    pub unknown_tenants: UnknownTenants,
    /// Rate limit of each tenant that is not listed, if some are.
    pub unlisted_quota: Option<TenantQuota>,
    /// What the source of the mentions may speak for.
    pub scope: Scope,
    /// Maximum length of a line, in bytes.
    pub line_limit: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tenant: "default".to_owned(),
            owned: Vec::new(),
            tenants: TenantList::default(),
            unknown_tenants: UnknownTenants::default(),
            unlisted_quota: Some(UNLISTED_QUOTA),
            scope: Scope::default(),
            line_limit: LINE_LIMIT,
        }
    }
}

impl Config {
    /// Rate limit of a tenant; `None` for no limit. Where tenants are listed, one that is not listed
    /// has a limit as well: naming no tenant must not avoid the limit of one.
    #[must_use]
    pub fn quota(&self, tenant: &str) -> Option<TenantQuota> {
        match self.tenants.named(tenant) {
            Some(identity) => identity.quota,
            None if self.tenants.is_empty() => None,
            None => self.unlisted_quota,
        }
    }

    /// Sets the tenant of a mention that has none, whether an owned account is its author, and the
    /// owned account that it addresses.
    ///
    /// `addressed` lists ids and handles by descending significance. Ignored if the mention itself
    /// names an account.
    ///
    /// # Errors
    /// When the source may not say this, or the tenant does not exist.
    pub(crate) fn attribute(
        &self,
        mention: &mut Mention,
        addressed: &[&str],
    ) -> Result<(), Rejection> {
        if mention.tenant.is_empty() {
            let found = self.find_tenant(mention, addressed);
            mention.tenant = found.unwrap_or(&self.tenant).to_owned();
        }
        let tenant = self.tenants.named(&mention.tenant);
        let accounts = || self.owned.iter().chain(tenant.iter().flat_map(|tenant| &tenant.owned));
        let owned = |name: &str| accounts().find(|own| own.matches(&mention.platform, name));
        let author = &mention.author;
        let is_own = owned(&author.id).is_some()
            || author.handle.as_deref().is_some_and(|h| owned(h).is_some());
        // An account named by the sender takes precedence, even if no tenant owns it.
        let named = match mention.account.as_deref() {
            Some(name) => owned(name).map(|own| (name, own)),
            None => addressed.iter().find_map(|name| owned(name).map(|own| (*name, own))),
        };
        if let Some((name, own)) = named {
            mention.account_role = own.role;
            mention.account = Some(name.to_owned());
        }
        mention.is_own = is_own;
        self.admit(mention)
    }

    /// Finds the tenant that owns an addressed account or the author, else the first tenant with a
    /// keyword in the text.
    fn find_tenant(&self, mention: &Mention, addressed: &[&str]) -> Option<&str> {
        let author = [Some(mention.author.id.as_str()), mention.author.handle.as_deref()];
        let named = mention.account.as_deref().into_iter().chain(addressed.iter().copied());
        let mut names = named.chain(author.into_iter().flatten());
        let by_account = names.find_map(|name| self.tenants.owner_of(&mention.platform, name));
        let found = by_account.or_else(|| self.tenants.with_keyword_in(&mention.text));
        found.map(|tenant| tenant.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mention::Author;

    fn config() -> Config {
        let account = |account: &str, role| OwnedAccount {
            platform: "x".to_owned(),
            account: account.to_owned(),
            role,
        };
        let owned =
            vec![account("@AcmeCares", AccountRole::Service), account("77", AccountRole::Brand)];
        Config { owned, ..Config::default() }
    }

    fn placed(platform: &str, id: &str, handle: Option<&str>, addressed: &[&str]) -> Mention {
        let author =
            Author { id: id.to_owned(), handle: handle.map(str::to_owned), ..Author::default() };
        let mut mention = Mention { platform: platform.to_owned(), author, ..Mention::default() };
        config().attribute(&mut mention, addressed).unwrap();
        mention
    }

    #[test]
    fn an_owned_account_is_recognised_by_id_or_handle_on_its_platform_only() {
        let cases = [
            ("x", "77", None, true),
            ("x", "1", Some("acmecares"), true),
            ("x", "1", Some("@ACMECARES"), true),
            ("x", "1", Some("acmecaress"), false),
            ("bluesky", "77", Some("acmecares"), false),
        ];
        for (platform, id, handle, expected) in cases {
            assert_eq!(
                placed(platform, id, handle, &[]).is_own,
                expected,
                "{platform} {id} {handle:?}"
            );
        }
    }

    #[test]
    fn the_first_addressed_owned_account_determines_the_role() {
        let cases: [(&[&str], Option<&str>, AccountRole); 4] = [
            (&["stranger", "acmecares", "77"], Some("acmecares"), AccountRole::Service),
            (&["77", "acmecares"], Some("77"), AccountRole::Brand),
            (&["stranger"], None, AccountRole::Unknown),
            (&[], None, AccountRole::Unknown),
        ];
        for (addressed, account, role) in cases {
            let mention = placed("x", "1", None, addressed);
            assert_eq!((mention.account.as_deref(), mention.account_role), (account, role));
        }
    }

    #[test]
    fn an_account_named_by_the_mention_is_kept_even_if_no_tenant_owns_it() {
        let mut mention = placed("x", "1", None, &[]);
        mention.account = Some("stranger".to_owned());
        config().attribute(&mut mention, &["77"]).unwrap();
        assert_eq!(mention.account.as_deref(), Some("stranger"));
        assert_eq!(mention.account_role, AccountRole::Unknown);
    }

    /// Returns the tenant and the addressed account of a mention with this text.
    fn recognised(
        account: Option<&str>,
        text: &str,
        addressed: &[&str],
    ) -> (String, Option<String>) {
        let tenant = |name: &str, account: &str, keyword: &str| TenantIdentity {
            name: name.to_owned(),
            owned: vec![OwnedAccount {
                platform: "x".to_owned(),
                account: account.to_owned(),
                role: AccountRole::Service,
            }],
            keywords: vec![keyword.to_owned()],
            quota: None,
        };
        let tenants = vec![tenant("acme", "@acme", "acme"), tenant("zenith", "@zenith", "zen ith")];
        let config = Config { tenants: tenants.into(), ..Config::default() };
        let mut mention = Mention {
            platform: "x".to_owned(),
            text: text.to_owned(),
            account: account.map(str::to_owned),
            ..Mention::default()
        };
        config.attribute(&mut mention, addressed).unwrap();
        (mention.tenant, mention.account)
    }

    #[test]
    fn the_tenant_follows_from_an_addressed_account_else_from_a_keyword() {
        type AttributionCase<'a> =
            (Option<&'a str>, &'a str, &'a [&'a str], &'a str, Option<&'a str>);
        let cases: [AttributionCase<'_>; 7] = [
            (None, "nothing works", &["@zenith"], "zenith", Some("@zenith")),
            (Some("zenith"), "worse than ACME", &[], "zenith", Some("zenith")),
            (None, "acme, worse than you", &["stranger", "zenith"], "zenith", Some("zenith")),
            (None, "my #Acme router is broken", &[], "acme", None),
            (None, "Zen Ith and Acme alike", &[], "acme", None),
            (None, "the superacme, acmes and zen ithaca", &[], "default", None),
            (None, "", &[], "default", None),
        ];
        for (account, text, addressed, tenant, addresses) in cases {
            let (is, account) = recognised(account, text, addressed);
            assert_eq!((is.as_str(), account.as_deref()), (tenant, addresses), "{text}");
        }
    }

    #[test]
    fn the_accounts_of_a_tenant_apply_to_its_own_mentions_only() {
        let own = |tenant: &str, id: &str| {
            let owned = vec![OwnedAccount {
                platform: "x".to_owned(),
                account: "7".to_owned(),
                role: AccountRole::Brand,
            }];
            let tenants = TenantList::from(vec![TenantIdentity {
                name: "acme".to_owned(),
                owned,
                ..TenantIdentity::default()
            }]);
            let author = Author { id: id.to_owned(), ..Author::default() };
            let mut mention = Mention {
                tenant: tenant.to_owned(),
                platform: "x".to_owned(),
                author,
                ..Mention::default()
            };
            let config = Config { tenants, tenant: "zenith".to_owned(), ..Config::default() };
            config.attribute(&mut mention, &[]).unwrap();
            (mention.tenant, mention.is_own)
        };
        for (tenant, id, expected, is_own) in [
            ("acme", "7", "acme", true),
            ("", "7", "acme", true),
            ("zenith", "7", "zenith", false),
            ("acme", "8", "acme", false),
        ] {
            assert_eq!(own(tenant, id), (expected.to_owned(), is_own), "{tenant} {id}");
        }
    }

    #[test]
    fn a_tenant_that_is_not_listed_has_a_quota_where_others_are() {
        let quota = |per_minute| Some(TenantQuota { per_minute, burst: per_minute });
        let listed =
            |quota| TenantIdentity { name: "acme".to_owned(), quota, ..Default::default() };
        let config = Config { unlisted_quota: quota(5), ..Config::default() };
        assert_eq!(config.quota("default"), None, "no tenant is listed");
        let config = Config { tenants: vec![listed(quota(9))].into(), ..config };
        assert_eq!(config.quota("acme"), quota(9));
        for unlisted in ["default", "other", "made-up"] {
            assert_eq!(config.quota(unlisted), quota(5), "{unlisted}");
        }
        let config = Config { tenants: vec![listed(None)].into(), ..config };
        assert_eq!(config.quota("acme"), None, "the rules give it no limit");
    }
}
