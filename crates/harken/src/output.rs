//! Writing to standard output, whose reader may close the pipe at any time.

use std::io::{self, ErrorKind, Write};

use crate::{CommandError, Failure};

/// Writes a text and flushes it.
///
/// # Errors
/// As [`ignore_broken_pipe`].
pub fn print(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).or_else(ignore_broken_pipe)
}

/// Maps a failed write. A closed pipe is a success: a reader such as `head` leaves once it has seen
/// enough.
///
/// # Errors
/// [`CommandError::Unavailable`] for any other reason, such as a full disk.
pub fn ignore_broken_pipe(e: io::Error) -> Result<(), CommandError> {
    match e.kind() {
        ErrorKind::BrokenPipe => Ok(()),
        _ => Err(CommandError::Unavailable(Failure::new("write to standard output", e))),
    }
}
