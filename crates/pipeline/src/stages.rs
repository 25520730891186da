//! The table of stages: one row for each, and how each is built.
//!
//! A new stage is a crate, a section of the settings, an `impl PipelineStage` in `build.rs` and a row
//! here. The command line, the runner, topics, dead letters and the reference read the table. Three
//! places list stages of their own: `telemetry::table` (label `stage`), `reporting::dead_letter` and
//! `reporting::reconciliation`.

mod build;

use stage::{BroadcastTable, Input, Output, Stage, State, Topic};

use crate::CommandError;
use crate::config::{Config, IntervalOverride};
use crate::rules::{FromRuleset, LoadedRules};

/// What a stage is built from.
#[derive(Debug, Clone, Copy)]
pub struct BuildContext<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The rules; none in a process whose stages decide without rules.
    pub rules: Option<&'a LoadedRules>,
    /// The number of partitions of the input, among which capacities are divided.
    pub partitions: u32,
}

impl<'a> BuildContext<'a> {
    /// For an input of one partition: embedded runs and tests.
    #[must_use]
    pub fn embedded(config: &'a Config, rules: Option<&'a LoadedRules>) -> Self {
        Self { config, rules, partitions: 1 }
    }
}

/// A stage that the pipeline can build and run.
pub trait PipelineStage: Stage<Rules: FromRuleset> + Send + Sync {
    /// What it does, for `harken run --help`.
    const DESCRIPTION: &'static str;

    /// Its setting `commit_interval`.
    fn commit_interval(config: &Config) -> IntervalOverride;

    /// Builds it from the settings and the rules.
    ///
    /// # Errors
    /// [`CommandError::Config`] if a file that a setting names is unusable, or a setting names an entry
    /// that the rules do not have.
    fn build(context: BuildContext<'_>) -> Result<Self, CommandError>;
}

/// How the topics of a stage are partitioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partitioning {
    /// By author: co-partitioned with every topic from `mention.received` to `mention.routed`.
    ByAuthor,
    /// By the subject of its records: only its own topics must agree.
    BySubject,
}

/// How a stage runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// At this position of the routing chain; neighbours that run together are fused.
    Chain(usize),
    /// By itself.
    Separate,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct StageRow {
    /// The name on the command line, of the settings section, the consumer group, the changelog, the
    /// dead letters and the metrics label.
    pub name: &'static str,
    /// What it does, for `harken run --help`.
    pub description: &'static str,
    /// The topics it reads, primary first.
    pub inputs: fn() -> Vec<Topic>,
    /// The topics it writes.
    pub outputs: fn() -> Vec<Topic>,
    /// The broadcast tables it reads.
    pub tables: fn() -> Vec<Topic>,
    /// The stages whose changelogs hold its state: itself, or none.
    pub changelogs: fn() -> Vec<&'static str>,
    /// How its topics are partitioned.
    pub partitioning: Partitioning,
    /// How it runs.
    pub placement: Placement,
    /// Whether it decides by rules.
    pub needs_rules: fn() -> bool,
    /// Its setting `commit_interval`.
    pub commit_interval: fn(&Config) -> IntervalOverride,
    /// Starts its workers on Kafka; stages of the routing chain start together instead.
    #[cfg(feature = "kafka")]
    pub start: crate::kafka_runner::StartStage,
}

impl StageRow {
    const fn of<S: PipelineStage>(partitioning: Partitioning, placement: Placement) -> Self {
        Self {
            name: S::NAME,
            description: S::DESCRIPTION,
            inputs: S::In::topics,
            outputs: S::Out::topics,
            tables: S::Table::topics,
            changelogs: S::State::changelogs,
            partitioning,
            placement,
            needs_rules: || S::Rules::without_rules().is_none(),
            commit_interval: S::commit_interval,
            #[cfg(feature = "kafka")]
            start: crate::kafka_runner::start_stage::<S>,
        }
    }
}

/// Every stage, in the order of the pipeline. Beside them there is `ingest`, which is no stage: it has no
/// input topic.
pub const TABLE: [StageRow; 7] = [
    StageRow::of::<dedupe::Dedupe>(Partitioning::ByAuthor, Placement::Chain(0)),
    StageRow::of::<understanding::UnderstandingStage>(Partitioning::ByAuthor, Placement::Chain(1)),
    StageRow::of::<priority::Prioritizer>(Partitioning::ByAuthor, Placement::Chain(2)),
    StageRow::of::<escalation::Escalation>(Partitioning::ByAuthor, Placement::Chain(3)),
    StageRow::of::<calls::Calls>(Partitioning::BySubject, Placement::Separate),
    StageRow::of::<surge::Surge>(Partitioning::BySubject, Placement::Separate),
    StageRow {
        #[cfg(feature = "kafka")]
        start: crate::kafka_runner::start_metrics,
        ..StageRow::of::<reporting::Reporting>(Partitioning::ByAuthor, Placement::Separate)
    },
];

/// The row of a stage.
#[must_use]
pub fn row(name: &str) -> Option<&'static StageRow> {
    TABLE.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics_file::{BUILT_IN, TopicsFile};

    #[test]
    fn the_positions_of_the_routing_chain_have_no_gap() {
        let positions = TABLE.iter().filter_map(|row| match row.placement {
            Placement::Chain(position) => Some(position),
            Placement::Separate => None,
        });
        assert!(positions.eq(0..4));
    }

    #[test]
    fn the_topics_file_has_a_changelog_and_dead_letters_for_each_stage() {
        let topics = TopicsFile::parse(BUILT_IN).unwrap();
        let names: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
        assert_eq!(topics.dead_letters.stages, names);
        let with_state: Vec<&str> = TABLE.iter().flat_map(|row| (row.changelogs)()).collect();
        assert_eq!(topics.changelogs.stages, with_state);
    }
}
