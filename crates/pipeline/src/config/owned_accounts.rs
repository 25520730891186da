//! `ingest.owned_accounts`: accounts of the tenant, as `platform/account/role`.

use std::fmt;
use std::str::FromStr;

use mention::AccountRole;
use platforms::OwnedAccount;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Owned accounts: a list of strings, or one comma-separated string from the environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnedAccounts(Vec<OwnedAccount>);

const ROLES: [(&str, AccountRole); 4] = [
    ("service", AccountRole::Service),
    ("brand", AccountRole::Brand),
    ("campaign", AccountRole::Campaign),
    ("unknown", AccountRole::Unknown),
];

impl OwnedAccounts {
    /// The accounts in configured order.
    pub fn iter(&self) -> impl Iterator<Item = &OwnedAccount> {
        self.0.iter()
    }

    fn add(&mut self, text: &str) -> Result<(), String> {
        let invalid = || {
            let expected = "platform/account/role, where role is service, brand or campaign";
            format!("{text:?} is not {expected}, for example \"x/@northlinehelp/service\"")
        };
        let parts: Vec<_> = text.trim().split('/').collect();
        let [platform, account, role] = parts[..] else { return Err(invalid()) };
        let entry = ROLES.iter().find(|(name, _)| *name == role);
        let (_, role) =
            *entry.filter(|_| !platform.is_empty() && !account.is_empty()).ok_or_else(invalid)?;
        // Mentions carry platforms in lower case; ids and handles of accounts are compared as written.
        let (platform, account) = (platform.to_lowercase(), account.to_owned());
        self.0.push(OwnedAccount { platform, account, role });
        Ok(())
    }
}

impl FromStr for OwnedAccounts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut accounts = Self::default();
        let parts = text.split(',').filter(|part| !part.trim().is_empty());
        parts.into_iter().try_for_each(|part| accounts.add(part))?;
        Ok(accounts)
    }
}

struct OwnedAccountsVisitor;

impl<'de> Visitor<'de> for OwnedAccountsVisitor {
    type Value = OwnedAccounts;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of strings, for example \"x/@northlinehelp/service\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<OwnedAccounts, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OwnedAccounts, A::Error> {
        let mut accounts = OwnedAccounts::default();
        while let Some(text) = list.next_element::<String>()? {
            accounts.add(&text).map_err(de::Error::custom)?;
        }
        Ok(accounts)
    }
}

impl<'de> Deserialize<'de> for OwnedAccounts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OwnedAccountsVisitor)
    }
}

impl Serialize for OwnedAccounts {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|account| {
            let role = ROLES.iter().find(|(_, role)| *role == account.role);
            let role = role.map_or("unknown", |(name, _)| name);
            format!("{}/{}/{role}", account.platform, account.account)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_parsed_from_platform_name_and_role() {
        let accounts: OwnedAccounts =
            "x/@NorthlineHelp/service, bluesky/did:plc:1/brand".parse().unwrap();
        let each: Vec<_> =
            accounts.iter().map(|a| (a.platform.as_str(), a.account.as_str(), a.role)).collect();
        let expected = [
            ("x", "@NorthlineHelp", AccountRole::Service),
            ("bluesky", "did:plc:1", AccountRole::Brand),
        ];
        assert_eq!(each, expected);
        assert_eq!("".parse(), Ok(OwnedAccounts::default()));
        for wrong in ["x", "x/name", "x/name/boss", "/name/service", "x//service"] {
            assert!(wrong.parse::<OwnedAccounts>().unwrap_err().contains("platform/account/role"));
        }
    }
}
