//! The contract of the loop, shown with two small stages: [`sample_stages::TallyStage`] numbers
//! records; [`sample_stages::EchoStage`] runs behind it and has a side input and a timer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

mod fused;
mod refused;
mod sample_stages;
mod single;
mod words;
