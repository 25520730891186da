//! `harken demo`: the whole pipeline at work on a made-up afternoon, in one process and without a
//! broker.
//!
//! A story (`story`) is told to the same chain of stages that runs on Kafka, on the memory log;
//! made-up agents answer what is routed; what comes out is shown as it comes. Four hours pass in
//! `--seconds`; every time shown is the story's, but for the time it took to process a mention.

mod agents;
mod books;
pub mod generator;
mod latency;
mod screen;
mod sights;
mod story;
mod theatre;

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use mention::{author_key, topics};
use stage::Taps;
use stage::memory::Broker;

use crate::cli::DemoArgs;
use crate::config::Config;
use crate::rules::InForce;
use crate::{Problem, chain, embedded};

use books::Counted;
use generator::Generator;
use screen::Screen;
use theatre::Theatre;

/// Runs the demo to its end, or until somebody interrupts it.
///
/// # Errors
/// [`Problem::Unavailable`] when the metrics cannot be served or nothing can be written.
pub fn command(args: &DemoArgs, config: &Config) -> Result<(), Problem> {
    let rules = InForce::load(config)?;
    let chain = chain::by(&rules, config, Taps::On)?;
    let books = Counted::serve(args.listen)?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|e| Problem::Unavailable(format!("listen to signals: {e}")))?;
    }
    let is_live = !args.plain && std::io::stdout().is_terminal();
    let screen = Screen::new(std::io::stdout(), is_live, books.address());
    welcome(args, &books)?;
    let broker = Broker::new(1);
    introduce(&broker);
    let mentions = args.rate.saturating_mul(args.seconds);
    for signal in story::usual(args.seed, mentions) {
        embedded::append(&broker, topics::SIGNAL, signal.second_at, b"northline/all/", &signal);
    }
    let outbreaks = embedded::Outbreaks::new(chain::surge(&rules, config), &broker);
    let length = Duration::from_secs(args.seconds);
    let of = (args.seed, mentions, length);
    let mut theatre = Theatre::new(of, outbreaks, books, screen, stop);
    embedded::drive(&chain, &broker, &mut theatre)?;
    theatre.end()
}

fn welcome(args: &DemoArgs, books: &Counted) -> Result<(), Problem> {
    let address = books.address();
    if args.listen.port() != 0 && address != args.listen {
        // Standard error may be closed: there is nobody left to tell.
        let _ = writeln!(std::io::stderr(), "{} is taken: metrics are on {address}", args.listen);
    }
    crate::output::text(&format!(
        "A Friday afternoon at Northline, mobile and internet: four hours in {} s. \
         Metrics: http://{address}/metrics\n",
        args.seconds
    ))
}

/// What the CRM knows before the story begins.
fn introduce(broker: &Broker) {
    for profile in Generator::profiles(story::START) {
        let mut key = Vec::new();
        author_key(&profile.tenant, &profile.platform, &profile.author_id, &mut key);
        embedded::append(broker, topics::PROFILE, story::START, &key, &profile);
    }
}
