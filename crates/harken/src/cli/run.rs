//! Arguments of the commands that need Kafka.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Subcommand};
use pipeline::stages::TABLE;

use super::InputFormat;

/// The name of the part that takes mentions in; it is no stage.
pub const INGEST: &str = "ingest";
/// Stands for every stage and `ingest`.
pub const ALL: &str = "all";

/// Parses the name of a stage, from the table of stages.
fn stage_name() -> PossibleValuesParser {
    PossibleValuesParser::new(stage_values())
}

/// Parses the name of a stage, `ingest` or `all`.
fn part_name() -> PossibleValuesParser {
    let ingest = PossibleValue::new(INGEST).help("Receives mentions over HTTP or from a file");
    let all = PossibleValue::new(ALL).help("All of these in this process");
    PossibleValuesParser::new([ingest].into_iter().chain(stage_values()).chain([all]))
}

fn stage_values() -> impl Iterator<Item = PossibleValue> {
    TABLE.iter().map(|row| PossibleValue::new(row.name).help(row.description))
}

/// `harken run`
#[derive(Debug, Args)]
#[command(after_help = RUN_AFTER)]
pub struct RunArgs {
    /// Stages to run; neighbours among dedupe, sentiment, priority and escalation are fused
    #[arg(required = true, value_name = "STAGE", value_parser = part_name())]
    pub stages: Vec<String>,
    /// With ingest: reads this file (- is standard input) and exits, instead of listening
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Format of the input file
    #[arg(long, value_enum, default_value_t = InputFormat::Canonical)]
    pub format: InputFormat,
}

const RUN_AFTER: &str = "SIGTERM and SIGINT shut down gracefully with exit code 0.";

/// `harken topics`
#[derive(Debug, Args)]
pub struct TopicsArgs {
    /// The subcommand.
    #[command(subcommand)]
    pub command: TopicsCommand,
    /// File of required topics, instead of the built-in one
    #[arg(long, global = true, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Partitions of each topic; overrides the file
    #[arg(long, global = true, value_name = "NUMBER",
          value_parser = clap::value_parser!(i32).range(1..=10_000))]
    pub partitions: Option<i32>,
    /// Replicas of a new topic; overrides the file. Use 1 for a single broker
    #[arg(long, global = true, value_name = "NUMBER",
          value_parser = clap::value_parser!(i32).range(1..=100))]
    pub replication: Option<i32>,
}

/// Subcommands of `harken topics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum TopicsCommand {
    /// Prints what `apply` would do
    Plan,
    /// Creates missing topics and applies changed settings
    Apply,
}

/// `harken load`
#[derive(Debug, Args)]
pub struct LoadArgs {
    /// Mentions per second
    #[arg(long, value_name = "MENTIONS", default_value_t = 1000,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub rate: u64,
    /// Duration
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub seconds: u64,
    /// Random seed; the same seed generates the same mentions
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
}

/// `harken read`
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Topic without the prefix, for example mention.routed.v1; read to its current end,
    /// committed records only
    pub topic: String,
}

/// `harken dead-letters`
#[derive(Debug, Args)]
pub struct DeadLettersArgs {
    /// The subcommand.
    #[command(subcommand)]
    pub command: DeadLettersCommand,
}

/// Subcommands of `harken dead-letters`.
#[derive(Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// Lists dead letters with origin and reason; never prints their content
    List(DeadLettersListArgs),
    /// Publishes dead letters to the topic they came from
    Replay(DeadLettersReplayArgs),
}

/// `harken dead-letters list`
#[derive(Debug, Args)]
pub struct DeadLettersListArgs {
    /// Stage that rejected the records; all stages if omitted
    #[arg(long, value_name = "STAGE", value_parser = stage_name())]
    pub stage: Option<String>,
    /// Maximum dead letters per stage; the latest are listed
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pub limit: usize,
    /// Prints one JSON object per line
    #[arg(long)]
    pub json: bool,
}

/// `harken dead-letters replay`
#[derive(Debug, Args)]
pub struct DeadLettersReplayArgs {
    /// Stage that rejected the records
    #[arg(value_name = "STAGE", value_parser = stage_name())]
    pub stage: String,
    /// Replays only this dead letter, by PARTITION/OFFSET as listed
    #[arg(long, value_name = "PARTITION/OFFSET")]
    pub only: Option<String>,
    /// Prints what would be published and publishes nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `harken explain`
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_AFTER)]
pub struct ExplainArgs {
    /// The mention: tenant/platform/id, or the platform's id
    pub id: String,
}

const EXPLAIN_AFTER: &str = "Prints one line per record, ordered by time: time, topic, \
                             partition/offset, finding or decision. The text of the mention is \
                             not printed.";

/// `harken audit`
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// The subcommand.
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// Subcommands of `harken audit`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum AuditCommand {
    /// Finds decisions that are missing, out of order or altered, and cases that were forgotten
    #[command(after_help = VERIFY_AFTER)]
    Verify {
        /// Routed mentions of one partition, one JSON object per line, as printed by `harken replay`
        /// (- is standard input); reads the topic from Kafka if omitted
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Lists the decisions in which a shadow differs from the deployment it shadows
    #[command(after_help = COMPARE_AFTER)]
    Compare,
}

const COMPARE_AFTER: &str = "Reads the decisions of the shadow under kafka.prefix and those of the \
                             shadowed deployment under kafka.shadow_of, and compares the mentions \
                             that both have processed.";

const VERIFY_AFTER: &str = "The first retained decision of a partition is trusted. The exit code is \
                            64 if a violation is found. Missing decisions at the end of a \
                            partition cannot be detected. A case is forgotten if a clock of it ran \
                            out and no decision followed, although later ones about other cases \
                            did; this needs the rules of escalation.rules. A case without a \
                            running clock may expire without a decision and is not looked for.";
