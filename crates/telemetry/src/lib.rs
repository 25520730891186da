//! Logs, the one table of metrics, and the health endpoints.
//!
//! [`TABLE`] names every metric with its unit and the values of its labels; [`Metrics`] counts by
//! handles, so that nobody spells a name twice; [`serve`] shows `/metrics`, `/livez` and `/readyz`.
//! Stages count nothing here: what the metrics stage knows comes as readings ([`Exports`]).
//!
//! Must not know: Kafka, what a mention is, the environment.

mod exports;
mod families;
mod health;
mod logs;
mod process;
mod render;
mod serve;
mod stage_metrics;
mod table;

pub use exports::{Exports, Reading, Sample};
pub use families::{Ingested, Invalid, Loaded, Metrics};
pub use health::{Health, Late, Worker};
pub use logs::{Format, Unusable, init_tracing};
pub use serve::serve;
pub use stage_metrics::StageMetrics;
pub use table::{Across, Kind, Label, Row, TABLE, Values, table_markdown};
