//! From a text to hashed features: decode, fold, tokenise, hash. Pure and total: every `&str` has
//! features, in bounded time. Must not know labels and weights.

pub(crate) mod decode;
mod emoticon;
mod features;
pub(crate) mod fold;
mod hash;
mod tokens;
mod walk;

pub use features::{Features, RECIPE};
pub(crate) use walk::{FeaturePosition, FeatureSink};

/// The number of characters of a text that are read; the rest is ignored. Longer than any post of a
/// platform with a length limit, and it bounds the time per mention.
pub const LIMIT: usize = 4_096;
