//! Tenants and their campaigns.

use mention::AccountRole;

use super::Validity;
use crate::file::{CampaignKind, QuotaSection};

/// A tenant: the company whose mentions these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSettings {
    /// The name: the `tenant` field of its mentions.
    pub name: String,
    /// The languages in which it answers, as ISO 639-1.
    pub languages: Vec<String>,
    /// Words, in lower case, that mark an untagged post as a mention of this tenant.
    pub keywords: Vec<String>,
    /// Names to detect in texts.
    pub lists: TenantLists,
    /// The accounts it owns.
    pub accounts: Vec<TenantAccount>,
    /// The rate limit of its mentions; `None` for no limit.
    pub quota: Option<QuotaSection>,
}

/// Names with the words, in lower case, that denote them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TenantLists {
    /// People who represent the tenant.
    pub executives: Vec<(String, Vec<String>)>,
    /// Competing companies.
    pub competitors: Vec<(String, Vec<String>)>,
    /// Products of the tenant.
    pub products: Vec<(String, Vec<String>)>,
    /// Words of customers who intend to leave.
    pub churn: Vec<String>,
}

/// An account that the tenant owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantAccount {
    /// The platform, in lower case.
    pub platform: String,
    /// The handle.
    pub handle: String,
    /// The platform's id of the account.
    pub id: Option<String>,
    /// The purpose of the account.
    pub role: AccountRole,
}

/// Planned communication or downtime that explains an expected rise of mentions.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    /// The name.
    pub name: String,
    /// The name of the tenant.
    pub tenant: String,
    /// The kind of campaign.
    pub kind: CampaignKind,
    /// The planned period.
    pub validity: Validity,
    /// Words, in lower case, that relate a mention to it; empty if every mention counts.
    pub words: Vec<String>,
    /// The expected volume of mentions as a factor of the usual one.
    pub expected: f64,
}
