//! The endpoints over loopback sockets, and their content.

#![allow(clippy::unwrap_used, reason = "a test fails at the first unexpected error")]
#![allow(clippy::disallowed_methods, reason = "an edge owns a clock")]

mod endpoints;
mod made_up_tenants;
mod measurements;
mod server;
mod snapshot;
