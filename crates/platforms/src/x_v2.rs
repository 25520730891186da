//! X API v2: a response, a line of a filtered stream, or a line of the compliance stream.
//!
//! The elements of `data` are mentions; users, parents, originals and media are looked up in
//! `includes`, whose posts are counted as context. A post edited keeps the id of its first
//! version, with the place in its edit history as version. A post without `author_id` is skipped:
//! X sends that field only when asked for it (`tweet.fields=author_id`), and a retweet is known
//! as such only with `tweet.fields=referenced_tweets`.

mod includes;

use mention::{Author, Change, Channel, Engagement, Mention, Parent};
use serde_json::Value;
use stage::Micros;

use crate::field::{Fields, Path, detail, excerpt};
use crate::{Outcome, Refused, Settings, Skip, json};
use includes::Includes;

const DOCUMENT: &str = "an X API v2 response, as a JSON object";
const POST: &str = "a post, as an object";

/// Reads one JSON document.
pub fn parse_document(
    document: &[u8],
    settings: &Settings,
    received_at: Micros,
    out: &mut Vec<Outcome>,
) {
    let read = json::parse(document).and_then(|value| {
        let document = Fields::of(&value, Path::Root, DOCUMENT)?;
        elements(&document, settings, received_at, out)
    });
    if let Err(refused) = read {
        out.push(Outcome::Refused(refused));
    }
}

fn elements(
    document: &Fields<'_>,
    settings: &Settings,
    received_at: Micros,
    out: &mut Vec<Outcome>,
) -> Result<(), Refused> {
    let before = out.len();
    let includes = Includes::of(document);
    let hear = Hear { settings, includes: &includes, received_at };
    let data = Path::Key(document.path(), "data");
    match document.value("data") {
        None => {}
        Some(Value::Array(posts)) => out.extend(posts.iter().enumerate().map(|(index, post)| {
            hear.element(post, Path::Index(&data, index)).unwrap_or_else(Outcome::Refused)
        })),
        Some(post) => out.push(hear.element(post, data).unwrap_or_else(Outcome::Refused)),
    }
    out.extend(std::iter::repeat_n(Outcome::Skipped(Skip::Context), includes.post_count()));
    let errors = document.list("errors", "a list").unwrap_or_default().len();
    out.extend(std::iter::repeat_n(Outcome::Skipped(Skip::PlatformError), errors));
    if out.len() > before {
        return Ok(());
    }
    let skip = if document.value("title").is_some() && document.value("status").is_some() {
        Skip::PlatformError
    } else if document.value("meta").is_some() || document.value("data").is_some() {
        Skip::EmptyPage
    } else {
        return Err(document.missing("data", "a post or a list of posts"));
    };
    out.push(Outcome::Skipped(skip));
    Ok(())
}

/// What is the same for every element of a document.
struct Hear<'a> {
    settings: &'a Settings,
    includes: &'a Includes<'a>,
    received_at: Micros,
}

