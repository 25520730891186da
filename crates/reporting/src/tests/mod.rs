//! The stage on the memory log: whatever goes wrong, the same books.

mod bytes;
mod journey;
mod model;
mod outlook;
mod proof;
mod quality;
mod readings;
mod taps;
