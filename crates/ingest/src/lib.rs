//! The network edge: HTTP.
//!
//! [`http`] takes mentions over the network and hands them to the rules of [`ingest`] and then to
//! a [`Sink`]; nothing counts as taken before the sink has said so. One of the few crates that own
//! a clock: it stamps mentions with the time they were heard.
//!
//! Not yet: webhooks, streams and pollers of platforms.
//!
//! Must not know: Kafka (a [`Sink`] hides it), stages, what a mention means.

pub mod http;
mod meter;
mod sink;

pub use meter::Meter;
pub use sink::{Sink, Unavailable};