impl Hear<'_> {
    fn element(&self, value: &Value, path: Path<'_>) -> Result<Outcome, Refused> {
        let post = Fields::of(value, path, POST)?;
        if let Some(delete) = post.object("delete", "an object")? {
            return self.deletion(&delete);
        }
        if post.value("id").is_none() && is_notice(value) {
            return Ok(Outcome::Skipped(Skip::Compliance));
        }
        let id = post.identity("id", "the id of the post, as a string")?;
        if post.value("author_id").is_none() {
            return Ok(Outcome::Skipped(Skip::NoAuthor));
        }
        let author_id = post.identity("author_id", "the id of the author, as a string")?;
        let (text, user) = (text(&post)?, self.includes.user(&author_id));
        let (first_id, version) = edition(&post, &id);
        let mut mention = self.envelope(first_id, author(author_id, user.as_ref()));
        mention.url = Some(format!("https://x.com/i/web/status/{id}"));
        mention.change = if version > 1 { Change::Edited } else { Change::Created };
        mention.version = version;
        mention.text = text;
        mention.claimed_language =
            detail(post.string("lang", "a tag")).filter(|tag| is_language(tag));
        mention.published_at = detail(post.time("created_at"));
        mention.engagement = engagement(&post);
        mention.promoted = post.value("promoted_metrics").is_some();
        mention.media = self.includes.media(&post);
        mention.root_id = detail(post.string("conversation_id", "an id"))
            .filter(|root| *root != mention.id && *root != id);
        let mut addressed = Vec::new();
        self.references(&post, &mut mention, &mut addressed);
        addressed.extend(called(&post));
        self.settings.place(&mut mention, &addressed);
        Ok(Outcome::of_post(mention))
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

    /// A post deleted, as the compliance stream tells it.
    fn deletion(&self, delete: &Fields<'_>) -> Result<Outcome, Refused> {
        let tweet = delete.object("tweet", POST)?.ok_or_else(|| delete.missing("tweet", POST))?;
        let id = tweet.identity("id", "the id of the post, as a string")?;
        let author_id = tweet.identity("author_id", "the id of the author, as a string")?;
        let mut mention = self.envelope(id, author(author_id, None));
        mention.change = Change::Deleted;
        self.settings.place(&mut mention, &[]);
        Ok(Outcome::of_post(mention))
    }

    /// What the post answers, repeats or quotes.
    fn references<'p>(
        &'p self,
        post: &Fields<'p>,
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
                _ => addressed.extend(author_id),
            }
        }
    }
}

/// Whether an element of the compliance stream speaks of visibility or of an account.
fn is_notice(value: &Value) -> bool {
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

/// The whole text: that of a long post stands in its note, and `text` holds its start.
fn text(post: &Fields<'_>) -> Result<String, Refused> {
    let wanted = "what was said, as a string";
    let short = post.text("text", wanted)?.ok_or_else(|| post.missing("text", wanted))?;
    let note = detail(post.object("note_tweet", "an object"));
    Ok(note.and_then(|note| detail(note.string("text", wanted))).unwrap_or(short))
}

/// The id of the first version, and which version this is, from 1; 0 where X does not say.
fn edition(post: &Fields<'_>, id: &str) -> (String, i64) {
    let history = post.list("edit_history_tweet_ids", "a list").unwrap_or_default();
    let place = history.iter().position(|version| version.as_str() == Some(id));
    match (history.first().and_then(Value::as_str), place) {
        (Some(first), Some(place)) => (first.to_owned(), i64::try_from(place + 1).unwrap_or(0)),
        _ => (id.to_owned(), 0),
    }
}

fn author(id: String, user: Option<&Fields<'_>>) -> Author {
    let Some(user) = user else { return Author { id, ..Author::default() } };
    let metrics = detail(user.object("public_metrics", "an object"));
    Author {
        id,
        handle: detail(user.string("username", "a string")),
        name: detail(user.string("name", "a string")),
        followers: metrics.and_then(|metrics| detail(metrics.count("followers_count"))),
        verified: detail(user.flag("verified")),
        bot: None,
        created_at: detail(user.time("created_at")),
    }
}

fn engagement(post: &Fields<'_>) -> Engagement {
    let metrics = detail(post.object("public_metrics", "an object"));
    let count =
        |name| metrics.as_ref().and_then(|metrics| detail(metrics.count(name))).unwrap_or_default();
    Engagement {
        likes: count("like_count"),
        replies: count("reply_count"),
        reposts: count("retweet_count"),
        views: count("impression_count"),
    }
}

/// The accounts that a text calls by name.
fn called<'a>(post: &Fields<'a>) -> impl Iterator<Item = &'a str> {
    let mentions = post.value("entities").and_then(|entities| entities.get("mentions")?.as_array());
    mentions.into_iter().flatten().filter_map(|m| m.get("username")?.as_str())
}

/// X marks what has no language with `und`, `zxx` and tags that begin with `q`.
fn is_language(tag: &str) -> bool {
    tag != "und" && tag != "zxx" && !(tag.len() == 3 && tag.starts_with('q'))
}
