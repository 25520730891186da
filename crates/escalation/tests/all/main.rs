//! The stage as its neighbours see it.

mod balance;
mod headers;
mod overflow;
mod proof;
mod scenarios;
mod wire;
mod world;
