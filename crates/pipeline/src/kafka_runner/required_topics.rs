//! The topics that a stage requires, checked before it starts. The error names the command that
//! creates them.

use std::collections::BTreeMap;

use kafka::{KafkaSettings, admin};
use mention::topics;
use stage::{BroadcastTable, Input, Output, Stage, State, Topic};

use crate::{CommandError, Failure};

/// Outputs whose key differs from the key of the inputs: their partition counts can differ.
const DIFFERENTLY_KEYED: [Topic; 3] = [topics::SIGNAL, topics::INCIDENT, topics::RAISED];

/// The topics that all stages require, by their names on the cluster.
#[must_use]
pub fn all_required_topics(settings: &KafkaSettings) -> Vec<String> {
    let pipeline = RequiredTopics::of_stage::<crate::routing_chain::RoutingChain>(settings);
    let reporting = RequiredTopics::of_stage::<reporting::Reporting>(settings);
    let calls = RequiredTopics::of_stage::<calls::Calls>(settings);
    let surge = RequiredTopics::of_stage::<surge::Surge>(settings);
    let required =
        [pipeline, reporting, calls, surge].map(|needs| [needs.partitioned, needs.others].concat());
    required.concat()
}

/// The topics that a stage, or a fused chain, requires on the cluster.
#[derive(Debug, Clone)]
pub(super) struct RequiredTopics {
    /// Inputs, outputs with the same key, and changelogs. They must have equal partition counts.
    pub(super) partitioned: Vec<String>,
    /// Broadcast tables, dead letters and outputs with another key. Any partition count.
    pub(super) others: Vec<String>,
    /// Inputs and tables whose timestamps the broker must set ([`topics::EDGE`]).
    pub(super) stamped_by_broker: Vec<String>,
}

impl RequiredTopics {
    pub(super) fn of_stage<S: Stage>(settings: &KafkaSettings) -> Self {
        let names = |topics: Vec<Topic>| topics.into_iter().map(|topic| settings.topic(topic));
        let read = |topics: Vec<Topic>| topics.into_iter().map(|topic| settings.input(topic));
        let is_free = |topic: &Topic| DIFFERENTLY_KEYED.contains(topic);
        let (freely_partitioned, outputs) = S::Out::topics().into_iter().partition(is_free);
        let changelogs = S::State::changelogs().into_iter().map(|stage| settings.changelog(stage));
        let inputs = [S::In::topics(), S::Table::topics()].concat();
        let stamped_by_broker = inputs.into_iter().filter(|topic| topics::EDGE.contains(topic));
        let stamped_by_broker = read(stamped_by_broker.collect()).collect();
        let facts = read(S::In::topics()).chain(names(outputs));
        let dead = S::stage_names().into_iter().map(|stage| settings.dead_letters(stage));
        Self {
            partitioned: facts.chain(changelogs).collect(),
            others: read(S::Table::topics()).chain(names(freely_partitioned)).chain(dead).collect(),
            stamped_by_broker,
        }
    }

    /// Checks that the broker sets the timestamps of the topics whose time is a clock.
    ///
    /// # Errors
    /// [`CommandError::Config`] with the topics and the command to run, [`CommandError::Unavailable`]
    /// if the settings of the topics cannot be read.
    pub(super) fn check_timestamps(&self, settings: &KafkaSettings) -> Result<(), CommandError> {
        let found = admin::topics_with_create_time(settings, &self.stamped_by_broker)
            .map_err(|fault| CommandError::Unavailable(fault.into()))?;
        if found.is_empty() {
            return Ok(());
        }
        let topics = found.join(", ");
        Err(CommandError::Config(
            format!(
                "use the timestamps of {topics}: their writers set them, and one fast clock would \
                 fire the timers of everybody; run `harken topics apply`, which sets \
                 message.timestamp.type=LogAppendTime"
            )
            .into(),
        ))
    }

