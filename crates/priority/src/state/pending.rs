//! A mention to be counted into the signals of its second.

/// What the signals need of a mention or repost.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PendingSignal {
    /// The tenant.
    pub tenant: Box<str>,
    /// `tenant/platform/id`.
    pub post: Box<str>,
    /// The 64-bit xxh3 hash of the author's key.
    pub author: u64,
    /// The author's followers.
    pub followers: i64,
    /// Whether negative is its most probable sentiment.
    pub is_negative: bool,
    /// Whether the author's account is young.
    pub is_young: bool,
    /// Whether this is a repost of the mention and not the mention itself.
    pub is_repost: bool,
    /// The reason of a complaint; empty for none.
    pub reason: Box<str>,
    /// The cluster, if it has other members; empty for none.
    pub cluster: Box<str>,
    /// The products named.
    pub products: Box<[Box<str>]>,
    /// The salient words of the text, separated by spaces.
    pub words: Box<str>,
}
