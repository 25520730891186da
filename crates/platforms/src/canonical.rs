//! The canonical mention: one JSON object a line, for senders without a normaliser of their own.
//!
//! Required: `platform`, `id`, `text`, `author.id`. Optional: `tenant`, `published_at`, `change`,
//! `version`, `channel`, `url`, `account`, `lang`, `rating` (0 to 1), `author.{handle, name,
//! followers, verified, created_at}`, `in_reply_to.{id, author_id, text}`, `root_id`, `repost_of`,
//! `engagement.{likes, replies, reposts, views}`, `promoted`, `media[].{kind, url, alt}`. Null is as
//! good as absent. Every other field is kept out without a word; a wrong one refuses the line.
//!
//! `text` may be absent from a deletion or a repost, and empty beside a rating or media.

use mention::{Author, Change, Channel, Engagement, Media, Mention, Parent};
use serde_json::Value;
use stage::Micros;

use crate::field::{Fields, Path, excerpt};
use crate::{Refused, Settings, json};

const OBJECT: &str = "a JSON object";
const TEXT: &str = "what was said, as a string that is not empty";

/// Reads one line, without its end.
///
/// # Errors
/// When it is no mention; the message names the field and never quotes what was said.
pub fn parse_line(
    line: &[u8],
    settings: &Settings,
    received_at: Micros,
) -> Result<Mention, Refused> {
    if line.len() > settings.line_limit {
        return Err(Refused::TooLong { limit: settings.line_limit });
    }
    let value = json::parse(line)?;
    let fields = Fields::of(&value, Path::Root, OBJECT)?;
    let mut mention = content(&fields, received_at)?;
    let parent_author = mention.in_reply_to.as_ref().and_then(|parent| parent.author_id.clone());
    settings.place(&mut mention, parent_author.as_deref().as_slice());
    crate::read::checked(mention)
}

fn content(fields: &Fields<'_>, received_at: Micros) -> Result<Mention, Refused> {
    let identity = "an identity as the platform gives it, as a string";
    let optional = "a string";
    let change = change(fields)?;
    let in_reply_to = parent(fields)?;
    let rating = fields.number("rating", 0.0..=1.0, "a number from 0 (worst) to 1 (best)")?;
    let media = media(fields)?;
    let repost_of = fields.string("repost_of", optional)?;
    let is_wordless = rating.is_some() || !media.is_empty();
    Ok(Mention {
        tenant: match fields.value("tenant") {
            Some(_) => fields.identity("tenant", "the name of a tenant, as a string")?,
            None => String::new(),
        },
        platform: platform(fields)?,
        id: fields.identity("id", identity)?,
        text: text(fields, change == Change::Deleted || repost_of.is_some(), is_wordless)?,
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

fn platform(fields: &Fields<'_>) -> Result<String, Refused> {
    let wanted = "the platform's name in letters, digits, `-` and `_`, such as `bluesky`";
    let platform = fields.required("platform", wanted)?;
    if platform.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        Ok(platform.to_ascii_lowercase())
    } else {
        Err(fields.invalid("platform", wanted))
    }
}

fn text(fields: &Fields<'_>, may_be_absent: bool, may_be_empty: bool) -> Result<String, Refused> {
    match fields.text("text", TEXT)? {
        Some(text) if !text.is_empty() || may_be_absent || may_be_empty => Ok(text),
        None if may_be_absent => Ok(String::new()),
        _ => Err(fields.missing("text", TEXT)),
    }
}

fn change(fields: &Fields<'_>) -> Result<Change, Refused> {
    let wanted = "`created`, `edited` or `deleted`";
    Ok(match fields.string("change", wanted)?.as_deref() {
        None | Some("created") => Change::Created,
        Some("edited") => Change::Edited,
        Some("deleted") => Change::Deleted,
        Some(_) => return Err(fields.invalid("change", wanted)),
    })
}

/// The channel told, or the one that a rating or a parent shows.
fn channel(fields: &Fields<'_>, is_rated: bool, is_reply: bool) -> Result<Channel, Refused> {
    let wanted = "`public_post`, `public_comment`, `review` or `direct_message`";
    Ok(match fields.string("channel", wanted)?.as_deref() {
        Some("public_post") => Channel::PublicPost,
        Some("public_comment") => Channel::PublicComment,
        Some("review") => Channel::Review,
        Some("direct_message") => Channel::DirectMessage,
        Some(_) => return Err(fields.invalid("channel", wanted)),
        None if is_rated => Channel::Review,
        None if is_reply => Channel::PublicComment,
        None => Channel::PublicPost,
    })
}

fn author(fields: &Fields<'_>) -> Result<Author, Refused> {
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

fn parent(fields: &Fields<'_>) -> Result<Option<Parent>, Refused> {
    let Some(parent) = fields.object("in_reply_to", "an object with the `id` of the post")? else {
        return Ok(None);
    };
    Ok(Some(Parent {
        id: parent.identity("id", "the platform's id of the post answered, as a string")?,
        author_id: parent.string("author_id", "a string")?,
        text: parent.string("text", "a string")?.as_deref().map(excerpt),
    }))
}

fn engagement(fields: &Fields<'_>) -> Result<Engagement, Refused> {
    let wanted = "an object of `likes`, `replies`, `reposts` and `views`";
    let Some(heard) = fields.object("engagement", wanted)? else {
        return Ok(Engagement::default());
    };
    Ok(Engagement {
        likes: heard.count("likes")?.unwrap_or_default(),
        replies: heard.count("replies")?.unwrap_or_default(),
        reposts: heard.count("reposts")?.unwrap_or_default(),
        views: heard.count("views")?.unwrap_or_default(),
    })
}

fn media(fields: &Fields<'_>) -> Result<Vec<Media>, Refused> {
    let wanted = "a list of objects with a `kind`";
    let list = Path::Key(fields.path(), "media");
    let read = |(index, value): (usize, &Value)| {
        let item = Fields::of(value, Path::Index(&list, index), "an object with a `kind`")?;
        Ok(Media {
            kind: item.required("kind", "`image`, `video` or another kind, as a string")?,
            url: item.string("url", "a string")?,
            alt: item.string("alt", "a string")?,
        })
    };
    fields.list("media", wanted)?.iter().enumerate().map(read).collect()
}
