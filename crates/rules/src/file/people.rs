//! Sections about tenants, teams and persons.

use std::collections::BTreeMap;

use mention::AccountRole;
use serde::Deserialize;
use toml::Spanned;

use super::{RuleDuration, SpannedText};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TenantSection {
    pub(crate) name: SpannedText,
    #[serde(default)]
    pub(crate) languages: Vec<SpannedText>,
    #[serde(default)]
    pub(crate) keywords: Vec<SpannedText>,
    #[serde(default)]
    // Name by name, the words that denote it.
    pub(crate) executives: BTreeMap<String, Vec<SpannedText>>,
    #[serde(default)]
    pub(crate) competitors: BTreeMap<String, Vec<SpannedText>>,
    #[serde(default)]
    pub(crate) products: BTreeMap<String, Vec<SpannedText>>,
    #[serde(default)]
    pub(crate) churn: Vec<SpannedText>,
    #[serde(default)]
    pub(crate) account: Vec<AccountSection>,
    pub(crate) quota: Option<QuotaSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountSection {
    pub(crate) platform: SpannedText,
    pub(crate) handle: SpannedText,
    pub(crate) id: Option<String>,
    pub(crate) role: AccountRole,
}

/// The rate limit of a tenant's mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotaSection {
    /// The sustained rate.
    pub mentions_per_minute: u32,
    /// The size of the token bucket.
    pub burst: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamSection {
    pub(crate) name: SpannedText,
    pub(crate) queue: SpannedText,
    #[serde(default)]
    pub(crate) place: TeamLocation,
    pub(crate) calendar: SpannedText,
    pub(crate) capacity: Spanned<u32>,
    #[serde(default)]
    pub(crate) languages: BTreeMap<SpannedText, Spanned<u8>>,
    #[serde(default)]
    pub(crate) skills: BTreeMap<SpannedText, Spanned<u8>>,
    #[serde(default)]
    pub(crate) overflow: Vec<OverflowSection>,
    #[serde(default)]
    pub(crate) relax: Vec<RelaxSection>,
}

/// Whether a team belongs to the contact centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamLocation {
    /// Part of the contact centre.
    #[default]
    Inside,
    /// Another department: legal, the press office, human resources.
    Outside,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverflowSection {
    pub(crate) to: SpannedText,
    pub(crate) after: Spanned<RuleDuration>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelaxSection {
    pub(crate) after: Spanned<RuleDuration>,
    #[serde(default)]
    pub(crate) lower_by: u8,
    #[serde(default)]
    pub(crate) without: Vec<SpannedText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonSection {
    pub(crate) name: SpannedText,
    pub(crate) id: Option<SpannedText>,
    #[serde(default)]
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) reach: Vec<SpannedText>,
    pub(crate) calendar: Option<SpannedText>,
    pub(crate) from: Option<SpannedText>,
    pub(crate) until: Option<SpannedText>,
    pub(crate) confirmed: SpannedText,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DutySection {
    pub(crate) name: SpannedText,
    pub(crate) on_call: Vec<SpannedText>,
    pub(crate) rotation: Option<RotationSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotationSection {
    pub(crate) from: SpannedText,
    pub(crate) every: Spanned<RuleDuration>,
    pub(crate) zone: Option<SpannedText>,
}
