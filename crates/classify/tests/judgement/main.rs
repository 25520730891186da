//! Quality of the rules of `classify`, measured on written cases and on labelled texts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed precondition ends a test")]

mod answers;
mod cases;
mod hostile;
mod intents;
mod risks;
mod service;
mod shared;
