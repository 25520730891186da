//! X API v2: responses, lines of a filtered stream and lines of the compliance stream.
//!
//! The elements of `data` are mentions. Users, parents, originals and media are looked up in
//! `includes`; its posts are skipped as context. An edited post keeps the id of its first version;
//! its position in the edit history is the version. A post without `author_id` is skipped: X sends
//! that field only for `tweet.fields=author_id`. A retweet is recognised only with
//! `tweet.fields=referenced_tweets`.

mod includes;

use mention::{Author, Channel, Engagement, Mention, MentionChange, Parent};
use serde_json::Value;
use stage::EventTime;

use crate::object::{FieldPath, JsonObject, excerpt, lenient};
use crate::{Config, LineOutcome, Rejection, SkipReason, json};
use includes::Includes;

const DOCUMENT: &str = "an X API v2 response, as a JSON object";
const POST: &str = "a post, as an object";

/// Parses one JSON document and appends its outcomes to `out`.
pub fn parse_document(
    document: &[u8],
    config: &Config,
    received_at: EventTime,
    out: &mut Vec<LineOutcome>,
) {
    let read = json::parse(document).and_then(|value| {
        let document = JsonObject::of(&value, FieldPath::Root, DOCUMENT)?;
        parse_elements(&document, config, received_at, out)
    });
    if let Err(rejection) = read {
        out.push(LineOutcome::Rejected(rejection));
    }
}

fn parse_elements(
    document: &JsonObject<'_>,
    config: &Config,
    received_at: EventTime,
    out: &mut Vec<LineOutcome>,
) -> Result<(), Rejection> {
    let before = out.len();
    let includes = Includes::of(document);
    let parser = PostParser { config, includes: &includes, received_at };
    let data = FieldPath::Key(document.path(), "data");
    match document.value("data") {
        None => {}
        Some(Value::Array(posts)) => out.extend(posts.iter().enumerate().map(|(index, post)| {
            parser
                .parse_element(post, FieldPath::Index(&data, index))
                .unwrap_or_else(LineOutcome::Rejected)
        })),
        Some(post) => {
            out.push(parser.parse_element(post, data).unwrap_or_else(LineOutcome::Rejected))
        }
    }
    out.extend(std::iter::repeat_n(
        LineOutcome::Skipped(SkipReason::Context),
        includes.post_count(),
    ));
    let errors = document.list("errors", "a list").unwrap_or_default().len();
    out.extend(std::iter::repeat_n(LineOutcome::Skipped(SkipReason::PlatformError), errors));
    if out.len() > before {
        return Ok(());
    }
    // Every document must yield an outcome, otherwise it would vanish from the counts.
    let skip = if document.value("title").is_some() && document.value("status").is_some() {
        SkipReason::PlatformError
    } else if document.value("meta").is_some() || document.value("data").is_some() {
        SkipReason::EmptyPage
    } else {
        return Err(document.missing("data", "a post or a list of posts"));
    };
    out.push(LineOutcome::Skipped(skip));
    Ok(())
}

/// Parses the posts of one document.
struct PostParser<'a> {
    config: &'a Config,
    includes: &'a Includes<'a>,
    received_at: EventTime,
}

