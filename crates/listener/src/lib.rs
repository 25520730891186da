//! What the HTTP listeners of a process share: limits of connections, and API keys.
//!
//! [`serve`] serves routes over HTTP/1 and bounds what a peer can hold: connections in all and by
//! address, the time for the headers of a request, and the time without progress. `axum::serve` sets
//! none of these limits. [`ApiKey`] compares keys in constant time.
//!
//! Must not know: mentions, metrics, what a route does.

mod connections;
mod key;
mod limits;
mod progress;
mod serve;

pub use key::{ApiKey, InvalidKey, MIN_KEY, presented_key};
pub use limits::Limits;
pub use serve::{ConnectionMeter, Refusal, serve};
