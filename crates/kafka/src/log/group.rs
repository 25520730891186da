//! What the group decides, and what the loop does about it: partitions come and go.

use std::collections::BTreeSet;

use rdkafka::consumer::Consumer as _;
use rdkafka::{Offset, TopicPartitionList};
use stage::{Event, Fault};

use super::{AfterEvents, KafkaLog};
use crate::ask;
use crate::consumer::Rebalance;
use crate::faults::{Defence, is_on};

impl KafkaLog {
    /// Does what the group waits for, now that its last word has been dealt with.
    pub(super) fn settle(&mut self) -> Result<(), Fault> {
        let fault = |error| Fault::new(format!("follow the group: {error}"));
        match std::mem::replace(&mut self.after_events, AfterEvents::Nothing) {
            AfterEvents::Nothing => {}
            AfterEvents::Assign => {
                self.reader = None;
                self.consumer()?.assign(&self.assignment()?).map_err(fault)?;
                self.meter.ready(true);
            }
            AfterEvents::Unassign => {
                for (partition, topic) in self.positions.keys() {
                    self.meter.revoked(topic, *partition);
                }
                self.handed.clear();
                self.positions.clear();
                self.ends.clear();
                self.times.clear();
                self.consumer()?.unassign().map_err(fault)?;
            }
        }
        Ok(())
    }

    pub(super) fn assignment(&self) -> Result<TopicPartitionList, Fault> {
        let mut list = TopicPartitionList::new();
        for ((partition, topic), offset) in &self.positions {
            list.add_partition_offset(
                &self.settings.input(topic),
                *partition,
                Offset::Offset(*offset),
            )
            .map_err(|error| Fault::new(format!("list offsets: {error}")))?;
        }
        Ok(list)
    }

    pub(super) fn rebalanced(&mut self, rebalance: Rebalance) -> Result<(), Fault> {
        match rebalance {
            Rebalance::Revoke { is_lost: true } if is_on(Defence::AbortWhenLost) => {
                Err(Fault::new("keep its partitions: the group has given them to others"))
            }
            Rebalance::Revoke { .. } => {
                self.meter.ready(false);
                let partitions: BTreeSet<i32> = self.positions.keys().map(|(p, _)| *p).collect();
                self.events.extend(partitions.into_iter().map(Event::Revoked));
                self.after_events = AfterEvents::Unassign;
                Ok(())
            }
            Rebalance::Assign(partitions) => self.assigned(&partitions),
        }
    }

    /// Finds the committed offsets of partitions. The group waits with the assignment until their
    /// state is restored, so there is nothing to pause and to resume.
    pub(super) fn assigned(&mut self, partitions: &[(String, i32)]) -> Result<(), Fault> {
        let numbers: BTreeSet<i32> = partitions.iter().map(|(_, partition)| *partition).collect();
        if partitions.len() != numbers.len() * self.inputs.len() {
            // A member of another make-up, that has just ended, may still hold some of them.
            return Err(Fault::new(format!(
                "work as {}: the group gave it different partitions of its inputs; every member \
                 must read the same topics, each with the same number of partitions",
                self.member
            )));
        }
        let mut list = TopicPartitionList::new();
        for (topic, partition) in partitions {
            list.add_partition(topic, *partition);
        }
        // Stable offsets: waits until no transaction of another member has offsets pending.
        let patience = self.settings.patience;
        let committed = ask::committed(self.consumer()?, &list, patience)
            .map_err(|error| Fault::new(format!("read committed offsets: {error}")))?;
        for element in committed.elements() {
            let (name, partition) = (element.topic(), element.partition());
            let Some(topic) = self.logical(name) else { continue };
            let offset = match element.offset() {
                Offset::Offset(offset) => offset,
                _ => {
                    let watermarks = ask::watermarks(self.consumer()?, name, partition, patience);
                    watermarks.map_err(|error| Fault::new(format!("find {name}: {error}")))?.0
                }
            };
            self.positions.insert((partition, topic), offset);
        }
        let member = &self.member;
        tracing::info!(worker = member, ?numbers, "partitions are taken up");
        self.handed = self.positions.clone();
        self.events.extend(numbers.into_iter().map(Event::Assigned));
        self.after_events = AfterEvents::Assign;
        Ok(())
    }
}
