//! What became of one thing that came in.

use mention::bounds::{MAX_EXCERPT, MAX_ID, MAX_MEDIA, MAX_URL, MAX_WORD};
use mention::{Change, Mention};

use crate::Refused;
use crate::read::checked;

/// What became of one line, or of one element of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A mention, or a change of one.
    Mention(Box<Mention>),
    /// Well formed and none of our business: counted.
    Skipped(Skip),
    /// Not well formed: reported to the sender.
    Refused(Refused),
}

impl From<Result<Mention, Refused>> for Outcome {
    fn from(result: Result<Mention, Refused>) -> Self {
        match result {
            Ok(mention) => Outcome::Mention(Box::new(mention)),
            Err(refused) => Outcome::Refused(refused),
        }
    }
}

impl Outcome {
    /// What becomes of a post that a platform's own payload has told.
    pub(crate) fn of_post(mut mention: Mention) -> Self {
        fit_details(&mut mention);
        let is_bare = mention.text.is_empty() && mention.media.is_empty();
        if is_bare && mention.change != Change::Deleted && mention.repost_of.is_none() {
            return Outcome::Skipped(Skip::NoContent);
        }
        checked(mention).into()
    }
}

/// Takes away details beyond the bounds: a customer is not turned away for the length of a link.
fn fit_details(mention: &mut Mention) {
    mention.media.truncate(MAX_MEDIA);
    for medium in &mut mention.media {
        medium.url.take_if(|url| url.len() > MAX_URL);
        medium.alt = medium.alt.take().map(|alt| alt.chars().take(MAX_EXCERPT).collect());
    }
    mention.claimed_language.take_if(|tag| tag.len() > MAX_WORD);
    mention.author.name.take_if(|name| name.len() > MAX_ID);
    mention.published_at.take_if(|at| *at < 0);
}

/// Why something well formed is no mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// Somebody liked something.
    Like,
    /// Somebody follows somebody, or no longer.
    Follow,
    /// Somebody blocks somebody, or no longer.
    Block,
    /// A repost was taken back; the platform does not say of what.
    RepostUndone,
    /// A record of a collection nobody listens to.
    OtherCollection,
    /// An account's handle or keys changed.
    Identity,
    /// An account was opened, suspended or closed.
    Account,
    /// An event of a kind this program does not know.
    OtherKind,
    /// The author was not asked for, so nobody can be answered (X: `tweet.fields=author_id`).
    NoAuthor,
    /// A post without words or media, such as a bare quote.
    NoContent,
    /// Sent along as the context of another mention.
    Context,
    /// A notice about visibility or an account, without content.
    Compliance,
    /// The platform says that something could not be given.
    PlatformError,
    /// A page without results.
    EmptyPage,
}

impl Skip {
    /// Every reason, for tables and metrics.
    pub const ALL: [Skip; 14] = [
        Skip::Like,
        Skip::Follow,
        Skip::Block,
        Skip::RepostUndone,
        Skip::OtherCollection,
        Skip::Identity,
        Skip::Account,
        Skip::OtherKind,
        Skip::NoAuthor,
        Skip::NoContent,
        Skip::Context,
        Skip::Compliance,
        Skip::PlatformError,
        Skip::EmptyPage,
    ];

    /// Its name in metric labels and summaries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Skip::Like => "like",
            Skip::Follow => "follow",
            Skip::Block => "block",
            Skip::RepostUndone => "repost_undone",
            Skip::OtherCollection => "other_collection",
            Skip::Identity => "identity",
            Skip::Account => "account",
            Skip::OtherKind => "other_kind",
            Skip::NoAuthor => "no_author",
            Skip::NoContent => "no_content",
            Skip::Context => "context",
            Skip::Compliance => "compliance",
            Skip::PlatformError => "platform_error",
            Skip::EmptyPage => "empty_page",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mention::{Author, Media};

    #[test]
    fn a_post_is_not_lost_for_details_beyond_the_bounds() {
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
            claimed_language: Some("l".repeat(MAX_WORD + 1)),
            media: vec![medium; MAX_MEDIA + 1],
            published_at: Some(-1),
            ..Mention::default()
        };
        let Outcome::Mention(kept) = Outcome::of_post(mention) else { panic!("it is lost") };
        assert_eq!(kept.media.len(), MAX_MEDIA);
        assert_eq!(kept.media[0].url, None);
        assert_eq!(kept.media[0].alt, Some("é".repeat(MAX_EXCERPT)));
        assert_eq!(
            (kept.author.name, kept.claimed_language, kept.published_at),
            (None, None, None)
        );
    }
}
