//! What a command prints: the only place that writes results to standard output and messages to standard
//! error, whose readers may close them at any time.
//!
//! Names, ids and messages come from platforms, files and topics. Printed as they are, a control character
//! could move the cursor or hide what follows, and a mark of direction could reverse it. So every text is
//! escaped here: [`print()`] and [`report`] for people, [`print_data`] for JSON and TOML, which stay valid.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};

use mention::is_invisible;

use crate::{CommandError, Failure};

/// Prints lines of text to standard output and flushes it.
///
/// # Errors
/// As [`ignore_broken_pipe`].
pub fn print(text: &str) -> Result<(), CommandError> {
    write_out(&visible_lines(text))
}

/// Prints JSON or TOML to standard output and flushes it.
///
/// # Errors
/// As [`ignore_broken_pipe`].
pub fn print_data(text: &str) -> Result<(), CommandError> {
    write_out(&visible_data(text))
}

/// Prints lines of text to standard error. It may be closed: then the exit code is all that is left.
pub fn report(text: &str) {
    let text = visible_lines(text);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let _ = write!(io::stderr(), "{text}{end}");
}

fn write_out(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).or_else(ignore_broken_pipe)
}

/// A text for one line: every character that a terminal obeys is escaped, line breaks too.
#[must_use]
pub fn visible(text: &str) -> String {
    escape(text, is_invisible, |c, out| out.extend(c.escape_unicode())).into_owned()
}

/// Lines of text: every character that a terminal obeys is escaped, except line breaks and tabs.
#[must_use]
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    let is_escaped = |c: char| is_invisible(c) && !matches!(c, '\n' | '\t');
    escape(text, is_escaped, |c, out| out.extend(c.escape_unicode()))
}

/// JSON or TOML: characters that a terminal obeys and that these formats allow in a string are escaped
/// as both read them, `\u202e`.
#[must_use]
pub fn visible_data(text: &str) -> Cow<'_, str> {
    let is_escaped = |c: char| is_invisible(c) && !c.is_ascii_whitespace();
    escape(text, is_escaped, |c, out| {
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            // Writing to a string does not fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

fn escape(
    text: &str,
    is_escaped: impl Fn(char) -> bool,
    mut add: impl FnMut(char, &mut String),
) -> Cow<'_, str> {
    // Most lines are plain ASCII, which needs no look at each character.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let Some(first) = text.find(&is_escaped) else { return Cow::Borrowed(text) };
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(&text[..first]);
    for c in text[first..].chars() {
        match is_escaped(c) {
            true => add(c, &mut shown),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
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

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\u{202e}b\0c\r\u{9b}d\u{2066}e\u{7f}f\u{200b}g\u{e0041}";

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_what_it_shows_is_kept() {
        let expected = r"a\u{1b}[2J\u{202e}b\u{0}c\u{d}\u{9b}d\u{2066}e\u{7f}f\u{200b}g\u{e0041}";
        assert_eq!(visible(HOSTILE), expected);
        assert_eq!(visible_lines(HOSTILE), expected);
        // The joiner within an emoji and the one of Persian words are part of what is shown.
        let shown = "Grüße\t北線 👩\u{200d}💻 می\u{200c}خواهم\n";
        assert_eq!(visible_lines(shown), shown);
        assert_eq!(visible(shown), shown.replace('\t', r"\u{9}").replace('\n', r"\u{a}"));
    }

    #[test]
    fn escaped_json_and_toml_have_the_same_content() {
        let json = serde_json::to_string(HOSTILE).unwrap();
        assert!(json.contains('\u{202e}'), "serde_json would escape it");
        let shown = visible_data(&json);
        assert_eq!(shown.find(is_invisible), None, "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), HOSTILE);
        let lines = "{\n  \"a\": 1\n}\n";
        assert_eq!(visible_data(lines), lines);
    }
}
