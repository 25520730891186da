//! A trial of the detector: simulated tenants, outbreaks with a known start, and the rules that
//! vendors have published, all on the same series.
//!
//! A trial depends on its seed and on [`numeric`] alone, so it gives the same table on every
//! machine. The stage never calls it.

mod outbreak;
mod report;
mod rules;
mod score;
mod tenant;

pub use outbreak::{OutbreakShape, SHAPES, SimulatedOutbreak};
pub use report::{ComparisonRow, TrialReport, TrialSize};
pub use rules::{DetectionRule, RuleScores, score_series};
pub use score::{AlarmCounts, OperatingPoint, count_alarms};
pub use tenant::{SERIES, SimulatedTenant, TenantSpec};
