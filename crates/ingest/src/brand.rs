//! Whose mentions these are, and which accounts are the brand's own.

use mention::{AccountRole, Mention};
use serde::Deserialize;

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

/// What a deployment says about its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The tenant of a mention that names none.
    pub tenant: String,
    /// The brand's own accounts.
    pub owned: Vec<OwnedAccount>,
    /// The longest line read, in bytes.
    pub line_limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { tenant: "default".to_owned(), owned: Vec::new(), line_limit: LINE_LIMIT }
    }
}

impl Settings {
    /// Marks the brand's own replies, and which owned account a mention addresses.
    ///
    /// `addressed` holds ids and handles in the order of their weight. They count only where the
    /// mention names no account itself.
    pub(crate) fn place(&self, mention: &mut Mention, addressed: &[&str]) {
        let owned = |name: &str| self.owned.iter().find(|own| own.is(&mention.platform, name));
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
}
