//! Reads rows from a file with one JSON object per line.

use std::io::{BufRead, Read as _};

use super::CustomerRow;

/// Maximum length of a line; enough for a customer with thousands of accounts.
const MAX_LINE_BYTES: u64 = 1024 * 1024;

/// Calls `handle` with each row and its line number. Skips blank lines.
///
/// # Errors
/// If reading fails.
pub(super) fn for_each_row(
    mut from: impl BufRead,
    handle: &mut dyn FnMut(u64, Result<CustomerRow, String>),
) -> Result<(), String> {
    let mut buffer = Vec::new();
    for line in 1.. {
        buffer.clear();
        let broken = |_| "reading fails".to_owned();
        let read =
            (&mut from).take(MAX_LINE_BYTES).read_until(b'\n', &mut buffer).map_err(broken)?;
        if read == 0 {
            return Ok(());
        }
        if buffer.len() as u64 == MAX_LINE_BYTES && buffer.last() != Some(&b'\n') {
            handle(line, Err(format!("longer than {MAX_LINE_BYTES} bytes")));
            // The rest of the oversized line is not a row of its own.
            from.skip_until(b'\n').map_err(broken)?;
        } else if !buffer.trim_ascii().is_empty() {
            handle(line, serde_json::from_slice(&buffer).map_err(|error| describe_error(&error)));
        }
    }
    Ok(())
}

/// The reason without the content of the line, which the message of serde quotes.
fn describe_error(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Data => {
            let at = error.column();
            format!("an unknown field or a value of the wrong type before column {at}")
        }
        Category::Eof => "truncated JSON".to_owned(),
        Category::Syntax | Category::Io => format!("malformed JSON at column {}", error.column()),
    }
}
