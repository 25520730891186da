//! Numerics shared by the detection of outbreaks, the forecast and the reports.
//!
//! [`Season`] and [`SeriesLevel`] predict the count of an hour; [`random`] generates reproducible
//! random numbers; [`ln`] and [`exp`] give the same bits on every machine. This is a leaf crate, so
//! that no stage compiles another stage to share a formula.
//!
//! Must not know: records, stages, settings, the clock of the machine.

mod level;
mod math;
pub mod random;
mod season;

pub use level::SeriesLevel;
pub use math::{exp, ln};
pub use season::{Season, SeasonalRates, WEEK_HOURS, week_hour};
