//! Runs stages on Kafka: each chain of neighbours in one transaction, with HTTP servers for metrics,
//! health and mentions beside them.
//!
//! Starts and stops the parts of a process. Must not know the content of records.

#![allow(
    clippy::disallowed_methods,
    reason = "start-up and shutdown wait on the wall clock for workers"
)]

mod chains;
mod descriptors;
mod http_runtime;
mod ingest;
mod meter;
mod reload;
mod required_topics;
mod settings;
mod workers;

use std::path::PathBuf;
use std::sync::Arc;

use kafka::{Stop, admin};
use platforms::PayloadFormat;

pub use chains::ROUTING_STAGES;
pub use required_topics::all_required_topics;
pub use settings::kafka_settings;
pub use workers::WorkerPool;
pub(crate) use workers::{StartStage, start_metrics, start_stage};

use crate::config::{Config, LogFormat};
use crate::rules::LoadedRules;
use crate::stages::{Placement, StageRow, TABLE};
use crate::{CommandError, Failure};

/// What a process runs.
#[derive(Debug, Clone, Default)]
pub struct RunPlan {
    /// The stages, in any order. Neighbours of the routing chain are fused.
    pub stages: Vec<&'static StageRow>,
    /// Where it takes mentions from, if it does.
    pub ingest: Option<IngestInput>,
}

/// Where a process takes mentions from.
#[derive(Debug, Clone)]
pub enum IngestInput {
    /// Requests to `ingest.listen`, until the process is stopped.
    Http,
    /// A file, `-` for standard input, until its end.
    File(PathBuf, PayloadFormat),
}

/// Runs stages until the process is stopped, or until the end of an input file.
///
/// # Errors
/// [`CommandError::Unavailable`] if the brokers do not answer in time, [`CommandError::Config`] if the
/// topics, the settings or the rules are invalid, [`CommandError::Bug`] if a worker fails.
pub fn run(plan: &RunPlan, config: &Config) -> Result<(), CommandError> {
    let format = match config.telemetry.log_format {
        LogFormat::Text => telemetry::LogEncoding::Text,
        LogFormat::Json => telemetry::LogEncoding::Json,
    };
    telemetry::init_tracing(format, &config.telemetry.log_filter)
        .map_err(|error| CommandError::Config(Failure::new("use telemetry.log_filter", error)))?;
    // Before any connection: a wrong shadow must not touch the cluster.
    check_shadow(plan, config)?;
    let stop = stop_on_signals()?;
    let settings = kafka_settings(config, None)?;
    // The first contact with the brokers, bounded by kafka.timeout; everything after may retry.
    let present = admin::partition_counts(&settings, config.kafka.timeout.0)
        .map_err(|fault| CommandError::Unavailable(fault.into()))?;
    let needs_rules = plan.ingest.is_some() || plan.stages.iter().any(|row| (row.needs_rules)());
    let rules = needs_rules.then(|| LoadedRules::load(config)).transpose()?;
    // Before the workers, so that /livez answers while they restore their state.
    let http = http_runtime::HttpRuntime::start(config, plan.stages.len(), &stop)?;
    if let Some(rules) = &rules {
        reload::start(rules, config, &http.metrics(), &stop)?;
    }
    let mut pool =
        WorkerPool::new(config, rules.as_ref(), &stop, http.metrics(), http.health(), present);
    chains::start(&mut pool, &plan.stages)?;
    for row in plan.stages.iter().filter(|row| row.placement == Placement::Separate) {
        (row.start)(&mut pool)?;
    }
    let ended = match &plan.ingest {
        Some(input) => ingest::run(input, &stop, &http, pool),
        None => pool.wait(),
    };
    // A worker that failed has ended the wait: the servers and the reload thread must end as well.
    stop.request();
    http.shutdown();
    ended
}

/// Rejects parts that a shadow must not run: only the shadowed deployment ingests, detects and counts.
fn check_shadow(plan: &RunPlan, config: &Config) -> Result<(), CommandError> {
    let shadow_of = &config.kafka.shadow_of;
    let ingest = plan.ingest.as_ref().map(|_| "ingest");
    let separate = plan.stages.iter().filter(|row| row.placement == Placement::Separate);
    let other = ingest.or_else(|| separate.map(|row| row.name).next());
    match other.filter(|_| !shadow_of.is_empty()) {
        None => Ok(()),
        Some(other) => Err(CommandError::Config(format!(
            "run {other} as a shadow of {shadow_of} (kafka.shadow_of): name the stages that decide, \
             best together: `harken run {}`",
            ROUTING_STAGES.join(" ")
        ).into())),
    }
}

/// A stop that SIGTERM and SIGINT request.
///
/// # Errors
/// [`CommandError::Bug`] if the handlers cannot be registered.
pub fn stop_on_signals() -> Result<Stop, CommandError> {
    let stop = Stop::default();
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop.flag()))
            .map_err(|error| CommandError::Bug(Failure::new("register a signal handler", error)))?;
    }
    Ok(stop)
}

/// Every stage and `ingest` over HTTP.
#[must_use]
pub fn run_all() -> RunPlan {
    RunPlan { stages: TABLE.iter().collect(), ingest: Some(IngestInput::Http) }
}
