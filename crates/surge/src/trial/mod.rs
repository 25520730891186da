//! A trial of the detector: made-up tenants, outbreaks whose beginning is known, and the rules
//! that vendors have published, all on the same series.
//!
//! Everything comes from a seed and from [`crate::number`], so a trial gives the same table on
//! every machine. It is part of the crate because what a detector is worth is part of what it is;
//! the stage never calls it.

mod outbreak;
mod random;
mod report;
mod rules;
mod score;
mod tenant;

pub use outbreak::{Outbreak, SHAPES, Shape};
pub use random::Random;
pub use report::{Report, Row, Size};
pub use rules::{Rule, Track, tracks};
pub use score::{Point, Tally, tally};
pub use tenant::{Plan, SERIES, Tenant};
