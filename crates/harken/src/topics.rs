//! `harken topics`: the topics of a cluster and those of `deploy/topics.toml`.

use std::collections::BTreeMap;

use kafka::admin::{self, Spec, Step};
use serde::Deserialize;

use crate::cli::{TopicsArgs, TopicsCommand};
use crate::config::Config;
use crate::{Problem, output, run};

/// The file that is built in.
pub const BUILT_IN: &str = include_str!("../../../deploy/topics.toml");

/// Every topic needed, as the file says it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    /// Partitions of each topic.
    pub partitions: i32,
    /// Replicas of a new topic.
    pub replication: i32,
    /// Topics of facts, with their settings.
    pub topics: BTreeMap<String, BTreeMap<String, String>>,
    /// Changelogs.
    pub changelogs: Family,
    /// Dead letters.
    #[serde(rename = "dead-letters")]
    pub dead_letters: Family,
}

/// Topics that each stage has one of.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Family {
    /// The stages that have one.
    pub stages: Vec<String>,
    /// The settings of each.
    #[serde(flatten)]
    pub config: BTreeMap<String, String>,
}

impl Topics {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, as a fragment that fits "failed to …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let topics: Self = toml::from_str(text).map_err(|e| e.message().to_owned())?;
        match topics {
            Topics { partitions: ..1, .. } => Err("partitions must be at least 1".to_owned()),
            Topics { replication: ..1, .. } => Err("replication must be at least 1".to_owned()),
            topics => Ok(topics),
        }
    }

    /// The topics as a cluster should have them.
    #[must_use]
    pub fn specs(&self, settings: &kafka::Settings) -> Vec<Spec> {
        let spec = |name: String, config: &BTreeMap<String, String>| {
            let (partitions, replication) = (self.partitions, self.replication);
            Spec { name, partitions, replication, config: config.clone() }
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
/// [`Problem::Config`] for a file that is wrong or a topic that cannot be mended,
/// [`Problem::Unavailable`] when the cluster cannot be asked.
pub fn command(args: &TopicsArgs, config: &Config) -> Result<(), Problem> {
    let settings = run::settings(config, None)?;
    let wrong = |what: String| Problem::Config(format!("read the topics needed: {what}"));
    let mut topics = match &args.file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| wrong(format!("{}: {error}", path.display())))?;
            Topics::parse(&text).map_err(|what| wrong(format!("{}: {what}", path.display())))?
        }
        None => Topics::parse(BUILT_IN).map_err(Problem::Bug)?,
    };
    topics.partitions = args.partitions.unwrap_or(topics.partitions);
    topics.replication = args.replication.unwrap_or(topics.replication);
    let unavailable = |fault: stage::Fault| Problem::Unavailable(fault.message);
    admin::partitions(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    let steps = admin::plan(&settings, &topics.specs(&settings)).map_err(unavailable)?;
    for step in &steps {
        output::text(&format!("{step}\n"))?;
    }
    if steps.is_empty() {
        return output::text("every topic is as it should be\n");
    }
    if let Some(step) = steps.iter().find(|step| matches!(step, Step::TooMany { .. })) {
        return Err(Problem::Config(format!("mend the topics: {step}")));
    }
    match args.command {
        TopicsCommand::Plan => output::text("nothing is changed; `harken topics apply` does it\n"),
        TopicsCommand::Apply => {
            admin::apply(&settings, &steps).map_err(unavailable)?;
            output::text("done\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_names_every_topic_of_every_stage() {
        let topics = Topics::parse(BUILT_IN).unwrap();
        let named: Vec<&str> = topics.topics.keys().map(String::as_str).collect();
        let mut known = mention::topics::ALL.to_vec();
        known.sort_unstable();
        assert_eq!(named, known);
        let settings = kafka::Settings::default();
        let names: Vec<String> = topics.specs(&settings).into_iter().map(|s| s.name).collect();
        for needed in run::every_topic(&settings) {
            assert!(names.contains(&needed), "{needed} is missing");
        }
    }

    #[test]
    fn a_wrong_file_is_named_by_what_is_wrong() {
        for (from, to, expected) in [
            ("partitions = 12", "partitions = 0", "partitions"),
            ("partitions = 12", "partitons = 12", "partitons"),
        ] {
            let wrong = Topics::parse(&BUILT_IN.replacen(from, to, 1)).unwrap_err();
            assert!(wrong.contains(expected), "{wrong}");
        }
    }
}
