//! The stage as its neighbours see it.

mod monotone;
mod proof;
mod queue;
mod reload;
mod reviews;
mod scene;
mod sentences;
mod signals;
mod wire;
