//! Carries out the decisions of the group: assigns and revokes partitions.
//!
//! A rebalance has two halves. The first queues events for the loop (restore, or commit and drop);
//! the second, once the loop has handled them, gives librdkafka the answer it waits for.

use std::collections::BTreeSet;

use rdkafka::consumer::Consumer as _;
use rdkafka::{Offset, TopicPartitionList};
use stage::{Event, Fault};

use super::{KafkaLog, RebalanceStep};
use crate::consumer::Rebalance;
use crate::faults::{Defence, is_enabled};
use crate::retry;

impl<R> KafkaLog<R> {
    /// Assigns or unassigns what the last rebalance decided, after the loop has prepared for it.
    pub(super) fn complete_rebalance(&mut self) -> Result<(), Fault> {
        let fault = |error| Fault::log("complete a rebalance", error);
        match std::mem::replace(&mut self.rebalance_step, RebalanceStep::None) {
            RebalanceStep::None => {}
            RebalanceStep::Assign => {
                self.changelog_reader = None;
                // Explicit offsets: auto.offset.reset must never choose a position.
                let offsets = self.offset_list(|_| true)?;
                self.consumer()?.assign(&offsets).map_err(fault)?;
                self.write_repairs()?;
                self.meter.set_ready(!self.is_stuck);
            }
            RebalanceStep::Unassign => {
                for (partition, topic) in self.processed_offsets.keys() {
                    self.meter.revoked(topic, *partition);
                }
                self.polled_offsets.clear();
                self.processed_offsets.clear();
                self.progress.clear();
                self.last_times.clear();
                self.rejected_rows.on_revoke();
                self.repairs.clear();
                self.consumer()?.unassign().map_err(fault)?;
            }
        }
        Ok(())
    }

    /// Returns the offsets of the next records of the selected partitions, on all inputs.
    pub(super) fn offset_list(
        &self,
        is_selected: impl Fn(i32) -> bool,
    ) -> Result<TopicPartitionList, Fault> {
        let mut list = TopicPartitionList::new();
        for ((partition, topic), next) in &self.processed_offsets {
            if is_selected(*partition) {
                let name = self.settings.input(topic);
                list.add_partition_offset(&name, *partition, Offset::Offset(*next))
                    .map_err(|error| Fault::log("list offsets", error))?;
            }
        }
        Ok(list)
    }

    pub(super) fn begin_rebalance(&mut self, rebalance: Rebalance) -> Result<(), Fault> {
        match rebalance {
            // Others already process these partitions: a fault aborts instead of committing.
            Rebalance::Revoke { is_lost: true } if is_enabled(Defence::AbortWhenLost) => {
                Err(Fault::PartitionsLost { reason: "the group has given them to others" })
            }
            Rebalance::Revoke { .. } => {
                self.meter.set_ready(false);
                let partitions: BTreeSet<i32> =
                    self.processed_offsets.keys().map(|(p, _)| *p).collect();
                self.events.extend(partitions.into_iter().map(Event::Revoked));
                self.rebalance_step = RebalanceStep::Unassign;
                Ok(())
            }
            Rebalance::Assign(partitions) => self.begin_assignment(&partitions),
        }
    }

    /// Reads the committed offsets of new partitions and queues their restore. librdkafka waits
    /// with the assignment until then, so there is nothing to pause and to resume.
    fn begin_assignment(&mut self, partitions: &[(String, i32)]) -> Result<(), Fault> {
        let numbers: BTreeSet<i32> = partitions.iter().map(|(_, partition)| *partition).collect();
        if partitions.len() != numbers.len() * self.inputs.len() {
            // Not fatal: a member with other inputs that has just ended may still hold some.
            return Err(Fault::detected(format!(
                "work as {}: the group assigned different partitions of its inputs; every member \
                 must read the same topics, each with the same number of partitions",
                self.member
            )));
        }
        self.find_offsets(partitions)?;
        self.find_row_offsets(|partition| numbers.contains(&partition))?;
        let member = &self.member;
        tracing::info!(worker = member, ?numbers, "partitions assigned");
        self.polled_offsets = self.processed_offsets.clone();
        self.events.extend(numbers.into_iter().map(Event::Assigned));
        self.rebalance_step = RebalanceStep::Assign;
        Ok(())
    }

    /// Finds the offset of the next record of each partition: the committed one, or the first.
    fn find_offsets(&mut self, partitions: &[(String, i32)]) -> Result<(), Fault> {
        let mut list = TopicPartitionList::new();
        for (topic, partition) in partitions {
            list.add_partition(topic, *partition);
        }
        // Before the changelog is read, and only stable offsets: the call waits until no transaction
        // of another member has offsets pending, so the changelog read afterwards covers them.
        let timeout = self.settings.timeout;
        let committed = retry::committed_offsets(self.consumer()?, &list, timeout)
            .map_err(|error| Fault::log("read committed offsets", error))?;
        for element in committed.elements() {
            let (name, partition) = (element.topic(), element.partition());
            let Some(topic) = self.input_topic(name) else { continue };
            let offset = match element.offset() {
                Offset::Offset(offset) => offset,
                _ => {
                    let watermarks = retry::watermarks(self.consumer()?, name, partition, timeout);
                    watermarks.map_err(|error| Fault::log(format!("find {name}"), error))?.0
                }
            };
            self.processed_offsets.insert((partition, topic), offset);
        }
        Ok(())
    }
}
