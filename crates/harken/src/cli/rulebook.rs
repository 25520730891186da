//! Arguments of `harken rules`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand, ValueEnum};
use stage::EventTime;

/// `harken rules`
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// The subcommand.
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// Subcommands of `harken rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Reports every error in the rules with file, line and remedy
    Check(RulesCheckArgs),
    /// Runs the test cases stored next to the rules
    Test(RulesTestArgs),
    /// Lists the decisions of a recorded day that two versions of the rules make differently
    Diff(RulesDiffArgs),
    /// Lists the variables that conditions can use
    Variables,
}

/// `harken rules check`
#[derive(Debug, Args)]
pub struct RulesCheckArgs {
    /// Rules: a folder or a file; escalation.rules if omitted
    pub rules: Option<PathBuf>,
    /// Day for which stale entries are reported, for example 2026-12-24; today if omitted
    #[arg(long, value_name = "DAY")]
    pub on: Option<DayArg>,
}

/// `harken rules test`
#[derive(Debug, Args)]
pub struct RulesTestArgs {
    /// Rules: a folder or a file; escalation.rules if omitted
    pub rules: Option<PathBuf>,
}

/// `harken rules diff`
#[derive(Debug, Args)]
pub struct RulesDiffArgs {
    /// The current rules: a folder or a file
    pub old: PathBuf,
    /// The changed rules: a folder or a file
    pub new: PathBuf,
    /// Recorded day, one mention per line; must be a regular file because it is read twice
    #[arg(long, value_name = "FILE")]
    pub over: PathBuf,
    /// Format of the recorded day
    #[arg(long, value_enum, default_value_t = RecordedFormat::Canonical)]
    pub format: RecordedFormat,
}

/// The format of a recorded day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordedFormat {
    /// Canonical mentions, one JSON object per line
    Canonical,
    /// Bluesky Jetstream events, one JSON object per line
    Jetstream,
    /// Responses of the X API v2, one JSON object per line or one for the whole file
    #[value(name = "x-v2")]
    XV2,
    /// Routed mentions as printed by `harken replay`; only escalation is run again
    Routed,
}

/// Start of a UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayArg(pub EventTime);

impl FromStr for DayArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        rules::day_start(text)
            .map(Self)
            .ok_or_else(|| format!("{text:?} is not a day such as 2026-12-24"))
    }
}
