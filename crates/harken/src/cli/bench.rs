//! Arguments of the benches that are part of the product.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `harken bench`
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// What to measure.
    #[command(subcommand)]
    pub command: BenchCommand,
}

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// How soon outbreaks are noticed, at how many false alarms, beside four published rules
    Surge(BenchSurgeArgs),
}

/// `harken bench surge`
#[derive(Debug, Args)]
#[command(after_help = SURGE_AFTER)]
pub struct BenchSurgeArgs {
    /// The same number makes the same tenants and outbreaks
    #[arg(long, value_name = "NUMBER", default_value_t = 2026)]
    pub seed: u64,
    /// Three tenants instead of twelve
    #[arg(long)]
    pub quick: bool,
    /// Writes the outcome as JSON, with every point of the plot
    #[arg(long)]
    pub json: bool,
    /// Draws delay against false alarms into this file, as SVG
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

const SURGE_AFTER: &str = "\
All rules see the same made-up series: a daily and a weekly season, a trend, drift, clumps, gaps in the
feed, and outbreaks of several shapes and sizes whose beginning is known, after weeks without any. An
alarm is raised after four quiet hours; it notices an outbreak of its facet or of everything until a
day after its end, and is false otherwise. The outcome depends on the seed alone, not on the machine.";
