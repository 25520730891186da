//! `harken run`: runs stages on Kafka, each chain of neighbours in one transaction.
//!
//! Starts and stops the parts of a process. Must not know the content of records.

#![allow(
    clippy::disallowed_methods,
    reason = "start-up and shutdown wait on the wall clock for workers"
)]

mod http_runtime;
mod ingest;
mod meter;
mod reload;
mod required_topics;
mod settings;
mod workers;

use std::sync::Arc;

use clap::ValueEnum;
use kafka::{Stop, admin};

use crate::cli::{RunArgs, StageName};
use crate::config::{Config, LogFormat};
use crate::rules::LoadedRules;
use crate::{CommandError, chain};

pub(crate) use meter::telemetry_sample;
pub use settings::kafka_settings;
pub use workers::all_required_topics;
use workers::{ChainLink, WorkerPool};

/// The stages that can be fused, in pipeline order.
const PIPELINE: [StageName; 4] =
    [StageName::Dedupe, StageName::Sentiment, StageName::Priority, StageName::Escalation];

/// `harken run`
///
/// # Errors
/// [`CommandError::Unavailable`] if the brokers do not answer in time, [`CommandError::Config`] if the topics,
/// the settings or the rules are invalid, [`CommandError::Bug`] if a worker fails.
pub fn command(args: &RunArgs, config: &Config) -> Result<(), CommandError> {
    let format = match config.telemetry.log_format {
        LogFormat::Text => telemetry::LogEncoding::Text,
        LogFormat::Json => telemetry::LogEncoding::Json,
    };
    telemetry::init_tracing(format, &config.telemetry.log_filter)
        .map_err(|error| CommandError::Config(format!("use telemetry.log_filter: {error}")))?;
    // Before any connection: a wrong shadow must not touch the cluster.
    check_shadow(args, config)?;
    let stop = stop_on_signals()?;
    let settings = kafka_settings(config, None)?;
    // The first contact with the brokers, bounded by kafka.timeout; everything after may retry.
    let present = admin::partition_counts(&settings, config.kafka.timeout.0)
        .map_err(|fault| CommandError::Unavailable(fault.message))?;
    let is_requested =
        |stage| args.stages.contains(&stage) || args.stages.contains(&StageName::All);
    let need_rules =
        [StageName::Ingest, StageName::Priority, StageName::Escalation, StageName::Surge];
    let rules = match need_rules.into_iter().any(is_requested) {
        true => Some(LoadedRules::load(config)?),
        false => None,
    };
    // Before the workers, so that /livez answers while they restore their state.
    let http = http_runtime::HttpRuntime::start(config, &stop)?;
    if let Some(rules) = &rules {
        reload::start(rules, config, &http.metrics(), &stop)?;
    }
    let rules = rules.as_ref();
    let mut pool = WorkerPool::new(config, &stop, http.metrics(), http.health(), present);
    for stages in split_into_chains(&PIPELINE.map(is_requested)) {
        start_chain(&mut pool, rules, config, &stages)?;
    }
    if is_requested(StageName::Surge) {
        pool.start(chain::surge_stage(config), rules, &[])?;
    }
    if is_requested(StageName::Metrics) {
        pool.start_metrics(&config.metrics)?;
    }
    let ended = if is_requested(StageName::Ingest) {
        ingest::run(args, require_rules(rules)?, config, &stop, &http, pool)
    } else {
        pool.wait()
    };
    // A worker that failed has ended the wait: the servers and the reload thread must end as well.
    stop.request();
    http.shutdown();
    ended
}

/// Rejects stages that a shadow must not run: only the shadowed deployment ingests, detects and counts.
fn check_shadow(args: &RunArgs, config: &Config) -> Result<(), CommandError> {
    let shadow_of = &config.kafka.shadow_of;
    let other = args.stages.iter().find(|stage| !PIPELINE.contains(stage));
    match other.filter(|_| !shadow_of.is_empty()) {
        None => Ok(()),
        Some(other) => Err(CommandError::Config(format!(
            "run {} as a shadow of {shadow_of} (kafka.shadow_of): name the stages that decide, \
             best together: `harken run dedupe sentiment priority escalation`",
            other.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
        ))),
    }
}

