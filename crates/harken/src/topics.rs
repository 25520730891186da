//! `harken topics`: creates and alters the topics of a cluster to match `deploy/topics.toml`.

use kafka::admin::{self, TopicChange};

use crate::cli::{TopicsArgs, TopicsCommand};
use crate::{CommandError, Failure, output};
use pipeline::bounded_file::{MAX_SETTINGS_FILE, read_text};
use pipeline::config::Config;
use pipeline::kafka_runner;
use pipeline::topics_file::{BUILT_IN, TopicsFile};

/// `harken topics`
///
/// # Errors
/// [`CommandError::Config`] for an invalid file or a topic that cannot be altered as required,
/// [`CommandError::Unavailable`] if the cluster cannot be reached.
pub fn command(args: &TopicsArgs, config: &Config) -> Result<(), CommandError> {
    let settings = kafka_runner::kafka_settings(config, None)?;
    let invalid =
        |reason: String| CommandError::Config(Failure::new("read the required topics", reason));
    let mut topics = match &args.file {
        Some(path) => {
            let text = read_text(path, MAX_SETTINGS_FILE)
                .map_err(|error| invalid(format!("{}: {error}", path.display())))?;
            TopicsFile::parse(&text)
                .map_err(|reason| invalid(format!("{}: {reason}", path.display())))?
        }
        // A defect of the built-in file is a bug, not a configuration error.
        None => TopicsFile::parse(BUILT_IN).map_err(|reason| CommandError::Bug(reason.into()))?,
    };
    topics.partitions = args.partitions.unwrap_or(topics.partitions);
    topics.replication = args.replication.unwrap_or(topics.replication);
    let unavailable = |fault: stage::Fault| CommandError::Unavailable(fault.into());
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
        return Err(CommandError::Config(format!("update the topics: {step}").into()));
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
