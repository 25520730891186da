//! Boots the real thing: what other tests rely on is proven here, without a Kafka client.

#![allow(clippy::unwrap_used, reason = "a test: it fails by panicking")]

mod listeners;
mod restart;
