//! Bluesky Jetstream v1: one event of the network a line.
//!
//! A post is a mention, its update an edit, its deletion a withdrawal; a repost is a mention that
//! repeats another. The id of either is its `at://did/collection/rkey`. The stream tells neither
//! handles nor follower counts: an owned account is known here by its DID.
//!
//! The network numbers no edits, so versions are untold: whoever reads on from an earlier cursor
//! hears a post's earlier contents again, as edits.

use mention::{Author, Change, Channel, Media, Mention, Parent};
use serde_json::Value;
use stage::Micros;

use crate::field::{Fields, Path, detail};
use crate::{Outcome, Refused, Settings, Skip, json};

const OBJECT: &str = "a Jetstream event, as a JSON object";
const POST: &str = "app.bsky.feed.post";
const REPOST: &str = "app.bsky.feed.repost";

/// Reads one line, without its end.
#[must_use]
pub fn parse_line(line: &[u8], settings: &Settings, received_at: Micros) -> Outcome {
    if line.len() > settings.line_limit {
        return Outcome::Refused(Refused::TooLong { limit: settings.line_limit });
    }
    json::parse(line)
        .and_then(|value| event(&value, settings, received_at))
        .unwrap_or_else(Outcome::Refused)
}

fn event(value: &Value, settings: &Settings, received_at: Micros) -> Result<Outcome, Refused> {
    let event = Fields::of(value, Path::Root, OBJECT)?;
    match event.required("kind", "`commit`, `identity` or `account`")?.as_str() {
        "commit" => {}
        "identity" => return Ok(Outcome::Skipped(Skip::Identity)),
        "account" => return Ok(Outcome::Skipped(Skip::Account)),
        _ => return Ok(Outcome::Skipped(Skip::OtherKind)),
    }
    let wanted = "the commit, as an object";
    let commit = event.object("commit", wanted)?.ok_or_else(|| event.missing("commit", wanted))?;
    let collection = commit.required("collection", "the name of a collection")?;
    let operation = commit.required("operation", "`create`, `update` or `delete`")?;
    let change = match operation.as_str() {
        "create" => Change::Created,
        "update" => Change::Edited,
        "delete" => Change::Deleted,
        _ => return Err(commit.invalid("operation", "`create`, `update` or `delete`")),
    };
    if let Some(skip) = skipped(&collection, change) {
        return Ok(Outcome::Skipped(skip));
    }
    let mut mention = envelope(&event, &commit, &collection, received_at)?;
    mention.change = change;
    let mut addressed = Vec::new();
    if change != Change::Deleted {
        let wanted = "the record, as an object";
        let record =
            commit.object("record", wanted)?.ok_or_else(|| commit.missing("record", wanted))?;
        if collection == REPOST {
            repost(&mut mention, &record)?;
        } else {
            post(&mut mention, &record, &mut addressed)?;
        }
        // The author writes `createdAt` as it pleases; the network heard of it no earlier.
        let told_at = detail(event.count("time_us"));
        mention.published_at = mention.published_at.into_iter().chain(told_at).min();
    }
    let addressed: Vec<&str> = addressed.iter().map(String::as_str).collect();
    settings.place(&mut mention, &addressed);
    Ok(Outcome::of_post(mention))
}

fn skipped(collection: &str, change: Change) -> Option<Skip> {
    match collection {
        POST => None,
        REPOST if change == Change::Deleted => Some(Skip::RepostUndone),
        REPOST => None,
        "app.bsky.feed.like" => Some(Skip::Like),
        "app.bsky.graph.follow" => Some(Skip::Follow),
        "app.bsky.graph.block" => Some(Skip::Block),
        _ => Some(Skip::OtherCollection),
    }
}

/// What every commit says: who, and under which id.
fn envelope(
    event: &Fields<'_>,
    commit: &Fields<'_>,
    collection: &str,
    received_at: Micros,
) -> Result<Mention, Refused> {
    let did = event.identity("did", "the DID of the author, as a string")?;
    let rkey = commit.identity("rkey", "the key of the record, as a string")?;
    Ok(Mention {
        platform: "bluesky".to_owned(),
        id: format!("at://{did}/{collection}/{rkey}"),
        url: (collection == POST).then(|| format!("https://bsky.app/profile/{did}/post/{rkey}")),
        author: Author { id: did, ..Author::default() },
        received_at,
        ..Mention::default()
    })
}

