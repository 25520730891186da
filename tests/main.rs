//! Tests of the `harken` binary and of all stages as one pipeline.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
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
mod hostile;
mod kafka;
mod pipeline;
mod reference;
mod reload;
mod replay;
mod rules;
mod schemas;
mod security;
mod texts;
