//! The outcome of parsing one line or element.

use mention::bounds::{MAX_EXCERPT, MAX_ID, MAX_MEDIA, MAX_TOKEN, MAX_URL};
use mention::{Mention, MentionChange};
use stage::EventTime;

use crate::Rejection;
use crate::parse::checked;

/// Outcome of one line, or of one element of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum LineOutcome {
    /// A mention, or a change of one.
    Mention(Box<Mention>),
    /// A well-formed element that is not a mention; only counted.
    Skipped(SkipReason),
    /// A malformed element; reported to the sender.
    Rejected(Rejection),
}

impl From<Result<Mention, Rejection>> for LineOutcome {
    fn from(result: Result<Mention, Rejection>) -> Self {
        match result {
            Ok(mention) => LineOutcome::Mention(Box::new(mention)),
            Err(rejection) => LineOutcome::Rejected(rejection),
        }
    }
}

impl LineOutcome {
    /// Trims and checks a post from a platform's own payload. A post without text and media is
    /// skipped unless it is a deletion or a repost.
    pub(crate) fn from_post(mut mention: Mention) -> Self {
        trim_details(&mut mention);
        // A deletion needs no content, and a repost carries that of its original.
        let is_bare = mention.text.is_empty() && mention.media.is_empty();
        if is_bare && mention.change != MentionChange::Deleted && mention.repost_of.is_none() {
            return LineOutcome::Skipped(SkipReason::NoContent);
        }
        checked(mention).into()
    }
}

/// Removes optional details that exceed the bounds of a mention.
fn trim_details(mention: &mut Mention) {
    // Platforms control these fields, so a mention must not be lost because a link is too long.
    mention.media.truncate(MAX_MEDIA);
    for medium in &mut mention.media {
        medium.url.take_if(|url| url.len() > MAX_URL);
        medium.alt = medium.alt.take().map(|alt| alt.chars().take(MAX_EXCERPT).collect());
    }
    mention.claimed_language.take_if(|tag| tag.len() > MAX_TOKEN);
    mention.author.name.take_if(|name| name.len() > MAX_ID);
    mention.published_at.take_if(|at| *at < EventTime::default());
}

/// Why a well-formed element is not a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// A like.
    Like,
    /// A follow or its removal.
    Follow,
    /// A block or its removal.
    Block,
    /// A repost was removed; the platform does not name the original.
    RepostUndone,
    /// A record of a collection that is not processed.
    OtherCollection,
    /// The handle or keys of an account changed.
    Identity,
    /// An account was opened, suspended or closed.
    Account,
    /// An event of an unknown kind.
    OtherKind,
    /// A post without author id (X returns it only for `tweet.fields=author_id`).
    NoAuthor,
    /// A post without text and media, such as a quote without comment.
    NoContent,
    /// A post included as the context of another mention.
    Context,
    /// A compliance notice about visibility or an account, without content.
    Compliance,
    /// The platform reports an error.
    PlatformError,
    /// A page without results.
    EmptyPage,
}

impl SkipReason {
    /// All reasons, for tables and metrics.
    pub const ALL: [SkipReason; 14] = [
        SkipReason::Like,
        SkipReason::Follow,
        SkipReason::Block,
        SkipReason::RepostUndone,
        SkipReason::OtherCollection,
        SkipReason::Identity,
        SkipReason::Account,
        SkipReason::OtherKind,
        SkipReason::NoAuthor,
        SkipReason::NoContent,
        SkipReason::Context,
        SkipReason::Compliance,
        SkipReason::PlatformError,
        SkipReason::EmptyPage,
    ];

    /// Name of the reason in metric labels and summaries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            SkipReason::Like => "like",
            SkipReason::Follow => "follow",
            SkipReason::Block => "block",
            SkipReason::RepostUndone => "repost_undone",
            SkipReason::OtherCollection => "other_collection",
            SkipReason::Identity => "identity",
            SkipReason::Account => "account",
            SkipReason::OtherKind => "other_kind",
            SkipReason::NoAuthor => "no_author",
            SkipReason::NoContent => "no_content",
            SkipReason::Context => "context",
            SkipReason::Compliance => "compliance",
            SkipReason::PlatformError => "platform_error",
            SkipReason::EmptyPage => "empty_page",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mention::{Author, Media};

    #[test]
    fn details_beyond_the_bounds_are_trimmed_and_the_post_is_kept() {
        let medium = Media {
            kind: "link".to_owned(),
            url: Some("u".repeat(MAX_URL + 1)),
            alt: Some("é".repeat(MAX_EXCERPT + 1)),
        };
        let mention = Mention {
            tenant: "default".to_owned(),
            platform: "bluesky".to_owned(),
            id: "1".to_owned(),
            author: Author {
                id: "u".to_owned(),
                name: Some("n".repeat(MAX_ID + 1)),
                ..Author::default()
            },
            claimed_language: Some("l".repeat(MAX_TOKEN + 1)),
            media: vec![medium; MAX_MEDIA + 1],
            published_at: Some(EventTime::from_micros(-1)),
            ..Mention::default()
        };
        let LineOutcome::Mention(kept) = LineOutcome::from_post(mention) else {
            panic!("the mention was lost")
        };
        assert_eq!(kept.media.len(), MAX_MEDIA);
        assert_eq!(kept.media[0].url, None);
        assert_eq!(kept.media[0].alt, Some("é".repeat(MAX_EXCERPT)));
        assert_eq!(
            (kept.author.name, kept.claimed_language, kept.published_at),
            (None, None, None)
        );
    }
}
