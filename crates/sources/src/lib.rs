//! The network edge: files, standard input and HTTP.
//!
//! [`lines`] cuts a stream of lines into bounded chunks; [`http`] takes mentions over the network.
//! Both hand what they hear to the rules of [`ingest`] and then to a [`Sink`], and nothing counts
//! as taken before the sink has said so. One of the few crates that own a clock: it stamps
//! mentions with the time they were heard.
//!
//! Must not know: Kafka (a [`Sink`] hides it), stages, what a mention means.

pub mod http;
mod lines;
mod meter;
mod sink;

pub use lines::{Chunk, Lines, lines};
pub use meter::Meter;
pub use sink::{Sink, Unavailable};
