//! The stage on the memory log.

mod bytes;
mod forecast;
mod lifecycle;
mod measurements;
mod proof;
mod quality;
mod reconciliation_model;
mod taps;
