//! The endpoints over real sockets, and what they show.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]
#![allow(clippy::disallowed_methods, reason = "an edge owns a clock")]

mod endpoints;
mod readings;
mod server;
mod snapshot;
