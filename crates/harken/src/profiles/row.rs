//! A row of an export, checked: a customer and their accounts.

use mention::bounds::{MAX_ID, MAX_WORD};
use mention::{Customer, Profile};
use serde::{Deserialize, Serialize};
use stage::Micros;

use super::Account;

/// How an account of a customer's own CRM record was found, where the row does not say.
const ASSERTED: &str = "crm";

/// A customer, as a CRM tells of one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Row {
    /// Whose customer it is; none for the one of the command.
    pub tenant: Option<String>,
    /// The CRM's id of the customer.
    pub customer_id: String,
    /// The CRM's name of their tier.
    pub tier: String,
    /// What they are worth, in the CRM's own unit; counted in whole ones.
    pub value: f64,
    /// How many cases the CRM has open for them.
    pub open_cases: i32,
    /// When the CRM said so, as RFC 3339; none for now.
    pub updated_at: Option<String>,
    /// Whether their accounts are to be forgotten.
    pub deleted: bool,
    /// How the accounts were found to be theirs, where an account does not say.
    pub matched_by: Option<String>,
    /// How sure that is, from 0 to 1.
    pub confidence: Option<f32>,
    /// Their accounts.
    pub identities: Vec<Identity>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// The platform, in lower case.
    pub platform: String,
    /// The platform's id of the account: not the handle, which can change hands.
    pub author_id: String,
    /// How it was found to be theirs.
    pub matched_by: Option<String>,
    /// How sure that is, from 0 to 1.
    pub confidence: Option<f32>,
}

impl Row {
    /// The accounts of the row, all or none.
    ///
    /// # Errors
    /// What is wrong with the row, by the name of the field.
    pub fn accounts(self, tenant: &str, now: Micros) -> Result<Vec<Account>, String> {
        let tenant = self.tenant.as_deref().unwrap_or(tenant);
        word("tenant", tenant)?;
        text("customer_id", &self.customer_id, MAX_ID)?;
        if !self.tier.is_empty() {
            text("tier", &self.tier, MAX_WORD)?;
        }
        // An f64 counts whole units exactly up to here.
        if !self.value.is_finite() || self.value.abs() > 9_007_199_254_740_992.0 {
            return Err("value is out of range".to_owned());
        }
        if self.open_cases < 0 {
            return Err("open_cases is less than 0".to_owned());
        }
        if self.identities.is_empty() {
            return Err("no account is named".to_owned());
        }
        let updated_at = self.updated_at.as_deref().map(time).transpose()?.unwrap_or(now);
        let account = |identity: &Identity| {
            word("platform", &identity.platform)?;
            if identity.platform.chars().any(char::is_uppercase) {
                return Err("platform is not in lower case".to_owned());
            }
            text("author_id", &identity.author_id, MAX_ID)?;
            let (matched_by, confidence) = self.matched(identity)?;
            let profile = Box::new(Profile {
                tenant: tenant.to_owned(),
                platform: identity.platform.clone(),
                author_id: identity.author_id.clone(),
                customer: Customer {
                    customer_id: self.customer_id.clone(),
                    tier: self.tier.clone(),
                    matched_by,
                    confidence,
                    value: self.value.round() as i64,
                    open_cases: self.open_cases,
                },
                updated_at,
            });
            Ok(if self.deleted { Account::Forgotten(profile) } else { Account::Known(profile) })
        };
        self.identities.iter().map(account).collect()
    }

    /// How an account was found, and how surely. What the CRM itself asserts is certain; a method
    /// that does not say how sure it is cannot be trusted.
    fn matched(&self, identity: &Identity) -> Result<(String, f32), String> {
        let method = identity.matched_by.as_ref().or(self.matched_by.as_ref());
        let confidence = identity.confidence.or(self.confidence);
        let confidence = match (method, confidence) {
            (_, Some(confidence)) if (0.0..=1.0).contains(&confidence) => confidence,
            (_, Some(_)) => return Err("confidence is not between 0 and 1".to_owned()),
            (None, None) => 1.0,
            (Some(_), None) => {
                return Err("matched_by is given, but no confidence".to_owned());
            }
        };
        let method = method.map_or(ASSERTED, String::as_str);
        text("matched_by", method, MAX_WORD)?;
        Ok((method.to_owned(), confidence))
    }
}

/// A part of a key that something follows.
fn word(name: &str, value: &str) -> Result<(), String> {
    text(name, value, MAX_WORD)?;
    if value.contains('/') { Err(format!("{name} contains a '/'")) } else { Ok(()) }
}

fn text(name: &str, value: &str, most: usize) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("{name} is empty"));
    }
    if value.chars().any(char::is_control) {
        return Err(format!("{name} contains a control character"));
    }
    match value.len() {
        len if len > most => Err(format!("{name} has {len} bytes, more than {most}")),
        _ => Ok(()),
    }
}

fn time(text: &str) -> Result<Micros, String> {
    let wrong = || "updated_at is no time as in RFC 3339, such as 2026-03-01T08:30:00Z".to_owned();
    let at = humantime::parse_rfc3339(text).map_err(|_| wrong())?;
    let since = at.duration_since(std::time::UNIX_EPOCH).map_err(|_| wrong())?;
    Micros::try_from(since.as_micros()).map_err(|_| wrong())
}
