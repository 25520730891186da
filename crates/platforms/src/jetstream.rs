//! Bluesky Jetstream v1: one event per line.
//!
//! A post is a mention, its update an edit, its deletion a withdrawal; a repost is a mention with
//! `repost_of`. The id is `at://did/collection/rkey`. The stream has neither handles nor follower
//! counts, so an owned account must be configured by its DID.
//!
//! The network does not number edits, so `version` stays 0: a consumer that resumes from an earlier
//! cursor receives earlier contents of a post again, as edits.

use mention::{Author, Channel, Media, Mention, MentionChange, Parent};
use serde_json::Value;
use stage::EventTime;

use crate::object::{FieldPath, JsonObject, lenient};
use crate::{Config, LineOutcome, Rejection, SkipReason, json};

const OBJECT: &str = "a Jetstream event, as a JSON object";
const POST: &str = "app.bsky.feed.post";
const REPOST: &str = "app.bsky.feed.repost";

/// Parses one line without its line break.
#[must_use]
pub fn parse_line(line: &[u8], config: &Config, received_at: EventTime) -> LineOutcome {
    if line.len() > config.line_limit {
        return LineOutcome::Rejected(Rejection::TooLong { limit: config.line_limit });
    }
    json::parse(line)
        .and_then(|value| parse_event(&value, config, received_at))
        .unwrap_or_else(LineOutcome::Rejected)
}

fn parse_event(
    value: &Value,
    config: &Config,
    received_at: EventTime,
) -> Result<LineOutcome, Rejection> {
    let event = JsonObject::of(value, FieldPath::Root, OBJECT)?;
    match event.required("kind", "`commit`, `identity` or `account`")?.as_str() {
        "commit" => {}
        "identity" => return Ok(LineOutcome::Skipped(SkipReason::Identity)),
        "account" => return Ok(LineOutcome::Skipped(SkipReason::Account)),
        _ => return Ok(LineOutcome::Skipped(SkipReason::OtherKind)),
    }
    let expected = "the commit, as an object";
    let commit =
        event.object("commit", expected)?.ok_or_else(|| event.missing("commit", expected))?;
    let collection = commit.required("collection", "the name of a collection")?;
    let operation = commit.required("operation", "`create`, `update` or `delete`")?;
    let change = match operation.as_str() {
        "create" => MentionChange::Created,
        "update" => MentionChange::Edited,
        "delete" => MentionChange::Deleted,
        _ => return Err(commit.invalid("operation", "`create`, `update` or `delete`")),
    };
    if let Some(skip) = skip_reason(&collection, change) {
        return Ok(LineOutcome::Skipped(skip));
    }
    let mut mention = envelope(&event, &commit, &collection, received_at)?;
    mention.change = change;
    let mut addressed = Vec::new();
    if change != MentionChange::Deleted {
        let expected = "the record, as an object";
        let record =
            commit.object("record", expected)?.ok_or_else(|| commit.missing("record", expected))?;
        if collection == REPOST {
            fill_repost(&mut mention, &record)?;
        } else {
            fill_post(&mut mention, &record, &mut addressed)?;
        }
        // `createdAt` is set by the client and may lie in the future; `time_us` is the time at which
        // the network received the event, so the post cannot be newer.
        let seen_at = lenient(event.count("time_us")).map(EventTime::from_micros);
        mention.published_at = mention.published_at.into_iter().chain(seen_at).min();
    }
    let addressed: Vec<&str> = addressed.iter().map(String::as_str).collect();
    config.attribute(&mut mention, &addressed)?;
    Ok(LineOutcome::from_post(mention))
}

fn skip_reason(collection: &str, change: MentionChange) -> Option<SkipReason> {
    match collection {
        POST => None,
        // The deletion of a repost names only the repost, not the original, so it cannot be counted.
        REPOST if change == MentionChange::Deleted => Some(SkipReason::RepostUndone),
        REPOST => None,
        "app.bsky.feed.like" => Some(SkipReason::Like),
        "app.bsky.graph.follow" => Some(SkipReason::Follow),
        "app.bsky.graph.block" => Some(SkipReason::Block),
        _ => Some(SkipReason::OtherCollection),
    }
}

