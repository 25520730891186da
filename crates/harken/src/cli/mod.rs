//! The command line: every argument with its help text.
//!
//! Must not know what a command does.

mod bench;
mod forecast;
mod model;
mod profiles;
mod rulebook;
mod run;
mod training;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::forecast::ForecastArgs;
pub use bench::{BenchArgs, BenchCommand, BenchSurgeArgs};
pub use model::{
    FeedbackArgs, FeedbackCommand, FeedbackExportArgs, ModelArgs, ModelCommand, ModelPromoteArgs,
    ModelShowArgs,
};
pub use profiles::{ProfilesArgs, ProfilesCommand, ProfilesImportArgs, RowFormat};
pub use rulebook::{
    DayArg, RecordedFormat, RulesArgs, RulesCheckArgs, RulesCommand, RulesDiffArgs, RulesTestArgs,
};
pub use run::{
    ALL, AuditArgs, AuditCommand, DeadLettersArgs, DeadLettersCommand, DeadLettersListArgs,
    DeadLettersReplayArgs, ExplainArgs, INGEST, LoadArgs, ReadArgs, RunArgs, TopicsArgs,
    TopicsCommand,
};
pub use training::{EvalArgs, TrainArgs};

/// Routes every public and private mention of a brand to the team that can act on it, exactly once.
#[derive(Debug, Parser)]
#[command(name = "harken", version, max_term_width = 100, after_help = AFTER)]
pub struct Cli {
    /// Configuration file; overrides the defaults and is overridden by HARKEN__SECTION__KEY variables
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str = "Exit codes: 0 success, 64 usage error, 69 service or file unavailable, \
                     70 internal error, 78 configuration error.";

/// A subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the whole pipeline in memory on a simulated afternoon, without a broker
    Demo(DemoArgs),
    /// Routes the mentions of a file in memory and prints one routed mention per line
    Replay(ReplayArgs),
    /// Runs stages on Kafka
    Run(RunArgs),
    /// Compares the topics of a cluster with the required ones, and creates or alters them
    Topics(TopicsArgs),
    /// Prints and checks the effective configuration
    Config(ConfigArgs),
    /// Checks rules, tests them on cases, and compares two versions over a recorded day
    Rules(RulesArgs),
    /// Trains a text model on labelled texts
    Train(TrainArgs),
    /// Evaluates a text model on held-out labelled texts
    Eval(EvalArgs),
    /// Scores texts from standard input, one JSON object {"id","text"} per line
    Score,
    /// Exports labels corrected by agents as training rows
    Feedback(FeedbackArgs),
    /// Shows a text model, and promotes a candidate model
    Model(ModelArgs),
    /// Imports customer profiles from a CRM export
    Profiles(ProfilesArgs),
    /// Publishes synthetic mentions to Kafka at a constant rate
    Load(LoadArgs),
    /// Forecasts the volume of the coming hours and the agents it requires
    Forecast(ForecastArgs),
    /// Runs benchmarks in memory, without a broker
    Bench(BenchArgs),
    /// Lists and checks the schemas of the topics
    Schemas(SchemasArgs),
    /// Prints the records of a topic, one JSON object per line
    Read(ReadArgs),
    /// Lists rejected records, and replays them
    DeadLetters(DeadLettersArgs),
    /// Traces a mention through all topics, with each decision and its reason
    Explain(ExplainArgs),
    /// Verifies the hash chain of decisions, and compares a shadow with its deployment
    Audit(AuditArgs),
}

/// `harken demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Duration of the demo; it simulates four hours in this time
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub seconds: u64,
    /// Mentions received per second
    #[arg(long, value_name = "MENTIONS", default_value_t = 20,
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub rate: u64,
    /// Listen address of /metrics; port 0 selects a free port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9464")]
    pub listen: SocketAddr,
    /// Random seed; the same seed generates the same mentions
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// Prints one line per routed mention, also on a terminal
    #[arg(long)]
    pub plain: bool,
}

/// The format of an input file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// Canonical mentions, one JSON object per line
    Canonical,
    /// Bluesky Jetstream events, one JSON object per line
    Jetstream,
    /// Responses of the X API v2, one JSON object per line or one for the whole file
    #[value(name = "x-v2")]
    XV2,
}

impl From<InputFormat> for platforms::PayloadFormat {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Canonical => platforms::PayloadFormat::Canonical,
            InputFormat::Jetstream => platforms::PayloadFormat::Jetstream,
            InputFormat::XV2 => platforms::PayloadFormat::XV2,
        }
    }
}

/// `harken replay`
#[derive(Debug, Args)]
#[command(after_help = REPLAY_AFTER)]
pub struct ReplayArgs {
    /// Input file; - reads standard input
    pub file: PathBuf,
    /// Format of the input file
    #[arg(long, value_enum, default_value_t = InputFormat::Canonical)]
    pub format: InputFormat,
    /// Also writes the counts to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// Customer profiles, in the format of `harken profiles import`
    #[arg(long, value_name = "FILE")]
    pub profiles: Option<PathBuf>,
}

const REPLAY_AFTER: &str = "\
Routed mentions are written to standard output, one JSON object per line. Counts and rejected lines, with
line number and reason, are written to standard error. The clock follows the file: each mention is received
at its publication time, or at the latest earlier one if that is later, so the same file gives the same
output. A rejected line does not stop the replay. The exit code is 64 if the file cannot be read or contains
no valid mention.";

/// `harken config`
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// The subcommand.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// Subcommands of `harken config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Prints the effective configuration as TOML; secrets are redacted
    Print,
    /// Checks the configuration and the files it names
    Check,
}

/// `harken schemas`
#[derive(Debug, Args)]
pub struct SchemasArgs {
    /// The subcommand.
    #[command(subcommand)]
    pub command: SchemasCommand,
}

/// Subcommands of `harken schemas`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum SchemasCommand {
    /// Lists the built-in schemas with fingerprint and topic
    List,
    /// Checks that a folder of schemas matches this program and stays compatible with its history
    Check {
        /// The folder of schemas
        #[arg(value_name = "DIR", default_value = "schemas")]
        folder: PathBuf,
    },
}
