//! What is refused, and how it is told.

mod conflicts;
mod mistakes;
mod small;
mod stale;