    /// Compares the required topics with `present`, the partition count by topic of the cluster.
    ///
    /// # Errors
    /// [`CommandError::Config`] with the missing topics or the first mismatch, and the command to run.
    pub(super) fn check(&self, present: &BTreeMap<String, i32>) -> Result<(), CommandError> {
        const REMEDY: &str =
            "run `harken topics plan` to see the changes and `harken topics apply` to make them";
        let all = self.partitioned.iter().chain(&self.others);
        let missing: Vec<_> = all.filter(|name| !present.contains_key(*name)).cloned().collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            return Err(CommandError::Config(Failure::new(
                format!("find the topics {missing}"),
                REMEDY,
            )));
        }
        // Co-partitioning: partition n of every topic must belong to the same worker.
        let mut counts = self.partitioned.iter().filter_map(|name| present.get_key_value(name));
        let Some((first, expected)) = counts.next() else { return Ok(()) };
        match counts.find(|(_, partitions)| *partitions != expected) {
            Some((other, partitions)) => Err(CommandError::Config(
                format!(
                    "join {first} ({expected} partitions) with {other} ({partitions}): the counts \
                 must be equal; {REMEDY}"
                )
                .into(),
            )),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(present: &[(&str, i32)]) -> Result<(), CommandError> {
        let needs = RequiredTopics {
            partitioned: vec!["in".to_owned(), "out".to_owned()],
            others: vec!["dead".to_owned()],
            stamped_by_broker: Vec::new(),
        };
        needs.check(&present.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect())
    }

    #[test]
    fn an_output_with_another_key_can_have_any_number_of_partitions() {
        let settings = KafkaSettings::default();
        let RequiredTopics { partitioned, others, stamped_by_broker } =
            RequiredTopics::of_stage::<surge::Surge>(&settings);
        assert_eq!(partitioned, ["harken.mention.signal.v1", "harken.surge.changelog.v1"]);
        assert_eq!(others, ["harken.incident.state.v1", "harken.surge.dead-letters.v1"]);
        // `surge` writes incident.state; only its readers depend on the timestamps.
        assert!(stamped_by_broker.is_empty());
        let chain = RequiredTopics::of_stage::<crate::routing_chain::RoutingChain>(&settings);
        assert!(chain.others.contains(&"harken.mention.signal.v1".to_owned()));
        assert!(chain.partitioned.contains(&"harken.mention.routed.v1".to_owned()));
        let raised = settings.input(topics::RAISED);
        let mut edge = topics::EDGE.map(|topic| settings.input(topic)).into_iter();
        let is_stamped = |topic| chain.stamped_by_broker.contains(&topic) || topic == raised;
        assert!(edge.all(is_stamped), "{chain:?}");
        assert!(chain.others.contains(&raised), "{chain:?}");
    }

    #[test]
    fn the_calls_of_a_contact_need_its_escalations_in_one_partition_and_by_the_clock_of_the_broker()
    {
        let settings = KafkaSettings::default();
        let calls = RequiredTopics::of_stage::<calls::Calls>(&settings);
        let raised = "harken.escalation.raised.v1";
        let expected = [raised, "harken.escalation.call.v1", "harken.calls.changelog.v1"];
        assert_eq!(calls.partitioned, expected);
        assert_eq!(calls.stamped_by_broker, [raised]);
        assert!(
            all_required_topics(&settings).contains(&"harken.calls.dead-letters.v1".to_owned())
        );
    }

    #[test]
    fn missing_topics_and_unequal_partition_counts_are_rejected() {
        let cases = [
            (vec![("in", 3), ("out", 3), ("dead", 1)], vec![]),
            (vec![("in", 3), ("out", 3)], vec!["dead", "harken topics apply"]),
            (vec![("in", 3), ("dead", 1)], vec!["out", "harken topics apply"]),
            (vec![("in", 3), ("out", 4), ("dead", 1)], vec!["in (3", "out (4)", "harken topics"]),
        ];
        for (present, expected) in cases {
            match check(&present) {
                Ok(()) => assert!(expected.is_empty(), "{present:?} must be rejected"),
                Err(error) => {
                    assert_eq!(error.code(), 78);
                    let text = error.to_string();
                    assert!(expected.iter().all(|part| text.contains(part)), "{text}");
                }
            }
        }
    }
}
