//! Limits that every received mention must satisfy.
//!
//! Later stages rely on them: a key is `tenant/platform/author_id`, a record stays below
//! [`crate::codec::MAX_BYTES`] even with the fields that the stages add, and adding a duration to a
//! timestamp does not saturate.

use std::ops::RangeInclusive;

use stage::{EventTime, TimeDelta};

use crate::{Author, Mention, MentionChange, Parent, is_invisible};

/// Maximum length of the text, in characters.
pub const MAX_TEXT: usize = 100_000;
/// Maximum length of a parent's excerpt and of a medium's description, in characters.
pub const MAX_EXCERPT: usize = 10_000;
/// Maximum length of an address, in bytes.
pub const MAX_URL: usize = 4_096;
/// Maximum length of an id or name, in bytes.
pub const MAX_ID: usize = 512;
/// Maximum length of a tenant, platform, language tag or kind of medium, in bytes.
pub const MAX_TOKEN: usize = 64;
/// Maximum number of media.
pub const MAX_MEDIA: usize = 32;
/// Maximum total length of the text, the parent's excerpt and the media, in bytes.
pub const MAX_TOTAL_TEXT: usize = 640 * 1024;
/// How far a version that is a time may lie after the time of its receipt.
const VERSION_SLACK: TimeDelta = TimeDelta::DAY;
/// The years 1 to 9999: the range of RFC 3339.
const TIMESTAMPS: RangeInclusive<EventTime> = EventTime::from_micros(-62_135_596_800_000_000)
    ..=EventTime::from_micros(253_402_300_799_999_999);

impl Mention {
    /// Checks every field against the limits.
    ///
    /// # Errors
    /// Names the first field that violates its limit, and the limit. Never quotes the content,
    /// because the message is logged and returned to the sender.
    pub fn validate(&self) -> Result<(), String> {
        check_key_part("tenant", &self.tenant)?;
        check_key_part("platform", &self.platform)?;
        check_id("id", &self.id)?;
        check_chars("text", &self.text, MAX_TEXT)?;
        if self.text.is_empty() && !self.may_lack_text() {
            return Err("text is empty and no media are attached".into());
        }
        self.author.validate()?;
        check_optional(self.in_reply_to.as_ref(), Parent::validate)?;
        check_optional(self.claimed_language.as_ref(), |x| {
            check_bytes("claimed_language", x, MAX_TOKEN)
        })?;
        check_optional(self.url.as_ref(), |x| check_bytes("url", x, MAX_URL))?;
        check_optional(self.account.as_ref(), |x| check_id("account", x))?;
        check_optional(self.root_id.as_ref(), |x| check_id("root_id", x))?;
        check_optional(self.repost_of.as_ref(), |x| check_id("repost_of", x))?;
        check_optional(self.repost_of_author.as_ref(), |x| check_id("repost_of_author", x))?;
        check_optional(self.traceparent.as_ref(), |x| check_bytes("traceparent", x, MAX_TOKEN))?;
        self.check_numbers()?;
        self.check_media()?;
        // Each part alone may be within its limit and the record still too large for the codec.
        let total = self.text_bytes();
        if total > MAX_TOTAL_TEXT {
            return Err(format!("text and media have {total} bytes, more than {MAX_TOTAL_TEXT}"));
        }
        Ok(())
    }

    /// Whether the mention has content other than its text.
    fn may_lack_text(&self) -> bool {
        self.change == MentionChange::Deleted
            || self.repost_of.is_some()
            || self.rating.is_some()
            || !self.media.is_empty()
    }

    fn check_numbers(&self) -> Result<(), String> {
        let engagement = self.engagement;
        for (name, count) in [
            ("version", self.version),
            ("engagement.likes", engagement.likes),
            ("engagement.replies", engagement.replies),
            ("engagement.reposts", engagement.reposts),
            ("engagement.views", engagement.views),
        ] {
            check_not_negative(name, count)?;
        }
        // Platforms count versions or use a time in milliseconds or microseconds. A higher number
        // would outdate every later edit.
        let latest = self.received_at.as_micros().saturating_add(VERSION_SLACK.as_micros());
        if self.version > latest {
            return Err("version is neither a count nor a time up to now".into());
        }
        // Written as "not within", so that NaN is invalid.
        if self.rating.is_some_and(|rating| !(0.0..=1.0).contains(&rating)) {
            return Err("rating is not between 0 and 1".into());
        }
        check_optional(self.published_at.as_ref(), |at| check_time("published_at", *at))?;
        check_time("received_at", self.received_at)
    }

