//! Whose mentions these are, and which accounts are the brand's own.

use mention::{AccountRole, Mention};
use serde::Deserialize;

use crate::Quota;

/// The longest line read by default, in bytes: with what the stages add, a mention still fits the
/// 1 MiB that Kafka takes by default.
pub const LINE_LIMIT: usize = 512 * 1024;

/// An account the brand speaks through.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnedAccount {
    /// The platform, in lower case.
    pub platform: String,
    /// Its id at the platform, or its handle; upper and lower case are one in a handle.
    pub account: String,
    /// What the brand uses it for.
    #[serde(default)]
    pub role: AccountRole,
}

impl OwnedAccount {
    fn is(&self, platform: &str, id_or_handle: &str) -> bool {
        self.platform == platform
            && (self.account == id_or_handle
                || bare(&self.account).eq_ignore_ascii_case(bare(id_or_handle)))
    }
}

fn bare(handle: &str) -> &str {
    handle.strip_prefix('@').unwrap_or(handle)
}

/// A tenant, by what its mentions are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tenant {
    /// Its name.
    pub name: String,
    /// Its own accounts.
    pub owned: Vec<OwnedAccount>,
    /// Words by which a mention is its own that names no tenant and addresses none of the accounts,
    /// in lower case.
    pub keywords: Vec<String>,
    /// How much of it is taken; none for all.
    pub quota: Option<Quota>,
}

/// What a deployment says about its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The tenant of a mention that names none and by which none is recognised.
    pub tenant: String,
    /// The brand's own accounts, whatever the tenant.
    pub owned: Vec<OwnedAccount>,
    /// The tenants that can be recognised, in the order in which they are tried.
    pub tenants: Vec<Tenant>,
    /// The longest line read, in bytes.
    pub line_limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tenant: "default".to_owned(),
            owned: Vec::new(),
            tenants: Vec::new(),
            line_limit: LINE_LIMIT,
        }
    }
}

impl Settings {
    /// How much of a tenant is taken; none for all.
    #[must_use]
    pub fn quota(&self, tenant: &str) -> Option<Quota> {
        self.tenants.iter().find(|known| known.name == tenant)?.quota
    }

    /// Finds the tenant of a mention that has none yet, marks the brand's own replies, and which
    /// owned account a mention addresses.
    ///
    /// `addressed` holds ids and handles in the order of their weight. They count only where the
    /// mention names no account itself.
    pub(crate) fn place(&self, mention: &mut Mention, addressed: &[&str]) {
        if mention.tenant.is_empty() {
            let tenant = self.recognise(mention, addressed);
            mention.tenant = tenant.unwrap_or(&self.tenant).to_owned();
        }
        let tenant = self.tenants.iter().find(|known| known.name == mention.tenant);
        let accounts = || self.owned.iter().chain(tenant.iter().flat_map(|known| &known.owned));
        let owned = |name: &str| accounts().find(|own| own.is(&mention.platform, name));
        let author = &mention.author;
        let is_own = owned(&author.id).is_some()
            || author.handle.as_deref().is_some_and(|h| owned(h).is_some());
        let named = match mention.account.as_deref() {
            Some(name) => owned(name).map(|own| (name, own)),
            None => addressed.iter().find_map(|name| owned(name).map(|own| (*name, own))),
        };
        if let Some((name, own)) = named {
            mention.account_role = own.role;
            mention.account = Some(name.to_owned());
        }
        mention.is_own = is_own;
    }

    /// The tenant whose account a mention addresses or is written by, else the first of whose
    /// keywords it says one.
    fn recognise(&self, mention: &Mention, addressed: &[&str]) -> Option<&str> {
        let author = [Some(mention.author.id.as_str()), mention.author.handle.as_deref()];
        let named = mention.account.as_deref().into_iter().chain(addressed.iter().copied());
        let by_account = named.chain(author.into_iter().flatten()).find_map(|name| {
            let owns = |tenant: &&Tenant| {
                tenant.owned.iter().any(|account| account.is(&mention.platform, name))
            };
            self.tenants.iter().find(owns)
        });
        let by_keyword = || {
            let has_some = self.tenants.iter().any(|tenant| !tenant.keywords.is_empty());
            let text = if has_some { mention.text.to_lowercase() } else { String::new() };
            let says = |tenant: &&Tenant| tenant.keywords.iter().any(|word| says(&text, word));
            self.tenants.iter().find(says)
        };
        by_account.or_else(by_keyword).map(|tenant| tenant.name.as_str())
    }
}

/// Whether a text says words as such, not as a part of others; both in lower case.
fn says(text: &str, words: &str) -> bool {
    !words.is_empty()
        && text.match_indices(words).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + words.len()..]);
            !before.chars().next_back().is_some_and(char::is_alphanumeric)
                && !after.chars().next().is_some_and(char::is_alphanumeric)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mention::Author;

    fn settings() -> Settings {
        let account = |account: &str, role| OwnedAccount {
            platform: "x".to_owned(),
            account: account.to_owned(),
            role,
        };
        let owned =
            vec![account("@AcmeCares", AccountRole::Service), account("77", AccountRole::Brand)];
        Settings { owned, ..Settings::default() }
    }

    fn placed(platform: &str, id: &str, handle: Option<&str>, addressed: &[&str]) -> Mention {
        let author =
            Author { id: id.to_owned(), handle: handle.map(str::to_owned), ..Author::default() };
        let mut mention = Mention { platform: platform.to_owned(), author, ..Mention::default() };
        settings().place(&mut mention, addressed);
        mention
    }

    #[test]
    fn the_brands_own_accounts_are_known_by_id_and_by_handle_on_their_platform_only() {
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
    fn the_first_owned_account_addressed_gives_the_role() {
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
    fn an_account_named_by_the_mention_itself_stands_even_when_nobody_owns_it() {
        let mut mention = placed("x", "1", None, &[]);
        mention.account = Some("somebody".to_owned());
        settings().place(&mut mention, &["77"]);
        assert_eq!(mention.account.as_deref(), Some("somebody"));
        assert_eq!(mention.account_role, AccountRole::Unknown);
    }

    /// Whose mention of this text it is, and which account it addresses.
    fn recognised(
        account: Option<&str>,
        text: &str,
        addressed: &[&str],
    ) -> (String, Option<String>) {
        let tenant = |name: &str, account: &str, keyword: &str| Tenant {
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
        let settings = Settings { tenants, ..Settings::default() };
        let mut mention = Mention {
            platform: "x".to_owned(),
            text: text.to_owned(),
            account: account.map(str::to_owned),
            ..Mention::default()
        };
        settings.place(&mut mention, addressed);
        (mention.tenant, mention.account)
    }

    #[test]
    fn a_mention_without_a_tenant_is_that_of_the_account_it_addresses_else_of_a_keyword() {
        type Case<'a> = (Option<&'a str>, &'a str, &'a [&'a str], &'a str, Option<&'a str>);
        let cases: [Case<'_>; 7] = [
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
    fn the_accounts_of_a_tenant_are_those_of_its_own_mentions_only() {
        let own = |tenant: &str, id: &str| {
            let owned = vec![OwnedAccount {
                platform: "x".to_owned(),
                account: "7".to_owned(),
                role: AccountRole::Brand,
            }];
            let tenants = vec![Tenant { name: "acme".to_owned(), owned, ..Tenant::default() }];
            let author = Author { id: id.to_owned(), ..Author::default() };
            let mut mention = Mention {
                tenant: tenant.to_owned(),
                platform: "x".to_owned(),
                author,
                ..Mention::default()
            };
            Settings { tenants, ..Settings::default() }.place(&mut mention, &[]);
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
}
