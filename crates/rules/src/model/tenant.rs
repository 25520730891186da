//! Whose mentions they are, and what they have planned.

use mention::AccountRole;

use super::Valid;
use crate::file::{CampaignKind, Quota};

/// A brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its name: the `tenant` of its mentions.
    pub name: String,
    /// The languages its customers are answered in, as ISO 639-1.
    pub languages: Vec<String>,
    /// Words by which a mention that tags nobody is heard, in lower case.
    pub keywords: Vec<String>,
    /// Whom and what it wants to hear named.
    pub lists: Lists,
    /// Its own accounts.
    pub accounts: Vec<Account>,
    /// How much of it is heard; none for all.
    pub quota: Option<Quota>,
}

/// Names with the words that stand for them, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lists {
    /// People who speak for the brand.
    pub executives: Vec<(String, Vec<String>)>,
    /// Other brands.
    pub competitors: Vec<(String, Vec<String>)>,
    /// What it sells.
    pub products: Vec<(String, Vec<String>)>,
    /// Words of one who leaves.
    pub churn: Vec<String>,
}

/// An account of the brand's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The platform, in lower case.
    pub platform: String,
    /// The name it is addressed by.
    pub handle: String,
    /// The platform's id of it.
    pub id: Option<String>,
    /// What it is for.
    pub role: AccountRole,
}

/// Something planned: it explains, or raises, what is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub tenant: String,
    /// What is planned.
    pub kind: CampaignKind,
    /// From when to when.
    pub valid: Valid,
    /// Words that show that a mention is about it, in lower case; none when all are.
    pub words: Vec<String>,
    /// How many times as much as usual is said meanwhile.
    pub expected: f64,
}