/// Builds a mention from the fields that every commit has: author and id.
fn envelope(
    event: &JsonObject<'_>,
    commit: &JsonObject<'_>,
    collection: &str,
    received_at: EventTime,
) -> Result<Mention, Rejection> {
    let did_of = event.identity("did", "the DID of the author, as a string")?;
    let rkey = commit.identity("rkey", "the key of the record, as a string")?;
    Ok(Mention {
        platform: "bluesky".to_owned(),
        id: format!("at://{did_of}/{collection}/{rkey}"),
        url: (collection == POST).then(|| format!("https://bsky.app/profile/{did_of}/post/{rkey}")),
        author: Author { id: did_of, ..Author::default() },
        received_at,
        ..Mention::default()
    })
}

fn fill_post(
    mention: &mut Mention,
    record: &JsonObject<'_>,
    addressed: &mut Vec<String>,
) -> Result<(), Rejection> {
    let expected = "the text of the post, as a string";
    mention.text =
        record.text("text", expected)?.ok_or_else(|| record.missing("text", expected))?;
    mention.published_at = lenient(record.time("createdAt"));
    let languages = record.list("langs", "a list of tags").unwrap_or_default();
    mention.claimed_language =
        languages.first().and_then(Value::as_str).filter(|l| !l.is_empty()).map(str::to_owned);
    if let Some(reply) = lenient(record.object("reply", "an object")) {
        if let Some(id) = reference_uri(&reply, "parent") {
            let author_id = did(&id).map(str::to_owned);
            addressed.extend(author_id.clone());
            mention.in_reply_to = Some(Parent { id, author_id, text: None });
            mention.channel = Channel::PublicComment;
        }
        mention.root_id = reference_uri(&reply, "root");
    }
    // By descending significance: parent, accounts in the text, quoted account.
    addressed.extend(mentioned_dids(record));
    if let Some(embed) = record.value("embed") {
        addressed.extend(quoted_uri(embed).and_then(did).map(str::to_owned));
        mention.media = media(embed, &mention.author.id);
    }
    Ok(())
}

fn fill_repost(mention: &mut Mention, record: &JsonObject<'_>) -> Result<(), Rejection> {
    let expected = "the original post, as an object with its `uri`";
    let subject =
        record.object("subject", expected)?.ok_or_else(|| record.missing("subject", expected))?;
    let original = subject.identity("uri", "an at:// URI")?;
    mention.repost_of_author = did(&original).map(str::to_owned);
    mention.repost_of = Some(original);
    mention.published_at = lenient(record.time("createdAt"));
    Ok(())
}

/// Returns the URI of a reference such as `{"parent": {"uri": …}}`.
fn reference_uri(fields: &JsonObject<'_>, name: &str) -> Option<String> {
    lenient(fields.object(name, "an object"))
        .and_then(|reference| lenient(reference.string("uri", "a URI")))
}

/// Returns the DID in an at:// URI.
fn did(uri: &str) -> Option<&str> {
    uri.strip_prefix("at://")?.split('/').next().filter(|did| did.starts_with("did:"))
}

/// Returns the DIDs of the accounts mentioned in the text.
fn mentioned_dids(record: &JsonObject<'_>) -> impl Iterator<Item = String> {
    let facets = record.list("facets", "a list").unwrap_or_default();
    let features = facets.iter().filter_map(|facet| facet.get("features")?.as_array()).flatten();
    features.filter_map(|feature| Some(feature.get("did")?.as_str()?.to_owned()))
}

/// Returns the URI of the post that an embed quotes.
fn quoted_uri(embed: &Value) -> Option<&str> {
    // With media (`recordWithMedia`), the record is nested one level deeper.
    let record = embed.get("record")?;
    record.get("uri").or_else(|| record.get("record")?.get("uri"))?.as_str()
}

fn media(embed: &Value, author: &str) -> Vec<Media> {
    // `recordWithMedia` nests the media one level deeper.
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
    // A link card; its title serves as the description.
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
    fn the_did_of_the_author_is_extracted_from_a_uri() {
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
