//! The limits of connections over loopback sockets. Every 127.x.y.z is an address of its own.

#![allow(clippy::unwrap_used, reason = "a test fails at the first unexpected error")]

mod client;
mod limits;
