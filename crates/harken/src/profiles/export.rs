//! Writes accounts as rows, one account per line (`--to -`). `import` can read them back.

use std::io::{self, BufWriter, Write};

use humantime::format_rfc3339_micros;
use mention::Customer;
use stage::EventTime;

use super::{AccountRecord, CustomerRow, Identity};
use crate::{CommandError, Failure, output};

/// Prints every account.
///
/// # Errors
/// [`CommandError::Unavailable`] if writing fails.
pub(super) fn print(accounts: &[AccountRecord]) -> Result<(), CommandError> {
    write(accounts, &mut BufWriter::new(io::stdout().lock()))
}

/// Writes every account.
///
/// # Errors
/// As [`print`].
pub(super) fn write(accounts: &[AccountRecord], out: &mut impl Write) -> Result<(), CommandError> {
    for account in accounts {
        let json = serde_json::to_string(&row(account))
            .map_err(|error| CommandError::Bug(Failure::new("print a profile", error)))?;
        if let Err(error) = writeln!(out, "{}", output::visible_data(&json)) {
            return output::ignore_broken_pipe(error);
        }
    }
    out.flush().or_else(output::ignore_broken_pipe)
}

fn row(account: &AccountRecord) -> CustomerRow {
    let profile = account.profile();
    let Customer { customer_id, tier, matched_by, confidence, value, open_cases } =
        profile.customer.clone();
    let since =
        (profile.updated_at.max(EventTime::default()) - EventTime::default()).unsigned_abs();
    CustomerRow {
        tenant: Some(profile.tenant.clone()),
        customer_id,
        tier,
        value: value as f64,
        open_cases,
        updated_at: Some(format_rfc3339_micros(std::time::UNIX_EPOCH + since).to_string()),
        deleted: !account.has_profile(),
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
