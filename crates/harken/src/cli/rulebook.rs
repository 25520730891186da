//! Arguments of `harken rules`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};

/// `harken rules`
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Says everything that is wrong with rules, by file and line, and what would be right
    Check(RulesCheckArgs),
    /// Lists what conditions may ask for
    Variables,
}

/// `harken rules check`
#[derive(Debug, Args)]
pub struct RulesCheckArgs {
    /// A folder or a file; the rules of Northline, the sample, if not given
    pub rules: Option<PathBuf>,
    /// The day by which something is stale, such as 2026-12-24; today if not given
    #[arg(long, value_name = "DAY")]
    pub on: Option<Day>,
}

/// The beginning of a day of UTC, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub i64);

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        rules::day(text).map(Self).ok_or_else(|| format!("{text:?} is no day such as 2026-12-24"))
    }
}
