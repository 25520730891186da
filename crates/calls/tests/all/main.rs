//! The stage on the memory log.

mod bounds;
mod faults;
mod limits;
mod naive;
mod storm;
mod wire;
