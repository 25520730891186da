//! A mention as heard: what every platform's payload is turned into.

use serde::{Deserialize, Serialize};
use stage::Micros;

/// What happened to a mention at its platform.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It appeared.
    #[default]
    Created,
    /// Its content was changed.
    Edited,
    /// It was deleted.
    Deleted,
}

/// The kind of place a mention was made in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A post of its own that anyone can read.
    #[default]
    PublicPost,
    /// A reply or comment that anyone can read.
    PublicComment,
    /// A review with or without a rating.
    Review,
    /// A message that only the brand can read.
    DirectMessage,
}

impl Channel {
    /// Whether others can read it.
    #[must_use]
    pub fn is_public(self) -> bool {
        self != Channel::DirectMessage
    }
}

/// What the brand uses an account for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum AccountRole {
    /// Not known, or no owned account was addressed.
    #[default]
    Unknown,
    /// Answers customers.
    Service,
    /// Speaks for the brand.
    Brand,
    /// Promotes.
    Campaign,
}

/// Who wrote a mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Author {
    /// The platform's id of the account.
    pub id: String,
    /// The name it is addressed by.
    pub handle: Option<String>,
    /// The name it shows.
    pub name: Option<String>,
    /// How many follow it.
    pub followers: Option<i64>,
    /// Whether the platform vouches for it.
    pub verified: Option<bool>,
    /// Whether it says of itself that it is a bot.
    pub bot: Option<bool>,
    /// When it was opened, in microseconds.
    pub created_at: Option<Micros>,
}

/// The post that a mention answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Parent {
    /// The platform's id of the post.
    pub id: String,
    /// The platform's id of its author.
    pub author_id: Option<String>,
    /// The start of its text.
    pub text: Option<String>,
}

/// How often others have reacted, as last heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Engagement {
    /// Likes.
    pub likes: i64,
    /// Replies.
    pub replies: i64,
    /// Reposts.
    pub reposts: i64,
    /// Views.
    pub views: i64,
}

/// A picture, film or file that hangs on a mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Media {
    /// Its kind, as the platform names it (`image`, `video`, …).
    pub kind: String,
    /// Where it can be seen.
    pub url: Option<String>,
    /// Its description.
    pub alt: Option<String>,
}

/// A mention as heard from a platform: the record of `mention.received.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default, rename = "Received")]
pub struct Mention {
    /// Whose customer the author is.
    pub tenant: String,
    /// The platform, in lower case (`x`, `bluesky`, …).
    pub platform: String,
    /// The platform's id of the mention.
    pub id: String,
    /// What happened to it.
    pub change: Change,
    /// Counts the edits the platform tells of, from 1; 0 where it tells none.
    pub version: i64,
    /// The kind of place.
    pub channel: Channel,
    /// What was said; empty for a deletion.
    pub text: String,
    /// The language the platform claims, as a BCP 47 tag.
    pub claimed_language: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// The owned account addressed, by its platform id or handle.
    pub account: Option<String>,
    /// What that account is for.
    pub account_role: AccountRole,
    /// Who wrote it.
    pub author: Author,
    /// Whether the author is an owned account: never work for anybody.
    pub is_own: bool,
    /// The post it answers.
    pub in_reply_to: Option<Parent>,
    /// The platform's id of the post its conversation began with.
    pub root_id: Option<String>,
    /// The platform's id of the post it repeats.
    pub repost_of: Option<String>,
    /// The platform's id of the author of that post, where known.
    pub repost_of_author: Option<String>,
    /// Reactions.
    pub engagement: Engagement,
    /// Stars or their like, from 0 to 1.
    pub rating: Option<f64>,
    /// Whether somebody paid for its reach.
    pub promoted: bool,
    /// What hangs on it.
    pub media: Vec<Media>,
    /// When it was published, in microseconds.
    pub published_at: Option<Micros>,
    /// When Harken heard of it, in microseconds: its event time.
    pub received_at: Micros,
    /// The W3C trace context it came with.
    pub traceparent: Option<String>,
}

impl Mention {
    /// Its stable identity, `tenant/platform/id`.
    #[must_use]
    pub fn mention_id(&self) -> String {
        [&self.tenant, "/", &self.platform, "/", &self.id].concat()
    }

    /// Appends the key of every topic it travels through, `tenant/platform/author_id`.
    pub fn key(&self, out: &mut Vec<u8>) {
        author_key(&self.tenant, &self.platform, &self.author.id, out);
    }
}

/// Appends the key of an author, `tenant/platform/author_id`.
pub fn author_key(tenant: &str, platform: &str, author_id: &str, out: &mut Vec<u8>) {
    for (i, part) in [tenant, platform, author_id].into_iter().enumerate() {
        if i > 0 {
            out.push(b'/');
        }
        out.extend_from_slice(part.as_bytes());
    }
}
