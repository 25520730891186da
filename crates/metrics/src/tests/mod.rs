//! The stage on the memory log: whatever goes wrong, the same books.

mod bytes;
mod journey;
mod model;
mod proof;
mod readings;
mod taps;