/// Splits the requested stages of the pipeline into chains of neighbours.
fn split_into_chains(requested: &[bool; 4]) -> Vec<Vec<StageName>> {
    let mut chains = Vec::new();
    let mut chain = Vec::new();
    for (stage, is_requested) in PIPELINE.into_iter().zip(requested) {
        if *is_requested {
            chain.push(stage);
        } else if !chain.is_empty() {
            chains.push(std::mem::take(&mut chain));
        }
    }
    chains.extend((!chain.is_empty()).then_some(chain));
    chains
}

/// The rules, which `command` loads for every stage that needs them.
fn require_rules(rules: Option<&LoadedRules>) -> Result<&LoadedRules, CommandError> {
    rules.ok_or_else(|| CommandError::Bug("start a stage without its rules".to_owned()))
}

/// Starts the workers of one chain. The type of a fused chain is known at compile time, so each
/// combination of neighbours has its own arm.
fn start_chain(
    pool: &mut WorkerPool<'_>,
    rules: Option<&LoadedRules>,
    config: &Config,
    stages: &[StageName],
) -> Result<(), CommandError> {
    use StageName::{Dedupe, Escalation, Priority, Sentiment};
    let taps = chain::taps(config);
    let dedupe = || chain::dedupe_stage(config);
    let sentiment = || chain::sentiment_stage(config);
    let priority = || chain::priority_stage(config);
    // Each partition decides with its share of a team's capacity.
    let partitions = pool.partition_count(config)?;
    let escalation = || {
        let stage = require_rules(rules).and_then(|rules| chain::escalation_stage(rules, config));
        stage.map(|stage| stage.with_partitions(partitions))
    };
    macro_rules! fused {
        ($last:expr) => { $last };
        ($head:expr, $($rest:expr),+) => { stage::Fused::new($head, fused!($($rest),+), taps) };
    }
    let links = ChainLink::of(stages);
    match stages {
        [Dedupe] => pool.start(dedupe(), rules, &links),
        [Sentiment] => pool.start(sentiment()?, rules, &links),
        [Priority] => pool.start(priority(), rules, &links),
        [Escalation] => pool.start(escalation()?, rules, &links),
        [Dedupe, Sentiment] => pool.start(fused!(dedupe(), sentiment()?), rules, &links),
        [Sentiment, Priority] => pool.start(fused!(sentiment()?, priority()), rules, &links),
        [Priority, Escalation] => pool.start(fused!(priority(), escalation()?), rules, &links),
        [Dedupe, Sentiment, Priority] => {
            pool.start(fused!(dedupe(), sentiment()?, priority()), rules, &links)
        }
        [Sentiment, Priority, Escalation] => {
            pool.start(fused!(sentiment()?, priority(), escalation()?), rules, &links)
        }
        // The only chain left: `split_into_chains` yields no other combination.
        _ => pool.start(fused!(dedupe(), sentiment()?, priority(), escalation()?), rules, &links),
    }
}

/// A stop that SIGTERM and SIGINT request.
pub(crate) fn stop_on_signals() -> Result<Stop, CommandError> {
    let stop = Stop::default();
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop.flag()))
            .map_err(|error| CommandError::Bug(format!("register a signal handler: {error}")))?;
    }
    Ok(stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_form_one_chain_and_a_gap_splits_it() {
        use StageName::{Dedupe, Escalation, Priority, Sentiment};
        let cases: [([bool; 4], Vec<Vec<StageName>>); 5] = [
            ([false; 4], vec![]),
            ([true; 4], vec![vec![Dedupe, Sentiment, Priority, Escalation]]),
            ([true, false, true, true], vec![vec![Dedupe], vec![Priority, Escalation]]),
            ([false, true, true, false], vec![vec![Sentiment, Priority]]),
            ([true, false, false, true], vec![vec![Dedupe], vec![Escalation]]),
        ];
        for (asked, expected) in cases {
            assert_eq!(split_into_chains(&asked), expected, "{asked:?}");
        }
    }
}
