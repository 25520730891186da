//! Tests of the stage on the memory log.

mod bounds;
mod faults;
mod memory;
mod model;
mod outputs;
mod rules;
mod scene;
