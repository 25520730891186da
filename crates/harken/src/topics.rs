//! `harken topics`: creates and alters the topics of a cluster to match `deploy/topics.toml`.

use std::collections::BTreeMap;

use kafka::admin::{self, TopicChange, TopicSpec};
use serde::Deserialize;

use crate::cli::{TopicsArgs, TopicsCommand};
use crate::config::Config;
use crate::{CommandError, output, run};

/// The built-in topics file.
pub const BUILT_IN: &str = include_str!("../../../deploy/topics.toml");

/// A topics file: every required topic with its settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicsFile {
    /// Partitions of each topic.
    pub partitions: i32,
    /// Replicas of a new topic.
    pub replication: i32,
    /// Settings of each topic of records.
    pub topics: BTreeMap<String, BTreeMap<String, String>>,
    /// Settings of the changelogs.
    pub changelogs: TopicFamily,
    /// Settings of the dead-letter topics.
    #[serde(rename = "dead-letters")]
    pub dead_letters: TopicFamily,
}

/// Topics that exist once per stage.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TopicFamily {
    /// The stages with such a topic.
    pub stages: Vec<String>,
    /// The settings of each topic.
    #[serde(flatten)]
    pub config: BTreeMap<String, String>,
}

impl TopicsFile {
    /// Parses a topics file.
    ///
    /// # Errors
    /// The reason, as one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let topics: Self = toml::from_str(text).map_err(|e| e.message().to_owned())?;
        match topics {
            TopicsFile { partitions: ..1, .. } => Err("partitions must be at least 1".to_owned()),
            TopicsFile { replication: ..1, .. } => Err("replication must be at least 1".to_owned()),
            topics => Ok(topics),
        }
    }

    /// The required topics, with the deployment's prefix.
    #[must_use]
    pub fn specs(&self, settings: &kafka::KafkaSettings) -> Vec<TopicSpec> {
        let spec = |name: String, config: &BTreeMap<String, String>| {
            let (partitions, replication) = (self.partitions, self.replication);
            TopicSpec { name, partitions, replication, config: config.clone() }
        };
        let mut specs = Vec::new();
        for (topic, config) in &self.topics {
            specs.push(spec(format!("{}.{topic}", settings.prefix), config));
        }
        for stage in &self.changelogs.stages {
            specs.push(spec(settings.changelog(stage), &self.changelogs.config));
        }
        for stage in &self.dead_letters.stages {
            specs.push(spec(settings.dead_letters(stage), &self.dead_letters.config));
        }
        specs
    }
}

/// `harken topics`
///
/// # Errors
/// [`CommandError::Config`] for an invalid file or a topic that cannot be altered as required,
/// [`CommandError::Unavailable`] if the cluster cannot be reached.
pub fn command(args: &TopicsArgs, config: &Config) -> Result<(), CommandError> {
    let settings = run::kafka_settings(config, None)?;
    let invalid =
        |reason: String| CommandError::Config(format!("read the required topics: {reason}"));
    let mut topics = match &args.file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| invalid(format!("{}: {error}", path.display())))?;
            TopicsFile::parse(&text)
                .map_err(|reason| invalid(format!("{}: {reason}", path.display())))?
        }
        // A defect of the built-in file is a bug, not a configuration error.
        None => TopicsFile::parse(BUILT_IN).map_err(CommandError::Bug)?,
    };
    topics.partitions = args.partitions.unwrap_or(topics.partitions);
    topics.replication = args.replication.unwrap_or(topics.replication);
    let unavailable = |fault: stage::Fault| CommandError::Unavailable(fault.message);
    admin::partition_counts(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    let steps = admin::plan_changes(&settings, &topics.specs(&settings)).map_err(unavailable)?;
    for step in &steps {
        output::print(&format!("{step}\n"))?;
    }
    if steps.is_empty() {
        return output::print("every topic is up to date\n");
    }
    // Kafka cannot remove partitions.
    if let Some(step) = steps.iter().find(|step| matches!(step, TopicChange::Shrink { .. })) {
        return Err(CommandError::Config(format!("update the topics: {step}")));
    }
    match args.command {
        TopicsCommand::Plan => {
            output::print("nothing is changed; run `harken topics apply` to make these changes\n")
        }
        TopicsCommand::Apply => {
            admin::apply_changes(&settings, &steps).map_err(unavailable)?;
            output::print("done\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_contains_every_topic_of_every_stage() {
        let topics = TopicsFile::parse(BUILT_IN).unwrap();
        let named: Vec<&str> = topics.topics.keys().map(String::as_str).collect();
        let mut known = mention::topics::ALL.to_vec();
        known.sort_unstable();
        assert_eq!(named, known);
        let settings = kafka::KafkaSettings::default();
        let names: Vec<String> = topics.specs(&settings).into_iter().map(|s| s.name).collect();
        for needed in run::all_required_topics(&settings) {
            assert!(names.contains(&needed), "{needed} is missing");
        }
    }

    #[test]
    fn an_invalid_file_is_rejected_with_the_reason() {
        for (from, to, expected) in [
            ("partitions = 12", "partitions = 0", "partitions"),
            ("partitions = 12", "partitons = 12", "partitons"),
        ] {
            let error = TopicsFile::parse(&BUILT_IN.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}
