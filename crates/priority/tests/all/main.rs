//! The stage as its neighbours see it.

#![allow(clippy::unwrap_used, reason = "what a test relies on may end it")]

mod monotone;
mod proof;
mod queue;
mod reviews;
mod scene;
mod sentences;
mod signals;
mod wire;
