//! The stage as its neighbours see it.

mod monotone;
mod peers;
mod proof;
mod queue;
mod reviews;
mod scene;
mod sentences;
mod signals;
mod wire;
