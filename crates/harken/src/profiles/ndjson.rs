//! Rows of a file with one JSON object a line.

use std::io::{BufRead, Read as _};

use super::Row;

/// The longest line, in bytes: a customer with thousands of accounts.
const LONGEST: u64 = 1024 * 1024;

/// Hands over every row with the number of its line; empty lines are none.
///
/// # Errors
/// When reading breaks off.
pub(super) fn each(
    mut from: impl BufRead,
    take: &mut dyn FnMut(u64, Result<Row, String>),
) -> Result<(), String> {
    let mut buffer = Vec::new();
    for line in 1.. {
        buffer.clear();
        let broken = |_| "reading it breaks off".to_owned();
        let read = (&mut from).take(LONGEST).read_until(b'\n', &mut buffer).map_err(broken)?;
        if read == 0 {
            return Ok(());
        }
        if buffer.len() as u64 == LONGEST && buffer.last() != Some(&b'\n') {
            take(line, Err(format!("it has more than {LONGEST} bytes")));
            from.skip_until(b'\n').map_err(broken)?;
        } else if !buffer.trim_ascii().is_empty() {
            take(line, serde_json::from_slice(&buffer).map_err(|error| why(&error)));
        }
    }
    Ok(())
}

/// What is wrong, without what serde quotes of the line.
fn why(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Data => {
            let at = error.column();
            format!("a field is unknown, or not of its type, before column {at}")
        }
        Category::Eof => "it ends too early".to_owned(),
        Category::Syntax | Category::Io => format!("it is no JSON at column {}", error.column()),
    }
}
