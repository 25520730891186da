//! From a text to hashed features: decode, fold, tokenise, hash. Pure and total: every `&str` has
//! an answer in bounded time, and nothing here knows a label or a weight.

pub(crate) mod decode;
mod emoticon;
mod features;
pub(crate) mod fold;
mod hash;
mod tokens;
mod walk;

pub use features::{Features, RECIPE};
pub(crate) use walk::{Place, Sink};

/// How many characters of a text are considered; the rest is ignored. Longer than any post of the
/// platforms that limit their length, and it bounds the time one mention may take.
pub const LIMIT: usize = 4_096;
