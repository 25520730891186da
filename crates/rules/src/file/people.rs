//! Whose mentions they are, and who works on them.

use std::collections::BTreeMap;

use mention::AccountRole;
use serde::Deserialize;
use toml::Spanned;

use super::{Lasting, Name};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tenant {
    pub(crate) name: Name,
    #[serde(default)]
    pub(crate) languages: Vec<Name>,
    #[serde(default)]
    pub(crate) keywords: Vec<Name>,
    #[serde(default)]
    pub(crate) executives: BTreeMap<String, Vec<Name>>,
    #[serde(default)]
    pub(crate) competitors: BTreeMap<String, Vec<Name>>,
    #[serde(default)]
    pub(crate) products: BTreeMap<String, Vec<Name>>,
    #[serde(default)]
    pub(crate) churn: Vec<Name>,
    #[serde(default)]
    pub(crate) account: Vec<Account>,
    pub(crate) quota: Option<Quota>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    pub(crate) platform: Name,
    pub(crate) handle: Name,
    pub(crate) id: Option<String>,
    pub(crate) role: AccountRole,
}

/// How much of a tenant is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// In the long run.
    pub mentions_per_minute: u32,
    /// At once.
    pub burst: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Team {
    pub(crate) name: Name,
    pub(crate) queue: Name,
    #[serde(default)]
    pub(crate) place: Place,
    pub(crate) calendar: Name,
    pub(crate) capacity: Spanned<u32>,
    #[serde(default)]
    pub(crate) languages: BTreeMap<Name, Spanned<u8>>,
    #[serde(default)]
    pub(crate) skills: BTreeMap<Name, Spanned<u8>>,
    #[serde(default)]
    pub(crate) overflow: Vec<Overflow>,
    #[serde(default)]
    pub(crate) relax: Vec<Relax>,
}

/// Where a team sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the contact centre.
    #[default]
    Inside,
    /// Elsewhere: legal, the press office, human resources.
    Outside,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Overflow {
    pub(crate) to: Name,
    pub(crate) after: Spanned<Lasting>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relax {
    pub(crate) after: Spanned<Lasting>,
    #[serde(default)]
    pub(crate) lower_by: u8,
    #[serde(default)]
    pub(crate) without: Vec<Name>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) name: Name,
    #[serde(default)]
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) reach: Vec<Name>,
    pub(crate) calendar: Option<Name>,
    pub(crate) from: Option<Name>,
    pub(crate) until: Option<Name>,
    pub(crate) confirmed: Name,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Duty {
    pub(crate) name: Name,
    pub(crate) on_call: Vec<Name>,
}
