//! What `classify` promises from outside.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test relies on may end it")]

mod files;
mod fixture;
mod properties;
mod shared_data;
mod training;
