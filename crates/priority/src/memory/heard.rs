//! A mention that has to be counted into the signals of its second.

/// What the signals need of a mention.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// Whose brand it is about.
    pub tenant: Box<str>,
    /// `tenant/platform/id`.
    pub post: Box<str>,
    /// The 64-bit xxh3 hash of the author's key.
    pub author: u64,
    /// How many follow the author.
    pub followers: i64,
    /// Whether it is more likely negative than anything else.
    pub is_negative: bool,
    /// Whether the author's account is young.
    pub is_young: bool,
    /// Whether it is somebody's repost of that mention, not the mention itself.
    pub is_repost: bool,
    /// The reason of a complaint; empty for none.
    pub reason: Box<str>,
    /// The near-duplicate cluster, when others are in it; empty for none.
    pub cluster: Box<str>,
    /// The products named.
    pub products: Box<[Box<str>]>,
    /// Words that may tell what it is about, a space between them.
    pub words: Box<str>,
}
