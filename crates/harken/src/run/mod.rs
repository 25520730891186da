//! `harken run`: stages on Kafka, each chain of neighbours in one transaction.
//!
//! Knows how a process is put together and ended. Must not know what a record means.

#![allow(clippy::disallowed_methods, reason = "the edge: it waits for workers")]

mod check;
mod edge;
mod ingest;
mod meter;
mod reload;
mod settings;
mod units;

use std::sync::Arc;

use clap::ValueEnum;
use kafka::{Stop, admin};

use crate::cli::{RunArgs, StageName};
use crate::config::{Config, LogFormat};
use crate::rules::InForce;
use crate::{Problem, chain};

pub(crate) use meter::shown;
pub use settings::settings;
pub use units::every_topic;
use units::{Link, Process};

/// The stages that can share a transaction, in the order of the pipeline.
const PIPELINE: [StageName; 4] =
    [StageName::Dedupe, StageName::Sentiment, StageName::Priority, StageName::Escalation];

/// `harken run`
///
/// # Errors
/// [`Problem::Unavailable`] when the brokers do not answer in time, [`Problem::Config`] when the
/// topics or the settings are wrong, [`Problem::Bug`] when a worker cannot go on.
pub fn command(args: &RunArgs, config: &Config) -> Result<(), Problem> {
    let format = match config.telemetry.log_format {
        LogFormat::Text => telemetry::Format::Text,
        LogFormat::Json => telemetry::Format::Json,
    };
    telemetry::init_tracing(format, &config.telemetry.log_filter)
        .map_err(|error| Problem::Config(format!("use telemetry.log_filter: {error}")))?;
    can_be_shadow(args, config)?;
    let stop = on_signals()?;
    let base = settings(config, None)?;
    let present = admin::partitions(&base, config.kafka.timeout.0)
        .map_err(|fault| Problem::Unavailable(fault.message))?;
    let is_asked = |stage| args.stages.contains(&stage) || args.stages.contains(&StageName::All);
    let by_rules =
        [StageName::Ingest, StageName::Priority, StageName::Escalation, StageName::Surge];
    let rules = match by_rules.into_iter().any(is_asked) {
        true => Some(InForce::load(config)?),
        false => None,
    };
    let edge = edge::Edge::start(config, &stop)?;
    if let Some(rules) = &rules {
        reload::start(rules, config, &edge.metrics(), &stop)?;
    }
    let rules = rules.as_ref();
    let mut process = Process::new(config, &stop, edge.metrics(), edge.health(), present);
    for stages in neighbours(&PIPELINE.map(is_asked)) {
        start(&mut process, rules, config, &stages)?;
    }
    if is_asked(StageName::Surge) {
        process.start(chain::surge(known(rules)?, config), &[])?;
    }
    if is_asked(StageName::Metrics) {
        process.start_metrics(&config.metrics)?;
    }
    let ended = if is_asked(StageName::Ingest) {
        ingest::run(args, known(rules)?, config, &stop, &edge, process)
    } else {
        process.wait()
    };
    stop.ask();
    edge.end();
    ended
}

/// A shadow decides; what is heard and what is counted is the affair of the deployment beside it.
fn can_be_shadow(args: &RunArgs, config: &Config) -> Result<(), Problem> {
    let shadowed = &config.kafka.shadow_of;
    let other = args.stages.iter().find(|stage| !PIPELINE.contains(stage));
    match other.filter(|_| !shadowed.is_empty()) {
        None => Ok(()),
        Some(other) => Err(Problem::Config(format!(
            "run {} as a shadow of {shadowed} (kafka.shadow_of): name the stages that decide, \
             best together: `harken run dedupe sentiment priority escalation`",
            other.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
        ))),
    }
}

/// Cuts the pipeline into chains: stages that are asked for and stand next to each other.
fn neighbours(asked: &[bool; 4]) -> Vec<Vec<StageName>> {
    let mut chains = Vec::new();
    let mut chain = Vec::new();
    for (stage, is_asked) in PIPELINE.into_iter().zip(asked) {
        if *is_asked {
            chain.push(stage);
        } else if !chain.is_empty() {
            chains.push(std::mem::take(&mut chain));
        }
    }
    chains.extend((!chain.is_empty()).then_some(chain));
    chains
}

/// The rules, for a stage that decides by them.
fn known(rules: Option<&InForce>) -> Result<&InForce, Problem> {
    rules.ok_or_else(|| Problem::Bug("start a stage without its rules".to_owned()))
}

/// Starts the workers of one chain.
fn start(
    process: &mut Process<'_>,
    rules: Option<&InForce>,
    config: &Config,
    stages: &[StageName],
) -> Result<(), Problem> {
    use StageName::{Dedupe, Escalation, Priority, Sentiment};
    let taps = chain::taps(config);
    let d = || chain::dedupe(config);
    let s = || chain::sentiment(config);
    let p = || known(rules).map(|rules| chain::priority(rules, config));
    let shares = process.partitions(config)?;
    let e = || {
        let stage = known(rules).and_then(|rules| chain::escalation(rules, config));
        stage.map(|stage| stage.shared_by(shares))
    };
    macro_rules! fused {
        ($last:expr) => { $last };
        ($head:expr, $($rest:expr),+) => { stage::Fused::new($head, fused!($($rest),+), taps) };
    }
    let links = Link::of(stages);
    match stages {
        [Dedupe] => process.start(d(), &links),
        [Sentiment] => process.start(s()?, &links),
        [Priority] => process.start(p()?, &links),
        [Escalation] => process.start(e()?, &links),
        [Dedupe, Sentiment] => process.start(fused!(d(), s()?), &links),
        [Sentiment, Priority] => process.start(fused!(s()?, p()?), &links),
        [Priority, Escalation] => process.start(fused!(p()?, e()?), &links),
        [Dedupe, Sentiment, Priority] => process.start(fused!(d(), s()?, p()?), &links),
        [Sentiment, Priority, Escalation] => process.start(fused!(s()?, p()?, e()?), &links),
        _ => process.start(fused!(d(), s()?, p()?, e()?), &links),
    }
}

pub(crate) fn on_signals() -> Result<Stop, Problem> {
    let stop = Stop::default();
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop.flag()))
            .map_err(|error| Problem::Bug(format!("wait for signals: {error}")))?;
    }
    Ok(stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_transaction_and_gaps_part_them() {
        use StageName::{Dedupe, Escalation, Priority, Sentiment};
        let cases: [([bool; 4], Vec<Vec<StageName>>); 5] = [
            ([false; 4], vec![]),
            ([true; 4], vec![vec![Dedupe, Sentiment, Priority, Escalation]]),
            ([true, false, true, true], vec![vec![Dedupe], vec![Priority, Escalation]]),
            ([false, true, true, false], vec![vec![Sentiment, Priority]]),
            ([true, false, false, true], vec![vec![Dedupe], vec![Escalation]]),
        ];
        for (asked, expected) in cases {
            assert_eq!(neighbours(&asked), expected, "{asked:?}");
        }
    }
}
