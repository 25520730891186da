//! `harken demo`: the whole pipeline on a simulated afternoon, in one process and without a broker.
//!
//! A scenario is fed to the same chain of stages that runs on Kafka, on the memory log. Simulated agents
//! work on the routed cases. Four hours pass in `--seconds`; all times shown are simulated except the
//! processing latency.

mod agents;
mod driver;
pub mod generator;
mod latency;
mod metrics;
mod report;
mod scenario;
mod screen;

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use mention::{author_key, topics};
use stage::Taps;
use stage::memory::MemoryBroker;

use crate::cli::DemoArgs;
use crate::{CommandError, Failure, output};
use pipeline::config::Config;
use pipeline::rules::LoadedRules;
use pipeline::stages::{BuildContext, PipelineStage as _};
use pipeline::{memory_runner, routing_chain};
use surge::Surge;

use driver::DemoDriver;
use generator::Generator;
use metrics::DemoMetrics;
use screen::Screen;

/// `harken demo`. Ends early on SIGINT or SIGTERM.
///
/// # Errors
/// [`CommandError::Unavailable`] if the metrics cannot be served or standard output fails.
pub fn command(args: &DemoArgs, config: &Config) -> Result<(), CommandError> {
    let rules = LoadedRules::load(config)?;
    let chain = routing_chain::build_with_rules(&rules, config, Taps::On)?;
    // Before the screen, which prints the address actually used.
    let metrics = DemoMetrics::serve(args.listen)?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|e| CommandError::Unavailable(Failure::new("register a signal handler", e)))?;
    }
    let is_live = !args.plain && std::io::stdout().is_terminal();
    let screen = Screen::new(std::io::stdout(), is_live, metrics.address());
    print_welcome(args, &metrics)?;
    // One partition keeps the order of the scenario in the output.
    let broker = MemoryBroker::new(1);
    append_profiles(&broker);
    let mentions = args.rate.saturating_mul(args.seconds);
    // Without history every series would be in warm-up for the whole demo.
    for signal in scenario::baseline_signals(args.seed, mentions) {
        memory_runner::append_fact(
            &broker,
            topics::SIGNAL,
            signal.second_at,
            b"northline/all/",
            &signal,
        );
    }
    let surge = Surge::build(BuildContext::embedded(config, Some(&rules)))?;
    let outbreaks = memory_runner::SurgeRunner::new(surge, rules.part(), &broker);
    let length = Duration::from_secs(args.seconds);
    let plan = (args.seed, mentions, length);
    let mut driver = DemoDriver::new(plan, outbreaks, metrics, screen, stop);
    memory_runner::run_with_driver(&chain, &rules.reloadable_part(), &broker, &mut driver)?;
    driver.end()
}

fn print_welcome(args: &DemoArgs, metrics: &DemoMetrics) -> Result<(), CommandError> {
    let address = metrics.address();
    if args.listen.port() != 0 && address != args.listen {
        let listen = args.listen;
        output::report(&format!("{listen} is in use: metrics are served on {address}"));
    }
    output::print(&format!(
        "Simulating a Friday afternoon at Northline, mobile and internet: four hours in {} s. \
         Metrics: http://{address}/metrics\n",
        args.seconds
    ))
}

/// Appends the customer profiles, so that they precede the first mention.
fn append_profiles(broker: &MemoryBroker) {
    for profile in Generator::profiles(scenario::START) {
        let mut key = Vec::new();
        author_key(&profile.tenant, &profile.platform, &profile.author_id, &mut key);
        memory_runner::append_fact(broker, topics::PROFILE, scenario::START, &key, &profile);
    }
}
