//! Tells new mentions from redeliveries, edits, withdrawals, reposts and copies.
//!
//! | heard | comes out |
//! |---|---|
//! | an id never heard within [`Config::window`] | [`Out::Unique`], new |
//! | the same id again, an older version, anything after its deletion | nothing |
//! | a new version of it | [`Out::Unique`], an edit with the next revision |
//! | its deletion, heard of before or not | [`Out::Unique`], a withdrawal, once |
//! | a repost | [`Out::Spread`] of the original |
//! | the same text by the same author within [`Config::copy_window`] | [`Out::Spread`] of the first |
//! | the same or almost the same text by others | [`Out::Unique`] with the id of their cluster |
//!
//! A mention passes these steps: stream time moves on, what is over near it is forgotten,
//! [`verdict`] judges it by id, version and content, and what is new is compared by its text.
//! Whether an entry is over is decided by comparing times when it is looked up; forgetting it only
//! frees memory, and leaves a tombstone in the changelog.
//!
//! Never folded: the brand's own mentions, direct messages, mentions with media, texts shorter than
//! [`Config::min_copy_chars`], and what repeats a mention that was deleted or edited since. The
//! deletion of a repost or a folded copy passes as a withdrawal too: the next stages know what they
//! have routed. An edit of one is judged as if it had just been written.
//!
//! What it does not do yet:
//! - It sees one partition. A cluster is named after the SimHash of its first text, so the same
//!   text gets the same name everywhere, but near-duplicates whose authors live in two partitions
//!   may get two names, and `cluster_size` counts the partition's mentions only.
//! - When the first of several copies is deleted, those folded before stay folded: their text is
//!   not kept, so none can take its place. Copies that come after the deletion are new work.
//! - An edit without a version number that is redelivered after a later edit looks like an edit
//!   back: only the content of the last version is remembered.
//! - Nothing is forgotten while a partition hears nothing: stream time stands still.
//! - Texts are compared without Unicode normalisation (NFKC); pictures are not compared at all.
//!
//! Must not know: the broker, the clock, the other stages, what a text means.

pub mod changelog;
mod clusters;
mod config;
mod dedupe;
mod digest;
pub mod entry;
mod reading;
mod seen;
pub mod simhash;
pub mod text;
pub mod time;
mod topics;
pub mod verdict;
pub mod window;

pub use config::{Config, Wrong};
pub use dedupe::Dedupe;
pub use digest::Digest;
pub use seen::Seen;
pub use topics::{In, Out};
