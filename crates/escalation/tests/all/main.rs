//! The stage as its neighbours see it.

mod balance;
mod headers;
mod proof;
mod scenarios;
mod wire;
mod world;
