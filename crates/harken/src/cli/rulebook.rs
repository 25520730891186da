//! Arguments of `harken rules`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand, ValueEnum};

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
    /// Tries the cases that lie beside rules
    Test(RulesTestArgs),
    /// Says what other rules would decide differently over a recorded day
    Diff(RulesDiffArgs),
    /// Lists what conditions may ask for
    Variables,
}

/// `harken rules check`
#[derive(Debug, Args)]
pub struct RulesCheckArgs {
    /// A folder or a file; the rules that are set if not given
    pub rules: Option<PathBuf>,
    /// The day by which something is stale, such as 2026-12-24; today if not given
    #[arg(long, value_name = "DAY")]
    pub on: Option<Day>,
}

/// `harken rules test`
#[derive(Debug, Args)]
pub struct RulesTestArgs {
    /// A folder or a file; the rules that are set if not given
    pub rules: Option<PathBuf>,
}

/// `harken rules diff`
#[derive(Debug, Args)]
pub struct RulesDiffArgs {
    /// The rules as they are: a folder or a file
    pub old: PathBuf,
    /// The rules as they would be
    pub new: PathBuf,
    /// What was heard that day, a mention a line; read twice, so no pipe
    #[arg(long, value_name = "FILE")]
    pub over: PathBuf,
    /// How its lines are written
    #[arg(long, value_enum, default_value_t = RecordedFormat::Canonical)]
    pub format: RecordedFormat,
}

/// How the lines of a recorded day are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordedFormat {
    /// Canonical mentions: one JSON object a line
    Canonical,
    /// Bluesky Jetstream events: one JSON object a line
    Jetstream,
    /// Responses of the X API v2: one JSON object a line, or one for the whole file
    #[value(name = "x-v2")]
    XV2,
    /// Routed mentions, as `harken replay` writes them: only who acts is decided again
    Routed,
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
