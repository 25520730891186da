//! What a mention may be: the bounds that every source has to keep.
//!
//! They protect what comes behind: a key is `tenant/platform/author_id`, a record at most
//! [`crate::codec::MAX_BYTES`] long even with everything the stages add, and times can be added to.

use crate::{Author, Change, Mention, Parent};

/// The longest text, in characters.
pub const MAX_TEXT: usize = 100_000;
/// The longest excerpt of a parent and the longest description of a medium, in characters.
pub const MAX_EXCERPT: usize = 10_000;
/// The longest address, in bytes.
pub const MAX_URL: usize = 4_096;
/// The longest id or name, in bytes.
pub const MAX_ID: usize = 512;
/// The longest tenant, platform, language tag or kind of medium, in bytes.
pub const MAX_WORD: usize = 64;
/// The most media.
pub const MAX_MEDIA: usize = 32;
/// The most that all texts of a mention may take together, in bytes.
pub const MAX_ALL: usize = 640 * 1024;
/// The years 1 to 9999, in microseconds.
const TIMES: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

impl Mention {
    /// Whether it keeps the bounds of a mention.
    ///
    /// # Errors
    /// The first field that does not, and what it may be; its content is not quoted.
    pub fn check(&self) -> Result<(), String> {
        part("tenant", &self.tenant)?;
        part("platform", &self.platform)?;
        id("id", &self.id)?;
        chars("text", &self.text, MAX_TEXT)?;
        if self.text.is_empty() && !self.speaks_without_text() {
            return Err("text is empty, and no media hang on it".into());
        }
        self.author.check()?;
        optional(self.in_reply_to.as_ref(), Parent::check)?;
        optional(self.claimed_language.as_ref(), |x| bytes("claimed_language", x, MAX_WORD))?;
        optional(self.url.as_ref(), |x| bytes("url", x, MAX_URL))?;
        optional(self.account.as_ref(), |x| id("account", x))?;
        optional(self.root_id.as_ref(), |x| id("root_id", x))?;
        optional(self.repost_of.as_ref(), |x| id("repost_of", x))?;
        optional(self.repost_of_author.as_ref(), |x| id("repost_of_author", x))?;
        optional(self.traceparent.as_ref(), |x| bytes("traceparent", x, MAX_WORD))?;
        self.check_numbers()?;
        self.check_media()?;
        let all = self.size();
        if all > MAX_ALL {
            return Err(format!("its texts take {all} bytes together, more than {MAX_ALL}"));
        }
        Ok(())
    }

    /// Whether something else than a text says what it is about.
    fn speaks_without_text(&self) -> bool {
        self.change == Change::Deleted
            || self.repost_of.is_some()
            || self.rating.is_some()
            || !self.media.is_empty()
    }

    fn check_numbers(&self) -> Result<(), String> {
        let reactions = self.engagement;
        for (name, count) in [
            ("version", self.version),
            ("engagement.likes", reactions.likes),
            ("engagement.replies", reactions.replies),
            ("engagement.reposts", reactions.reposts),
            ("engagement.views", reactions.views),
        ] {
            at_least_zero(name, count)?;
        }
        if self.rating.is_some_and(|rating| !(0.0..=1.0).contains(&rating)) {
            return Err("rating is not between 0 and 1".into());
        }
        optional(self.published_at.as_ref(), |at| time("published_at", *at))?;
        time("received_at", self.received_at)
    }

    fn check_media(&self) -> Result<(), String> {
        if self.media.len() > MAX_MEDIA {
            return Err(format!("media has {} entries, more than {MAX_MEDIA}", self.media.len()));
        }
        for medium in &self.media {
            bytes("media.kind", &medium.kind, MAX_WORD)?;
            optional(medium.url.as_ref(), |x| bytes("media.url", x, MAX_URL))?;
            optional(medium.alt.as_ref(), |x| chars("media.alt", x, MAX_EXCERPT))?;
        }
        Ok(())
    }

    /// The bytes of everything whose length is the sender's choice and not small.
    fn size(&self) -> usize {
        let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let media = self.media.iter().map(|m| m.kind.len() + len(&m.url) + len(&m.alt));
        let parent = self.in_reply_to.as_ref().map_or(0, |parent| len(&parent.text));
        self.text.len() + parent + media.sum::<usize>()
    }
}

impl Author {
    fn check(&self) -> Result<(), String> {
        id("author.id", &self.id)?;
        optional(self.handle.as_ref(), |x| bytes("author.handle", x, MAX_ID))?;
        optional(self.name.as_ref(), |x| bytes("author.name", x, MAX_ID))?;
        optional(self.followers.as_ref(), |x| at_least_zero("author.followers", *x))?;
        optional(self.created_at.as_ref(), |at| time("author.created_at", *at))
    }
}

impl Parent {
    fn check(&self) -> Result<(), String> {
        id("in_reply_to.id", &self.id)?;
        optional(self.author_id.as_ref(), |x| id("in_reply_to.author_id", x))?;
        optional(self.text.as_ref(), |x| chars("in_reply_to.text", x, MAX_EXCERPT))
    }
}

fn optional<T>(
    value: Option<&T>,
    check: impl FnOnce(&T) -> Result<(), String>,
) -> Result<(), String> {
    value.map_or(Ok(()), check)
}

/// A part of a key that something follows.
fn part(name: &str, text: &str) -> Result<(), String> {
    id(name, text)?;
    bytes(name, text, MAX_WORD)?;
    if text.contains('/') { Err(format!("{name} contains a '/'")) } else { Ok(()) }
}

fn id(name: &str, text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err(format!("{name} is empty"));
    }
    if text.chars().any(char::is_control) {
        return Err(format!("{name} contains a control character"));
    }
    bytes(name, text, MAX_ID)
}

fn bytes(name: &str, text: &str, most: usize) -> Result<(), String> {
    match text.len() {
        len if len > most => Err(format!("{name} has {len} bytes, more than {most}")),
        _ => Ok(()),
    }
}

fn chars(name: &str, text: &str, most: usize) -> Result<(), String> {
    // No text has more characters than bytes: most are not counted.
    if text.len() <= most {
        return Ok(());
    }
    match text.chars().count() {
        len if len > most => Err(format!("{name} has {len} characters, more than {most}")),
        _ => Ok(()),
    }
}

fn at_least_zero(name: &str, count: i64) -> Result<(), String> {
    if count < 0 { Err(format!("{name} is less than 0")) } else { Ok(()) }
}

fn time(name: &str, at: i64) -> Result<(), String> {
    if TIMES.contains(&at) { Ok(()) } else { Err(format!("{name} is not in the years 1 to 9999")) }
}

#[cfg(test)]
mod tests;
