//! Standard output, whose reader may go away at any time.

use std::io::{self, ErrorKind, Write};

use crate::Problem;

/// Writes a text.
///
/// # Errors
/// As [`lost`].
pub fn text(text: &str) -> Result<(), Problem> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).or_else(|e| lost(&e))
}

/// What a failed write means: nothing when the reader has left, as `head` does when it has seen
/// enough.
///
/// # Errors
/// [`Problem::Unavailable`] for any other reason, such as a full disk.
pub fn lost(e: &io::Error) -> Result<(), Problem> {
    match e.kind() {
        ErrorKind::BrokenPipe => Ok(()),
        _ => Err(Problem::Unavailable(format!("write to standard output: {e}"))),
    }
}
