//! The canonical format: one JSON object per line, for senders that convert their own data.
//!
//! Required: `platform`, `id`, `text`, `author.id`. Optional: `tenant`, `published_at`, `change`,
//! `version`, `channel`, `url`, `account`, `lang`, `rating` (0 to 1), `author.{handle, name,
//! followers, verified, created_at}`, `in_reply_to.{id, author_id, text}`, `root_id`, `repost_of`,
//! `engagement.{likes, replies, reposts, views}`, `promoted`, `media[].{kind, url, alt}`. Null counts
//! as absent. Unknown fields are ignored; an invalid value of a known field rejects the line.
//!
//! `text` may be absent in a deletion or a repost, and empty in a mention with a rating or media.

use mention::{Author, Channel, Engagement, Media, Mention, MentionChange, Parent};
use serde_json::Value;
use stage::EventTime;

use crate::object::{FieldPath, JsonObject, excerpt};
use crate::{Config, Rejection, json};

const OBJECT: &str = "a JSON object";
const TEXT: &str = "the text of the mention, as a non-empty string";

/// Parses one line without its line break.
///
/// # Errors
/// When the line is not a valid mention. The error names the field and never quotes the text.
pub fn parse_line(
    line: &[u8],
    config: &Config,
    received_at: EventTime,
) -> Result<Mention, Rejection> {
    // Before parsing, so that a huge line costs no memory for its JSON value.
    if line.len() > config.line_limit {
        return Err(Rejection::TooLong { limit: config.line_limit });
    }
    let value = json::parse(line)?;
    let fields = JsonObject::of(&value, FieldPath::Root, OBJECT)?;
    let mut mention = parse_mention(&fields, received_at)?;
    // A reply addresses the author of its parent.
    let parent_author = mention.in_reply_to.as_ref().and_then(|parent| parent.author_id.clone());
    config.attribute(&mut mention, parent_author.as_deref().as_slice())?;
    crate::parse::checked(mention)
}

fn parse_mention(fields: &JsonObject<'_>, received_at: EventTime) -> Result<Mention, Rejection> {
    let identity = "the platform's id of the post, as a string";
    let optional = "a string";
    let change = change(fields)?;
    let in_reply_to = parent(fields)?;
    let rating = fields.number("rating", 0.0..=1.0, "a number from 0 (worst) to 1 (best)")?;
    let media = media(fields)?;
    let repost_of = fields.string("repost_of", optional)?;
    // A rating or an image is a mention without words.
    let is_wordless = rating.is_some() || !media.is_empty();
    Ok(Mention {
        tenant: match fields.value("tenant") {
            Some(_) => fields.identity("tenant", "the name of a tenant, as a string")?,
            None => String::new(),
        },
        platform: platform(fields)?,
        id: fields.identity("id", identity)?,
        text: text(fields, change == MentionChange::Deleted || repost_of.is_some(), is_wordless)?,
        author: author(fields)?,
        channel: channel(fields, rating.is_some(), in_reply_to.is_some())?,
        change,
        version: fields.count("version")?.unwrap_or_default(),
        claimed_language: fields.string("lang", "a BCP 47 tag, as a string")?,
        url: fields.string("url", optional)?,
        account: fields.string("account", "an owned account's id or handle, as a string")?,
        root_id: fields.string("root_id", optional)?,
        in_reply_to,
        repost_of,
        engagement: engagement(fields)?,
        rating,
        promoted: fields.flag("promoted")?.unwrap_or_default(),
        media,
        published_at: fields.time("published_at")?,
        received_at,
        ..Mention::default()
    })
}

fn platform(fields: &JsonObject<'_>) -> Result<String, Rejection> {
    let expected = "the platform's name in letters, digits, `-` and `_`, such as `bluesky`";
    let platform = fields.required("platform", expected)?;
    // The platform is part of record keys: one spelling, and no separator in it.
    if platform.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        Ok(platform.to_ascii_lowercase())
    } else {
        Err(fields.invalid("platform", expected))
    }
}

