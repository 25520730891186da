//! HTTP endpoint that receives mentions.
//!
//! [`http`] receives requests, parses them with the crate `platforms` and appends the mentions to
//! a [`MentionSink`]. It acknowledges a request only after the sink has confirmed the append. This
//! crate reads the wall clock: it sets `received_at` of each mention.
//!
//! Not implemented: webhooks, streams and pollers of platforms.
//!
//! Must not know: Kafka (a [`MentionSink`] hides it), stages, the meaning of a mention.

pub mod http;
mod meter;
mod sink;

pub use meter::IngestMeter;
pub use sink::{MentionSink, SinkUnavailable};
