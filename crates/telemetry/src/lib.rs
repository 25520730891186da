//! Logging, the table of metrics, and the health endpoints.
//!
//! [`TABLE`] lists every metric with its unit and label values. [`Metrics`] hands out handles, so
//! that no other crate spells a metric name. [`serve`] serves `/metrics`, `/livez` and `/readyz`.
//! Stages do not count here: the reporting stage derives samples from its state and the runtime
//! passes them to a [`SampleSlot`].
//!
//! Must not know: Kafka, mentions, the environment.

mod connections;
mod families;
mod health;
mod logs;
mod process;
mod render;
mod samples;
mod serve;
mod stage_metrics;
mod table;

pub use connections::{ConnectionCounts, Listener};
pub use families::{IngestOutcome, InvalidMetric, Metrics, RulesLoad};
pub use health::{Health, LateWorker, WorkerHandle};
pub use logs::{LogEncoding, LogSetupError, init_tracing};
pub use samples::{Sample, SampleSlot, SampleValue};
pub use serve::{Endpoints, serve};
pub use stage_metrics::StageMetrics;
pub use table::{
    Aggregation, LabelValues, MetricKind, MetricLabel, MetricSpec, TABLE, table_markdown,
};
