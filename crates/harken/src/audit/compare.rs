//! `harken audit compare`: lists the decisions in which a shadow differs from the deployment it shadows.
//!
//! Compares the mentions received between the first and the last one that the shadow has decided. A
//! shadow that started later lacks the state of earlier cases, which causes differences of its own.

use kafka::{KafkaSettings, topic_reader};
use mention::codec::{self, AvroRecord};
use mention::{Filtered, Routed, topics};
use stage::{EventTime, Fault, Topic};

use crate::rules::difference::{DecidedDay, render_differences};
use crate::{CommandError, output};
use pipeline::config::Config;
use pipeline::kafka_runner;

/// `harken audit compare`
///
/// # Errors
/// [`CommandError::Config`] if `kafka.shadow_of` is empty, [`CommandError::Unavailable`] if the cluster
/// cannot be read, [`CommandError::Usage`] if the shadow has made no decision.
pub(super) fn command(config: &Config) -> Result<(), CommandError> {
    let shadow = kafka_runner::kafka_settings(config, None)?;
    let Some(prefix) = shadow.shadow_of.clone() else {
        let what = "compare a shadow: kafka.shadow_of is empty, set it to the prefix of the \
                    deployment to compare with";
        return Err(CommandError::Config(what.into()));
    };
    // Without `shadow_of`, `input` resolves to the topics of the live deployment itself.
    let live = KafkaSettings { prefix, shadow_of: None, ..shadow.clone() };
    kafka::admin::partition_counts(&shadow, config.kafka.timeout.0).map_err(unavailable)?;
    // The shadow may have started late and may lag: compare only the range that it has decided.
    let mut range = None::<(EventTime, EventTime)>;
    let shadow_day = decided_day(&shadow, &mut |at| {
        let (first, last) = range.unwrap_or((at, at));
        range = Some((first.min(at), last.max(at)));
        true
    })?;
    let Some((first, last)) = range else {
        let topic = shadow.topic(topics::ROUTED);
        return Err(CommandError::Usage(
            format!("find a decision of the shadow on {topic}").into(),
        ));
    };
    // The old day comes first: the report shows live -> shadow.
    let live_day = decided_day(&live, &mut |at| (first..=last).contains(&at))?;
    output::print(&render_differences(&live_day, &shadow_day))
}

/// The decisions of a deployment about mentions whose `received_at` is included.
fn decided_day(
    settings: &KafkaSettings,
    is_included: &mut dyn FnMut(EventTime) -> bool,
) -> Result<DecidedDay, CommandError> {
    let mut day = DecidedDay::default();
    for_each_fact::<Routed>(settings, topics::ROUTED, &mut |routed| {
        if is_included(routed.mention.received_at) {
            day.record(routed);
        }
    })?;
    for_each_fact::<Filtered>(settings, topics::FILTERED, &mut |filtered| {
        day.filtered += usize::from(is_included(filtered.received_at));
    })?;
    Ok(day)
}

/// Reads a topic to its current end. Skips malformed records; `harken read` counts them.
fn for_each_fact<T: AvroRecord>(
    settings: &KafkaSettings,
    topic: Topic,
    handle: &mut dyn FnMut(T),
) -> Result<(), CommandError> {
    let mut each = |record: stage::RawRecord| {
        if let Some(fact) = record.value.and_then(|value| codec::read::<T>(&value).ok()) {
            handle(fact);
        }
    };
    topic_reader::read_topic(settings, topic, &mut each).map_err(unavailable)
}

fn unavailable(fault: Fault) -> CommandError {
    CommandError::Unavailable(fault.into())
}
