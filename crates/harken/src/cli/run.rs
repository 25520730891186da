//! Arguments of the commands that need Kafka.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Format;

/// A stage, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum StageName {
    /// Takes mentions from HTTP or a file
    Ingest,
    /// Tells new mentions from redeliveries, edits, reposts and copies
    Dedupe,
    /// Says what language a mention is in and how it is meant
    Sentiment,
    /// Says how urgent a mention is, and why
    Priority,
    /// Routes a mention to one owner and keeps its clocks
    Escalation,
    /// Notices when far more is said about one thing than is usual
    Surge,
    /// Counts what every topic says
    Metrics,
    /// All of them in this process
    All,
}

/// `harken run`
#[derive(Debug, Args)]
#[command(after_help = RUN_AFTER)]
pub struct RunArgs {
    /// The stages; neighbours among dedupe, sentiment, priority and escalation share a transaction
    #[arg(required = true, value_enum, value_name = "STAGE")]
    pub stages: Vec<StageName>,
    /// With ingest: sends this file (- is standard input) and ends, instead of listening
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// How the lines of that file are written
    #[arg(long, value_enum, default_value_t = Format::Canonical)]
    pub format: Format,
}

const RUN_AFTER: &str = "SIGTERM and SIGINT end it in good order with exit code 0.";

/// `harken topics`
#[derive(Debug, Args)]
pub struct TopicsArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: TopicsCommand,
    /// The topics needed, instead of those built in
    #[arg(long, global = true, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Partitions of each topic, instead of those of the file
    #[arg(long, global = true, value_name = "NUMBER",
          value_parser = clap::value_parser!(i32).range(1..=10_000))]
    pub partitions: Option<i32>,
    /// Replicas of a new topic, instead of those of the file; 1 for a single broker
    #[arg(long, global = true, value_name = "NUMBER",
          value_parser = clap::value_parser!(i32).range(1..=100))]
    pub replication: Option<i32>,
}

/// What to do with the topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum TopicsCommand {
    /// Says what `apply` would do
    Plan,
    /// Creates what is missing and changes what may be changed
    Apply,
}

/// `harken load`
#[derive(Debug, Args)]
pub struct LoadArgs {
    /// Mentions a second
    #[arg(long, value_name = "MENTIONS", default_value_t = 1000,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub rate: u64,
    /// How long it lasts
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub seconds: u64,
    /// The same number makes the same mentions
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
}

/// `harken read`
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// The topic, without the prefix, such as mention.routed.v1; read to its end as of now,
    /// committed records only
    pub topic: String,
}

/// `harken dead-letters`
#[derive(Debug, Args)]
pub struct DeadLettersArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: DeadLettersCommand,
}

/// What to do with the dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// Lists them: where they stood and why they were refused, never what they say
    List(DeadLettersListArgs),
    /// Sends them to the topic they came from
    Replay(DeadLettersReplayArgs),
}

/// `harken dead-letters list`
#[derive(Debug, Args)]
pub struct DeadLettersListArgs {
    /// The stage that refused them; all stages if not given
    #[arg(long, value_enum)]
    pub stage: Option<StageName>,
    /// How many of the latest, at most
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub limit: usize,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// `harken dead-letters replay`
#[derive(Debug, Args)]
pub struct DeadLettersReplayArgs {
    /// The stage that refused them
    #[arg(value_enum)]
    pub stage: StageName,
    /// Only this one, as the list names it: PARTITION/OFFSET
    #[arg(long, value_name = "PARTITION/OFFSET")]
    pub only: Option<String>,
    /// Says what would be sent, and sends nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `harken explain`
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_AFTER)]
pub struct ExplainArgs {
    /// The mention: tenant/platform/id, or the platform's id alone
    pub id: String,
}

const EXPLAIN_AFTER: &str = "One line a record, by time: when, topic, partition/offset, what was \
                             found or decided. It does not repeat what the mention says.";

/// `harken audit`
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// What to do with the chain of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum AuditCommand {
    /// Finds decisions that lack, are out of their place or are not what was written
    #[command(after_help = VERIFY_AFTER)]
    Verify {
        /// Routed mentions of one partition as JSON, one a line, as `replay` prints them (- is
        /// standard input); without it the topic on Kafka, partition by partition
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Tells where a shadow has decided otherwise than the deployment it stands beside
    #[command(after_help = COMPARE_AFTER)]
    Compare,
}

const COMPARE_AFTER: &str = "Both are read from Kafka: the shadow under kafka.prefix, what was decided under kafka.shadow_of, as \
                             far as the shadow has heard it.";

const VERIFY_AFTER: &str = "The first decision that is still kept is taken on trust. It ends with \
                            64 when something is found. It cannot see that the last ones lack.";
