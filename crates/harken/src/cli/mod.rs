//! The command line: every argument, with the words its help shows.

mod bench;
mod forecast;
mod model;
mod profiles;
mod rulebook;
mod run;
mod text;

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
    Day, RecordedFormat, RulesArgs, RulesCheckArgs, RulesCommand, RulesDiffArgs, RulesTestArgs,
};
pub use run::{
    AuditArgs, AuditCommand, DeadLettersArgs, DeadLettersCommand, DeadLettersListArgs,
    DeadLettersReplayArgs, ExplainArgs, LoadArgs, ReadArgs, RunArgs, StageName, TopicsArgs,
    TopicsCommand,
};
pub use text::{EvalArgs, TrainArgs};

/// Hears every mention of a brand and puts each one, once, in front of the team that can act on it.
#[derive(Debug, Parser)]
#[command(name = "harken", version, max_term_width = 100, after_help = AFTER)]
pub struct Cli {
    /// Settings on top of those built in; HARKEN__SECTION__KEY in the environment is on top of both
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str = "Exit codes: 0 done, 64 usage, 69 something needed is unavailable, 70 a bug, \
                     78 configuration.";

/// A subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows the whole pipeline at work on a made-up afternoon, without a broker
    Demo(DemoArgs),
    /// Routes the mentions of a file, one routed mention a line, without a broker
    Replay(ReplayArgs),
    /// Runs stages on Kafka
    Run(RunArgs),
    /// Compares the topics of a cluster with those needed, and creates them
    Topics(TopicsArgs),
    /// Shows and checks the settings in force
    Config(ConfigArgs),
    /// Checks rules, tries them on cases, and compares them over a recorded day
    Rules(RulesArgs),
    /// Learns the model of texts from labelled texts
    Train(TrainArgs),
    /// Measures a model of texts on labelled texts it has not seen
    Eval(EvalArgs),
    /// Scores texts from standard input, one JSON object {"id","text"} a line
    Score,
    /// Makes rows to train with from what agents have corrected
    Feedback(FeedbackArgs),
    /// Shows a model of texts, and puts a candidate in its place
    Model(ModelArgs),
    /// Tells what a CRM knows of authors
    Profiles(ProfilesArgs),
    /// Sends made-up mentions to Kafka at a steady rate
    Load(LoadArgs),
    /// Says how many answers the hours ahead will need, and how many agents that takes
    Forecast(ForecastArgs),
    /// Measures what this program claims, without a broker
    Bench(BenchArgs),
    /// Shows and checks the schemas of the topics
    Schemas(SchemasArgs),
    /// Prints the records of a topic of facts, one JSON object a line
    Read(ReadArgs),
    /// Shows the records that stages refused, and sends them through again
    DeadLetters(DeadLettersArgs),
    /// Follows a mention through all topics: what was decided about it, and why
    Explain(ExplainArgs),
    /// Says whether the decisions on mention.routed are those that were written
    Audit(AuditArgs),
}

/// `harken demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How long it lasts; four hours of the story pass in this time
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub seconds: u64,
    /// Mentions heard a second
    #[arg(long, value_name = "MENTIONS", default_value_t = 20,
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub rate: u64,
    /// Where /metrics is served; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9464")]
    pub listen: SocketAddr,
    /// The same number tells the same story
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// Writes one line a routed mention even on a terminal
    #[arg(long)]
    pub plain: bool,
}

/// How the lines of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Canonical mentions: one JSON object a line
    Canonical,
    /// Bluesky Jetstream events: one JSON object a line
    Jetstream,
    /// Responses of the X API v2: one JSON object a line, or one for the whole file
    #[value(name = "x-v2")]
    XV2,
}

impl From<Format> for platforms::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Canonical => platforms::Format::Canonical,
            Format::Jetstream => platforms::Format::Jetstream,
            Format::XV2 => platforms::Format::XV2,
        }
    }
}

/// `harken replay`
#[derive(Debug, Args)]
#[command(after_help = REPLAY_AFTER)]
pub struct ReplayArgs {
    /// The file; - is standard input
    pub file: PathBuf,
    /// How its lines are written
    #[arg(long, value_enum, default_value_t = Format::Canonical)]
    pub format: Format,
    /// Writes the counts as JSON to this file as well
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// What a CRM knows of the authors, as `harken profiles import` reads it
    #[arg(long, value_name = "FILE")]
    pub profiles: Option<PathBuf>,
}

const REPLAY_AFTER: &str = "\
Routed mentions go to standard output, one JSON object a line; counts and refused lines, by number
and reason, to standard error. Time is that of the file: a mention counts as heard when it was
published, or with the latest mention before it if that is later, so the same file gives the same
bytes. Refused lines do not stop it; it ends with 64 when the file cannot be read or holds no
mention at all.";

/// `harken config`
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What to do with the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Prints the settings in force as TOML, secrets hidden
    Print,
    /// Says whether the settings are right
    Check,
}

/// `harken schemas`
#[derive(Debug, Args)]
pub struct SchemasArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: SchemasCommand,
}

/// What to do with the schemas.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum SchemasCommand {
    /// Lists the schemas built in, with fingerprint and topic
    List,
    /// Says whether a folder of schemas fits this program, and its history what was ever written
    Check {
        /// The folder
        #[arg(value_name = "DIR", default_value = "schemas")]
        folder: PathBuf,
    },
}