impl PostParser<'_> {
    fn parse_element(&self, value: &Value, path: FieldPath<'_>) -> Result<LineOutcome, Rejection> {
        let post = JsonObject::of(value, path, POST)?;
        if let Some(delete) = post.object("delete", "an object")? {
            return self.parse_deletion(&delete);
        }
        if post.value("id").is_none() && is_compliance_notice(value) {
            return Ok(LineOutcome::Skipped(SkipReason::Compliance));
        }
        let id = post.identity("id", "the id of the post, as a string")?;
        if post.value("author_id").is_none() {
            return Ok(LineOutcome::Skipped(SkipReason::NoAuthor));
        }
        let author_id = post.identity("author_id", "the id of the author, as a string")?;
        let (text, user) = (text(&post)?, self.includes.user(&author_id));
        let (first_id, version) = version_of(&post, &id);
        let mut mention = self.envelope(first_id, author(author_id, user.as_ref()));
        // The URL of this version, while the id of the mention is that of the first version.
        mention.url = Some(format!("https://x.com/i/web/status/{id}"));
        mention.change = if version > 1 { MentionChange::Edited } else { MentionChange::Created };
        mention.version = version;
        mention.text = text;
        mention.claimed_language =
            lenient(post.string("lang", "a tag")).filter(|tag| is_language(tag));
        mention.published_at = lenient(post.time("created_at"));
        mention.engagement = engagement(&post);
        mention.promoted = post.value("promoted_metrics").is_some();
        mention.media = self.includes.media(&post);
        // A post that starts a conversation has its own id as conversation id.
        mention.root_id = lenient(post.string("conversation_id", "an id"))
            .filter(|root| *root != mention.id && *root != id);
        let mut addressed = Vec::new();
        self.add_references(&post, &mut mention, &mut addressed);
        addressed.extend(mentioned_users(&post));
        self.config.attribute(&mut mention, &addressed)?;
        Ok(LineOutcome::from_post(mention))
    }

    fn envelope(&self, id: String, author: Author) -> Mention {
        Mention {
            platform: "x".to_owned(),
            id,
            author,
            received_at: self.received_at,
            ..Mention::default()
        }
    }

    /// Parses a deletion of the compliance stream.
    fn parse_deletion(&self, delete: &JsonObject<'_>) -> Result<LineOutcome, Rejection> {
        let tweet = delete.object("tweet", POST)?.ok_or_else(|| delete.missing("tweet", POST))?;
        let id = tweet.identity("id", "the id of the post, as a string")?;
        let author_id = tweet.identity("author_id", "the id of the author, as a string")?;
        let mut mention = self.envelope(id, author(author_id, None));
        mention.change = MentionChange::Deleted;
        self.config.attribute(&mut mention, &[])?;
        Ok(LineOutcome::from_post(mention))
    }

    /// Adds what the post replies to, reposts or quotes.
    fn add_references<'p>(
        &'p self,
        post: &JsonObject<'p>,
        mention: &mut Mention,
        addressed: &mut Vec<&'p str>,
    ) {
        let replied_to = post.value("in_reply_to_user_id").and_then(Value::as_str);
        addressed.extend(replied_to);
        if replied_to.is_some() {
            mention.channel = Channel::PublicComment;
        }
        for reference in post.list("referenced_tweets", "a list").unwrap_or_default() {
            let string = |name: &str| reference.get(name).and_then(Value::as_str);
            let (Some(kind), Some(id)) = (string("type"), string("id")) else { continue };
            // The author is known only if the request asked for the referenced posts.
            let author_id = self.includes.author_of(id);
            match kind {
                "replied_to" => {
                    let author_id = replied_to.or(author_id).map(str::to_owned);
                    let text = self.includes.text_of(id).map(excerpt);
                    let id = self.includes.first_version(id).to_owned();
                    mention.in_reply_to = Some(Parent { id, author_id, text });
                    mention.channel = Channel::PublicComment;
                }
                "retweeted" => {
                    mention.repost_of = Some(self.includes.first_version(id).to_owned());
                    mention.repost_of_author = author_id.map(str::to_owned);
                }
                // A quote addresses the quoted author.
                _ => addressed.extend(author_id),
            }
        }
    }
}

/// Returns whether an element of the compliance stream is about visibility or an account.
fn is_compliance_notice(value: &Value) -> bool {
    const NOTICES: [&str; 13] = [
        "withheld",
        "drop",
        "undrop",
        "tweet_edit",
        "user_delete",
        "user_undelete",
        "user_withheld",
        "user_protect",
        "user_unprotect",
        "user_suspend",
        "user_unsuspend",
        "scrub_geo",
        "user_profile_modification",
    ];
    NOTICES.iter().any(|notice| value.get(notice).is_some())
}

/// Returns the full text. `text` of a long post is truncated; the full text is in `note_tweet`.
fn text(post: &JsonObject<'_>) -> Result<String, Rejection> {
    let expected = "the text of the post, as a string";
    let short = post.text("text", expected)?.ok_or_else(|| post.missing("text", expected))?;
    let note = lenient(post.object("note_tweet", "an object"));
    Ok(note.and_then(|note| lenient(note.string("text", expected))).unwrap_or(short))
}

/// Returns the id of the first version and the number of this version, from 1; 0 without an edit
/// history.
fn version_of(post: &JsonObject<'_>, id: &str) -> (String, i64) {
    let history = post.list("edit_history_tweet_ids", "a list").unwrap_or_default();
    let place = history.iter().position(|version| version.as_str() == Some(id));
    match (history.first().and_then(Value::as_str), place) {
        (Some(first), Some(place)) => (first.to_owned(), i64::try_from(place + 1).unwrap_or(0)),
        _ => (id.to_owned(), 0),
    }
}

fn author(id: String, user: Option<&JsonObject<'_>>) -> Author {
    let Some(user) = user else { return Author { id, ..Author::default() } };
    let metrics = lenient(user.object("public_metrics", "an object"));
    Author {
        id,
        handle: lenient(user.string("username", "a string")),
        name: lenient(user.string("name", "a string")),
        followers: metrics.and_then(|metrics| lenient(metrics.count("followers_count"))),
        verified: lenient(user.flag("verified")),
        bot: None,
        created_at: lenient(user.time("created_at")),
    }
}

fn engagement(post: &JsonObject<'_>) -> Engagement {
    let metrics = lenient(post.object("public_metrics", "an object"));
    let count = |name| {
        metrics.as_ref().and_then(|metrics| lenient(metrics.count(name))).unwrap_or_default()
    };
    Engagement {
        likes: count("like_count"),
        replies: count("reply_count"),
        reposts: count("retweet_count"),
        views: count("impression_count"),
    }
}

/// Returns the handles of the accounts mentioned in the text.
fn mentioned_users<'a>(post: &JsonObject<'a>) -> impl Iterator<Item = &'a str> {
    let mentions = post.value("entities").and_then(|entities| entities.get("mentions")?.as_array());
    mentions.into_iter().flatten().filter_map(|m| m.get("username")?.as_str())
}

/// Returns whether a tag is a language. X uses `und`, `zxx` and three-letter tags that begin with
/// `q` for posts without one.
fn is_language(tag: &str) -> bool {
    tag != "und" && tag != "zxx" && !(tag.len() == 3 && tag.starts_with('q'))
}
