//! `deploy/topics.toml`: every topic that the pipeline requires, with its settings.

use std::collections::BTreeMap;

#[cfg(feature = "kafka")]
use kafka::admin::TopicSpec;
use serde::Deserialize;

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
}

#[cfg(feature = "kafka")]
impl TopicsFile {
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
    }

    #[cfg(feature = "kafka")]
    #[test]
    fn the_built_in_file_contains_every_topic_that_a_worker_requires() {
        let topics = TopicsFile::parse(BUILT_IN).unwrap();
        let settings = kafka::KafkaSettings::default();
        let names: Vec<String> = topics.specs(&settings).into_iter().map(|s| s.name).collect();
        for needed in crate::kafka_runner::all_required_topics(&settings) {
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
