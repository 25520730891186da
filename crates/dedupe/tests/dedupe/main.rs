//! The stage on the memory log.

mod memory;
mod model;
mod rules;
mod scene;
mod trouble;