fn text(
    fields: &JsonObject<'_>,
    may_be_absent: bool,
    may_be_empty: bool,
) -> Result<String, Rejection> {
    match fields.text("text", TEXT)? {
        Some(text) if !text.is_empty() || may_be_absent || may_be_empty => Ok(text),
        None if may_be_absent => Ok(String::new()),
        _ => Err(fields.missing("text", TEXT)),
    }
}

fn change(fields: &JsonObject<'_>) -> Result<MentionChange, Rejection> {
    let expected = "`created`, `edited` or `deleted`";
    Ok(match fields.string("change", expected)?.as_deref() {
        None | Some("created") => MentionChange::Created,
        Some("edited") => MentionChange::Edited,
        Some("deleted") => MentionChange::Deleted,
        Some(_) => return Err(fields.invalid("change", expected)),
    })
}

/// Returns the given channel, else derives it from a rating or a parent.
fn channel(fields: &JsonObject<'_>, is_rated: bool, is_reply: bool) -> Result<Channel, Rejection> {
    let expected = "`public_post`, `public_comment`, `review` or `direct_message`";
    Ok(match fields.string("channel", expected)?.as_deref() {
        Some("public_post") => Channel::PublicPost,
        Some("public_comment") => Channel::PublicComment,
        Some("review") => Channel::Review,
        Some("direct_message") => Channel::DirectMessage,
        Some(_) => return Err(fields.invalid("channel", expected)),
        None if is_rated => Channel::Review,
        None if is_reply => Channel::PublicComment,
        None => Channel::PublicPost,
    })
}

fn author(fields: &JsonObject<'_>) -> Result<Author, Rejection> {
    let id = "the platform's id of the account, as a string";
    let Some(author) = fields.object("author", "an object with the `id` of the account")? else {
        return Err(fields.missing("author.id", id));
    };
    Ok(Author {
        id: author.identity("id", id)?,
        handle: author.string("handle", "a string")?,
        name: author.string("name", "a string")?,
        followers: author.count("followers")?,
        verified: author.flag("verified")?,
        bot: None,
        created_at: author.time("created_at")?,
    })
}

fn parent(fields: &JsonObject<'_>) -> Result<Option<Parent>, Rejection> {
    let Some(parent) = fields.object("in_reply_to", "an object with the `id` of the post")? else {
        return Ok(None);
    };
    Ok(Some(Parent {
        id: parent.identity("id", "the platform's id of the post answered, as a string")?,
        author_id: parent.string("author_id", "a string")?,
        text: parent.string("text", "a string")?.as_deref().map(excerpt),
    }))
}

fn engagement(fields: &JsonObject<'_>) -> Result<Engagement, Rejection> {
    let expected = "an object of `likes`, `replies`, `reposts` and `views`";
    let Some(counts) = fields.object("engagement", expected)? else {
        return Ok(Engagement::default());
    };
    Ok(Engagement {
        likes: counts.count("likes")?.unwrap_or_default(),
        replies: counts.count("replies")?.unwrap_or_default(),
        reposts: counts.count("reposts")?.unwrap_or_default(),
        views: counts.count("views")?.unwrap_or_default(),
    })
}

fn media(fields: &JsonObject<'_>) -> Result<Vec<Media>, Rejection> {
    let expected = "a list of objects with a `kind`";
    let list = FieldPath::Key(fields.path(), "media");
    let read = |(index, value): (usize, &Value)| {
        let item =
            JsonObject::of(value, FieldPath::Index(&list, index), "an object with a `kind`")?;
        Ok(Media {
            kind: item.required("kind", "`image`, `video` or another kind, as a string")?,
            url: item.string("url", "a string")?,
            alt: item.string("alt", "a string")?,
        })
    };
    fields.list("media", expected)?.iter().enumerate().map(read).collect()
}