    fn check_media(&self) -> Result<(), String> {
        if self.media.len() > MAX_MEDIA {
            return Err(format!("media has {} entries, more than {MAX_MEDIA}", self.media.len()));
        }
        for medium in &self.media {
            check_bytes("media.kind", &medium.kind, MAX_TOKEN)?;
            check_optional(medium.url.as_ref(), |x| check_bytes("media.url", x, MAX_URL))?;
            check_optional(medium.alt.as_ref(), |x| check_chars("media.alt", x, MAX_EXCERPT))?;
        }
        Ok(())
    }

    /// Total bytes of the fields whose length the sender chooses and that may be long.
    pub(crate) fn text_bytes(&self) -> usize {
        let len = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let media = self.media.iter().map(|m| m.kind.len() + len(&m.url) + len(&m.alt));
        let parent = self.in_reply_to.as_ref().map_or(0, |parent| len(&parent.text));
        self.text.len() + parent + media.sum::<usize>()
    }
}

impl Author {
    fn validate(&self) -> Result<(), String> {
        check_id("author.id", &self.id)?;
        check_optional(self.handle.as_ref(), |x| check_bytes("author.handle", x, MAX_ID))?;
        check_optional(self.name.as_ref(), |x| check_bytes("author.name", x, MAX_ID))?;
        check_optional(self.followers.as_ref(), |x| check_not_negative("author.followers", *x))?;
        check_optional(self.created_at.as_ref(), |at| check_time("author.created_at", *at))
    }
}

impl Parent {
    fn validate(&self) -> Result<(), String> {
        check_id("in_reply_to.id", &self.id)?;
        check_optional(self.author_id.as_ref(), |x| check_id("in_reply_to.author_id", x))?;
        check_optional(self.text.as_ref(), |x| check_chars("in_reply_to.text", x, MAX_EXCERPT))
    }
}

fn check_optional<T>(
    value: Option<&T>,
    check: impl FnOnce(&T) -> Result<(), String>,
) -> Result<(), String> {
    value.map_or(Ok(()), check)
}

/// Checks a part of the record key that another part follows.
pub(crate) fn check_key_part(name: &str, text: &str) -> Result<(), String> {
    check_id(name, text)?;
    check_bytes(name, text, MAX_TOKEN)?;
    // '/' separates the parts of a key. Only the last part, the author's id, may contain it.
    if text.contains('/') { Err(format!("{name} contains a '/'")) } else { Ok(()) }
}

pub(crate) fn check_id(name: &str, text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err(format!("{name} is empty"));
    }
    // Two names that look the same would be two authors.
    if text.chars().any(is_invisible) {
        return Err(format!("{name} contains an invisible character"));
    }
    check_bytes(name, text, MAX_ID)
}

pub(crate) fn check_bytes(name: &str, text: &str, most: usize) -> Result<(), String> {
    match text.len() {
        len if len > most => Err(format!("{name} has {len} bytes, more than {most}")),
        _ => Ok(()),
    }
}

/// Checks a length in entries or bytes.
pub(crate) fn check_length(name: &str, length: usize, most: usize) -> Result<(), String> {
    match length > most {
        true => Err(format!("{name} has a length of {length}, more than {most}")),
        false => Ok(()),
    }
}

pub(crate) fn check_chars(name: &str, text: &str, most: usize) -> Result<(), String> {
    // A text has at most as many characters as bytes, so most texts need no counting.
    if text.len() <= most {
        return Ok(());
    }
    match text.chars().count() {
        len if len > most => Err(format!("{name} has {len} characters, more than {most}")),
        _ => Ok(()),
    }
}

pub(crate) fn check_not_negative(name: &str, count: i64) -> Result<(), String> {
    if count < 0 { Err(format!("{name} is less than 0")) } else { Ok(()) }
}

pub(crate) fn check_time(name: &str, at: EventTime) -> Result<(), String> {
    if TIMESTAMPS.contains(&at) {
        Ok(())
    } else {
        Err(format!("{name} is not in the years 1 to 9999"))
    }
}

#[cfg(test)]
mod tests;
