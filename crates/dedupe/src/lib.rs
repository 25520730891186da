//! Separates new mentions from redeliveries, edits, withdrawals, reposts and copies.
//!
//! | input | output |
//! |---|---|
//! | an id not seen within [`Config::window`] | [`Out::Unique`], new |
//! | a redelivery, an outdated version, any version after the deletion | none |
//! | a newer version | [`Out::Unique`], an edit with the next revision |
//! | a deletion, whether or not the mention was seen | [`Out::Unique`], a withdrawal, once |
//! | a repost | [`Out::Spread`] of the original |
//! | the same text by the same author within [`Config::copy_window`] | [`Out::Spread`] of the original |
//! | the same or nearly the same text by others | [`Out::Unique`] with the name of their cluster |
//!
//! The state is bounded ([`Bounds`]): a full store forgets its oldest entries. While no record
//! arrives, expired entries are removed by the wall clock; this changes no output.
//!
//! A mention passes four steps: stream time advances; expired entries near its id are removed;
//! [`arrival`] classifies it by version and content; a new version is compared by its text. A
//! look-up compares times and ignores an expired entry, so removing one only frees memory and writes
//! a tombstone to the changelog.
//!
//! Never folded: the brand's own mentions, direct messages, mentions with media, texts shorter than
//! [`Config::min_copy_chars`], and copies of a mention that was deleted or edited since. The deletion
//! of a repost or folded copy is emitted as a withdrawal as well; the next stages ignore it unless
//! they routed the mention. An edit of one is compared again as if it were new.
//!
//! Limits:
//! - The stage sees one partition. A cluster is named after the SimHash of its first text, so the
//!   same text has the same name in every partition. Near-duplicates by authors of two partitions
//!   may get two names, and `cluster_size` counts the mentions of the partition only.
//! - When an original is deleted, the copies folded before stay folded, because their texts are not
//!   stored. Copies received after the deletion are new.
//! - An edit without a version number that is redelivered after a later edit counts as an edit back
//!   to the older content, because only the content of the last version is stored.
//! - Texts are compared without Unicode normalisation (NFKC); pictures are not compared.
//!
//! Must not know: the broker, the wall clock, other stages, the meaning of a text.

pub mod arrival;
pub mod changelog;
mod clusters;
mod config;
mod dedupe;
mod digest;
pub mod digest_map;
pub mod entry;
mod fingerprint;
mod memory;
pub mod simhash;
mod state;
pub mod time;
mod topics;

pub use config::{Bounds, Config, InvalidSetting};
pub use dedupe::Dedupe;
pub use digest::Digest;
pub use state::State;
pub use topics::{In, Out};