fn post(
    mention: &mut Mention,
    record: &Fields<'_>,
    addressed: &mut Vec<String>,
) -> Result<(), Refused> {
    let wanted = "what was said, as a string";
    mention.text = record.text("text", wanted)?.ok_or_else(|| record.missing("text", wanted))?;
    mention.published_at = detail(record.time("createdAt"));
    let languages = record.list("langs", "a list of tags").unwrap_or_default();
    mention.claimed_language =
        languages.first().and_then(Value::as_str).filter(|l| !l.is_empty()).map(str::to_owned);
    if let Some(reply) = detail(record.object("reply", "an object")) {
        if let Some(id) = uri(&reply, "parent") {
            let author_id = did(&id).map(str::to_owned);
            addressed.extend(author_id.clone());
            mention.in_reply_to = Some(Parent { id, author_id, text: None });
            mention.channel = Channel::PublicComment;
        }
        mention.root_id = uri(&reply, "root");
    }
    addressed.extend(called(record));
    if let Some(embed) = record.value("embed") {
        addressed.extend(quoted(embed).and_then(did).map(str::to_owned));
        mention.media = media(embed, &mention.author.id);
    }
    Ok(())
}

fn repost(mention: &mut Mention, record: &Fields<'_>) -> Result<(), Refused> {
    let wanted = "the post repeated, as an object with its `uri`";
    let subject =
        record.object("subject", wanted)?.ok_or_else(|| record.missing("subject", wanted))?;
    let original = subject.identity("uri", "an at:// URI")?;
    mention.repost_of_author = did(&original).map(str::to_owned);
    mention.repost_of = Some(original);
    mention.published_at = detail(record.time("createdAt"));
    Ok(())
}

/// The URI of a reference such as `{"parent": {"uri": …}}`.
fn uri(fields: &Fields<'_>, name: &str) -> Option<String> {
    detail(fields.object(name, "an object"))
        .and_then(|reference| detail(reference.string("uri", "a URI")))
}

/// The DID in an at:// URI.
fn did(uri: &str) -> Option<&str> {
    uri.strip_prefix("at://")?.split('/').next().filter(|did| did.starts_with("did:"))
}

/// The accounts that a text calls by name.
fn called(record: &Fields<'_>) -> impl Iterator<Item = String> {
    let facets = record.list("facets", "a list").unwrap_or_default();
    let features = facets.iter().filter_map(|facet| facet.get("features")?.as_array()).flatten();
    features.filter_map(|feature| Some(feature.get("did")?.as_str()?.to_owned()))
}

/// The URI of the post that an embed quotes, with or without media beside it.
fn quoted(embed: &Value) -> Option<&str> {
    let record = embed.get("record")?;
    record.get("uri").or_else(|| record.get("record")?.get("uri"))?.as_str()
}

fn media(embed: &Value, author: &str) -> Vec<Media> {
    let embed = embed.get("media").unwrap_or(embed);
    let string = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_str).filter(|s| !s.is_empty()).map(str::to_owned)
    };
    let image = |image: &Value| {
        let blob = image.pointer("/image/ref/$link").and_then(Value::as_str);
        let url = blob
            .map(|cid| format!("https://cdn.bsky.app/img/feed_fullsize/plain/{author}/{cid}@jpeg"));
        Media { kind: "image".to_owned(), url, alt: string(image, "alt") }
    };
    let mut media: Vec<Media> =
        embed.get("images").and_then(Value::as_array).into_iter().flatten().map(image).collect();
    if embed.get("video").is_some() {
        media.push(Media { kind: "video".to_owned(), url: None, alt: string(embed, "alt") });
    }
    if let Some(link) = embed.get("external") {
        let (url, alt) = (string(link, "uri"), string(link, "title"));
        media.push(Media { kind: "link".to_owned(), url, alt });
    }
    media
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_author_of_a_post_stands_in_its_uri() {
        let cases = [
            ("at://did:plc:abc/app.bsky.feed.post/1", Some("did:plc:abc")),
            ("at://some.handle/app.bsky.feed.post/1", None),
            ("https://bsky.app/profile/did:plc:abc", None),
        ];
        for (uri, expected) in cases {
            assert_eq!(did(uri), expected);
        }
    }
}
