//! Accounts as rows again, one account a line: what `--to -` writes, and `import` reads.

use std::io::Write;

use humantime::format_rfc3339_micros;
use mention::Customer;

use super::{Account, Identity, Row};
use crate::{Problem, output};

/// Writes every account.
///
/// # Errors
/// [`Problem::Unavailable`] when they cannot be written.
pub(super) fn write(accounts: &[Account], out: &mut impl Write) -> Result<(), Problem> {
    for account in accounts {
        let json = serde_json::to_string(&row(account))
            .map_err(|error| Problem::Bug(format!("print a profile: {error}")))?;
        if let Err(error) = writeln!(out, "{json}") {
            return output::lost(&error);
        }
    }
    out.flush().or_else(|error| output::lost(&error))
}

fn row(account: &Account) -> Row {
    let profile = account.profile();
    let Customer { customer_id, tier, matched_by, confidence, value, open_cases } =
        profile.customer.clone();
    let since = std::time::Duration::from_micros(profile.updated_at.max(0).unsigned_abs());
    Row {
        tenant: Some(profile.tenant.clone()),
        customer_id,
        tier,
        value: value as f64,
        open_cases,
        updated_at: Some(format_rfc3339_micros(std::time::UNIX_EPOCH + since).to_string()),
        deleted: !account.is_known(),
        matched_by: None,
        confidence: None,
        identities: vec![Identity {
            platform: profile.platform.clone(),
            author_id: profile.author_id.clone(),
            matched_by: Some(matched_by),
            confidence: Some(confidence),
        }],
    }
}
