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

/// A text from outside, with every control character and every mark that changes the direction of
/// writing escaped: printed as it is, it could move the cursor or hide what follows.
#[must_use]
pub fn visible(text: &str) -> String {
    let is_hidden = |c: char| {
        let is_direction = matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        c.is_control() || is_direction
    };
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_hidden(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
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
