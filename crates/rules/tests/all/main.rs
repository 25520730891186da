//! Rejected rules and their problems.

mod conflicts;
mod mistakes;
mod small;
mod stale;
