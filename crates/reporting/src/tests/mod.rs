//! The stage on the memory log.

mod bounds;
mod bytes;
mod clock;
mod forecast;
mod known_tenants;
mod lifecycle;
mod measurements;
mod proof;
mod quality;
mod reconciliation_model;
mod taps;
