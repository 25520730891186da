//! The stage as its neighbours see it.

mod monotone;
mod proof;
mod sentences;
mod wire;
