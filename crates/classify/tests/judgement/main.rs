//! What the rules of `classify` are worth: measured on written cases and on labelled texts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test relies on may end it")]

mod answers;
mod cases;
mod hostile;
mod intents;
mod risks;
mod service;
mod shared;
