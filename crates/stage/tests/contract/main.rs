//! The contract, held by two toy stages: [`toys::Tally`] numbers records, [`toys::Echo`] follows
//! it, has a side input and a timer.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends by a panic")]

mod fused;
mod loops;
mod toys;
