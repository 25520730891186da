//! Arguments of `harken bench`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `harken bench`
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// The benchmark to run.
    #[command(subcommand)]
    pub command: BenchCommand,
}

/// The benchmarks.
#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// Measures detection delay and false alarms of outbreak detection against four published rules
    Surge(BenchSurgeArgs),
}

/// `harken bench surge`
#[derive(Debug, Args)]
#[command(after_help = SURGE_AFTER)]
pub struct BenchSurgeArgs {
    /// Random seed; the same seed generates the same tenants and outbreaks
    #[arg(long, value_name = "NUMBER", default_value_t = 2026)]
    pub seed: u64,
    /// Runs three tenants instead of twelve
    #[arg(long)]
    pub quick: bool,
    /// Prints JSON, including every point of the plot
    #[arg(long)]
    pub json: bool,
    /// Writes an SVG plot of delay against false alarms to this file
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

const SURGE_AFTER: &str = "\
Every rule reads the same synthetic series: daily and weekly season, trend, drift, clustered counts, gaps
in the feed, and outbreaks of several shapes and sizes with a known start, after weeks without outbreaks.
A rule raises a new alarm only after four quiet hours. An alarm detects an outbreak of the same facet, or
of all mentions, until one day after the outbreak ends; any other alarm is false. The result depends only
on the seed.";
