//! A row of an export: a customer and their accounts, with validation.

use mention::bounds::{MAX_ID, MAX_TOKEN};
use mention::{Customer, Profile, is_invisible};
use serde::{Deserialize, Serialize};
use stage::EventTime;

use super::AccountRecord;

/// Default of `matched_by`: the CRM itself states the account.
const ASSERTED: &str = "crm";

/// A customer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerRow {
    /// Tenant; `None` uses the one of the command.
    pub tenant: Option<String>,
    /// The CRM's id of the customer.
    pub customer_id: String,
    /// The CRM's name of their tier.
    pub tier: String,
    /// Value of the customer in the CRM's unit; rounded to whole units.
    pub value: f64,
    /// Number of open cases in the CRM.
    pub open_cases: i32,
    /// Time of the data, as RFC 3339; `None` means now.
    pub updated_at: Option<String>,
    /// Whether to remove the profiles of the accounts.
    pub deleted: bool,
    /// How the accounts were matched; default for accounts that do not state it.
    pub matched_by: Option<String>,
    /// Confidence of the match, 0 to 1.
    pub confidence: Option<f32>,
    /// Their accounts.
    pub identities: Vec<Identity>,
}

/// An account of a customer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// The platform, in lower case.
    pub platform: String,
    /// The platform's id of the account. Not the handle, which can be reassigned.
    pub author_id: String,
    /// How the account was matched.
    pub matched_by: Option<String>,
    /// Confidence of the match, 0 to 1.
    pub confidence: Option<f32>,
}

impl CustomerRow {
    /// The records of all accounts of the row.
    ///
    /// # Errors
    /// The reason why the row is invalid, with the name of the field.
    pub fn accounts(self, tenant: &str, now: EventTime) -> Result<Vec<AccountRecord>, String> {
        let tenant = self.tenant.as_deref().unwrap_or(tenant);
        check_word("tenant", tenant)?;
        check_text("customer_id", &self.customer_id, MAX_ID)?;
        if !self.tier.is_empty() {
            check_text("tier", &self.tier, MAX_TOKEN)?;
        }
        // 2^53: beyond it an f64 cannot represent every whole number.
        if !self.value.is_finite() || self.value.abs() > 9_007_199_254_740_992.0 {
            return Err("value is out of range".to_owned());
        }
        if self.open_cases < 0 {
            return Err("open_cases is less than 0".to_owned());
        }
        if self.identities.is_empty() {
            return Err("names no account".to_owned());
        }
        // The wall clock is only a default; it is the event time of the profile then.
        let updated_at = self.updated_at.as_deref().map(parse_time).transpose()?.unwrap_or(now);
        let account = |identity: &Identity| {
            check_word("platform", &identity.platform)?;
            if identity.platform.chars().any(char::is_uppercase) {
                return Err("platform is not in lower case".to_owned());
            }
            check_text("author_id", &identity.author_id, MAX_ID)?;
            let (matched_by, confidence) = self.match_of(identity)?;
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
            Ok(if self.deleted {
                AccountRecord::Tombstone(profile)
            } else {
                AccountRecord::Profile(profile)
            })
        };
        self.identities.iter().map(account).collect()
    }

    /// Method and confidence of a match. An account stated by the CRM itself has confidence 1; another
    /// method must state its confidence.
    fn match_of(&self, identity: &Identity) -> Result<(String, f32), String> {
        let method = identity.matched_by.as_ref().or(self.matched_by.as_ref());
        let confidence = identity.confidence.or(self.confidence);
        let confidence = match (method, confidence) {
            (_, Some(confidence)) if (0.0..=1.0).contains(&confidence) => confidence,
            (_, Some(_)) => return Err("confidence is not between 0 and 1".to_owned()),
            (None, None) => 1.0,
            (Some(_), None) => {
                return Err("matched_by is given without confidence".to_owned());
            }
        };
        let method = method.map_or(ASSERTED, String::as_str);
        check_text("matched_by", method, MAX_TOKEN)?;
        Ok((method.to_owned(), confidence))
    }
}

/// Checks a part of the record key that is followed by a `/`.
fn check_word(name: &str, value: &str) -> Result<(), String> {
    check_text(name, value, MAX_TOKEN)?;
    if value.contains('/') { Err(format!("{name} contains a '/'")) } else { Ok(()) }
}

fn check_text(name: &str, value: &str, max_bytes: usize) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("{name} is empty"));
    }
    if value.chars().any(is_invisible) {
        return Err(format!("{name} contains an invisible character"));
    }
    match value.len() {
        len if len > max_bytes => Err(format!("{name} has {len} bytes, more than {max_bytes}")),
        _ => Ok(()),
    }
}

fn parse_time(text: &str) -> Result<EventTime, String> {
    let invalid = || "updated_at is not an RFC 3339 time such as 2026-03-01T08:30:00Z".to_owned();
    let at = humantime::parse_rfc3339(text).map_err(|_| invalid())?;
    let since = at.duration_since(std::time::UNIX_EPOCH).map_err(|_| invalid())?;
    Ok(EventTime::default() + since.into())
}
