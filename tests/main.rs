//! Tests of the whole: the binary as a user runs it, and the stages as one pipeline.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by a panic"
)]

mod alerts;
mod audit;
mod balance;
mod bench;
mod binary;
mod canary;
mod configuration;
mod demo;
mod docs;
mod feedback;
mod help;
mod kafka;
mod pipeline;
mod reload;
mod replay;
mod rules;
mod schemas;
mod texts;
