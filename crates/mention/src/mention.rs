//! A mention as received: the common form of every platform's payload.

use serde::{Deserialize, Serialize};
use stage::EventTime;

/// A platform's notice about a mention.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum MentionChange {
    /// The mention is new.
    #[default]
    Created,
    /// The author edited the mention.
    Edited,
    /// The mention was deleted.
    Deleted,
}

/// The kind of channel a mention was published on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A public post that replies to none.
    #[default]
    PublicPost,
    /// A public reply or comment.
    PublicComment,
    /// A review, with or without a rating.
    Review,
    /// A private message to the brand.
    DirectMessage,
}

impl Channel {
    /// Whether the mention is public.
    #[must_use]
    pub fn is_public(self) -> bool {
        self != Channel::DirectMessage
    }
}

/// The role of an owned account.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum AccountRole {
    /// Unknown, or the mention addresses no owned account.
    #[default]
    Unknown,
    /// Customer service.
    Service,
    /// Brand communication.
    Brand,
    /// Advertising.
    Campaign,
}

/// The account that published a mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Author {
    /// The platform's id of the account.
    pub id: String,
    /// The handle.
    pub handle: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// Number of followers.
    pub followers: Option<i64>,
    /// Whether the platform verified the account.
    pub verified: Option<bool>,
    /// Whether the account declares itself a bot.
    pub bot: Option<bool>,
    /// Creation time of the account, in microseconds.
    pub created_at: Option<EventTime>,
}

/// The post that a mention replies to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Parent {
    /// The platform's id of the post.
    pub id: String,
    /// The platform's id of its author.
    pub author_id: Option<String>,
    /// The beginning of its text.
    pub text: Option<String>,
}

/// Counts of reactions, as last received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Engagement {
    /// Number of likes.
    pub likes: i64,
    /// Number of replies.
    pub replies: i64,
    /// Number of reposts.
    pub reposts: i64,
    /// Number of views.
    pub views: i64,
}

/// A picture, video or file attached to a mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Media {
    /// The kind, as the platform names it (`image`, `video`, …).
    pub kind: String,
    /// The address of the file.
    pub url: Option<String>,
    /// The alternative text.
    pub alt: Option<String>,
}

/// A mention as received from a platform: the record of `mention.received.v1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Mention {
    /// The tenant the record belongs to.
    pub tenant: String,
    /// The platform, in lower case (`x`, `bluesky`, …).
    pub platform: String,
    /// The platform's id of the mention.
    pub id: String,
    /// Whether the mention was created, edited or deleted.
    pub change: MentionChange,
    /// The platform's version number of the mention, from 1; 0 if the platform sends none.
    pub version: i64,
    /// The kind of channel.
    pub channel: Channel,
    /// The text; empty for a deletion.
    pub text: String,
    /// The language that the platform states, as a BCP 47 tag.
    pub claimed_language: Option<String>,
    /// The address of the mention.
    pub url: Option<String>,
    /// The owned account the mention is addressed to, by platform id or handle.
    pub account: Option<String>,
    /// The role of that account.
    pub account_role: AccountRole,
    /// The author.
    pub author: Author,
    /// Whether the author is an owned account; such a mention is never routed as work.
    pub is_own: bool,
    /// The post that the mention replies to.
    pub in_reply_to: Option<Parent>,
    /// The platform's id of the first post of the conversation.
    pub root_id: Option<String>,
    /// The platform's id of the reposted post.
    pub repost_of: Option<String>,
    /// The platform's id of the author of the reposted post, if known.
    pub repost_of_author: Option<String>,
    /// Counts of reactions.
    pub engagement: Engagement,
    /// The rating of a review, scaled to 0 to 1.
    pub rating: Option<f64>,
    /// Whether the post is paid promotion.
    pub promoted: bool,
    /// The attached media.
    pub media: Vec<Media>,
    /// Publication time, in microseconds.
    pub published_at: Option<EventTime>,
    /// When Harken received the mention, in microseconds: its event time.
    pub received_at: EventTime,
    /// The W3C trace context received with the mention.
    pub traceparent: Option<String>,
}

impl Mention {
    /// The id of the mention over all its versions: `tenant/platform/id`.
    #[must_use]
    pub fn mention_id(&self) -> String {
        [&self.tenant, "/", &self.platform, "/", &self.id].concat()
    }

    /// Appends the key under which every stage publishes the mention: `tenant/platform/author_id`.
    pub fn key(&self, out: &mut Vec<u8>) {
        author_key(&self.tenant, &self.platform, &self.author.id, out);
    }
}

/// Appends the key of an author: `tenant/platform/author_id`.
pub fn author_key(tenant: &str, platform: &str, author_id: &str, out: &mut Vec<u8>) {
    // Appended part by part: every output of every stage has a key, and `format!` would allocate.
    for (i, part) in [tenant, platform, author_id].into_iter().enumerate() {
        if i > 0 {
            out.push(b'/');
        }
        out.extend_from_slice(part.as_bytes());
    }
}

/// Appends the key of whom to call: `tenant/person`, or `tenant/contact` if nobody is on call. All
/// escalations and calls of one person are in one partition, so that one worker can limit the calls.
pub fn contact_key(tenant: &str, callee: &str, out: &mut Vec<u8>) {
    for part in [tenant, "/", callee] {
        out.extend_from_slice(part.as_bytes());
    }
}
