//! The broker in memory: topics by name and partition, changelogs, dead letters and committed
//! offsets.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use crate::{DeadLetter, EventTime, Outgoing, Position, RawRecord, Topic, partition};

/// A handle to one broker; clones share its content.
#[derive(Debug, Clone)]
pub struct MemoryBroker(pub(super) Rc<RefCell<BrokerState>>);

#[derive(Debug)]
pub(super) struct BrokerState {
    pub(super) partitions: i32,
    topics: BTreeMap<(Topic, i32), VecDeque<RawRecord>>,
    /// The offset of the first record still held, by topic and partition.
    first: BTreeMap<(Topic, i32), i64>,
    pub(super) changelogs: BTreeMap<(&'static str, i32), Compacted>,
    pub(super) dead_letters: Vec<DeadLetter>,
    /// The offset of the next record, by group, topic and partition.
    pub(super) offsets: BTreeMap<(&'static str, Topic, i32), i64>,
}

/// The last value of each key, as compaction leaves a changelog.
pub(super) type Compacted = BTreeMap<Vec<u8>, Vec<u8>>;

impl MemoryBroker {
    /// Creates an empty broker whose topics all have this number of partitions.
    #[must_use]
    pub fn new(partitions: i32) -> Self {
        let (topics, first, changelogs, offsets) = Default::default();
        let dead_letters = Vec::new();
        let state = BrokerState { partitions, topics, first, changelogs, dead_letters, offsets };
        Self(Rc::new(RefCell::new(state)))
    }

    /// Appends a record, with `time` in microseconds, to the partition that its key chooses; no
    /// value makes a tombstone.
    pub fn append(&self, topic: Topic, time: EventTime, key: &[u8], value: Option<Vec<u8>>) {
        self.0.borrow_mut().append(Outgoing::new(topic, time, key.to_vec(), value));
    }

    /// Appends a record, with its headers, to the partition that its key chooses.
    pub fn append_record(&self, out: Outgoing) {
        self.0.borrow_mut().append(out);
    }

    /// Appends a record to a partition that its key need not choose, as any program may on Kafka.
    pub fn append_to(&self, partition: i32, out: Outgoing) {
        self.0.borrow_mut().append_to(partition, out);
    }

    /// Returns all records of a topic, partition by partition.
    #[must_use]
    pub fn records(&self, topic: Topic) -> Vec<RawRecord> {
        let state = self.0.borrow();
        let of_topic = state.topics.iter().filter(|((name, _), _)| *name == topic);
        of_topic.flat_map(|(_, records)| records.iter().cloned()).collect()
    }

    /// Returns the records of a topic from these offsets on, partition by partition, and advances
    /// the offsets past them.
    pub fn read_from(&self, topic: Topic, offsets: &mut BTreeMap<i32, i64>) -> Vec<RawRecord> {
        let (state, mut new) = (self.0.borrow(), Vec::new());
        for partition in 0..state.partitions {
            let first = state.first_offset(topic, partition);
            let offset = offsets.entry(partition).or_insert(first);
            while let Some(raw) = state.get(Position { topic, partition, offset: *offset }) {
                new.push(raw.clone());
                *offset += 1;
            }
        }
        new
    }

    /// Removes and returns all records of a topic, so that an endless run needs no endless memory.
    pub fn drain(&self, topic: Topic) -> Vec<RawRecord> {
        let mut state = self.0.borrow_mut();
        let mut drained = Vec::new();
        for partition in 0..state.partitions {
            if let Some(records) = state.topics.get_mut(&(topic, partition)) {
                let records: Vec<_> = records.drain(..).collect();
                // Offsets go on, as after retention: they are positions, not indices.
                *state.first.entry((topic, partition)).or_default() += records.len() as i64;
                drained.extend(records);
            }
        }
        drained
    }

    /// Returns the compacted changelog of a stage: partition, key and value of each entry.
    #[must_use]
    pub fn changelog(&self, stage: &str) -> Vec<(i32, Vec<u8>, Vec<u8>)> {
        let state = self.0.borrow();
        let of_stage = state.changelogs.iter().filter(|((name, _), _)| *name == stage);
        let entry = |p: i32, (k, v): (&Vec<u8>, &Vec<u8>)| (p, k.clone(), v.clone());
        of_stage.flat_map(|((_, p), entries)| entries.iter().map(|kv| entry(*p, kv))).collect()
    }

    /// Returns the dead letters so far.
    #[must_use]
    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        self.0.borrow().dead_letters.clone()
    }

    /// Removes and returns the dead letters so far.
    pub fn drain_dead_letters(&self) -> Vec<DeadLetter> {
        std::mem::take(&mut self.0.borrow_mut().dead_letters)
    }
}

impl BrokerState {
    pub(super) fn append(&mut self, out: Outgoing) {
        self.append_to(partition::partition_of(&out.key, self.partitions), out);
    }

    fn append_to(&mut self, partition: i32, out: Outgoing) {
        let topic = out.topic;
        let first = *self.first.entry((topic, partition)).or_default();
        let records = self.topics.entry((topic, partition)).or_default();
        let at = Position { topic, partition, offset: first + records.len() as i64 };
        // There is no wall clock in memory: `now` is the event time, so that runs are repeatable.
        records.push_back(out.into_record(at));
    }

    pub(super) fn get(&self, at: Position) -> Option<&RawRecord> {
        let index = usize::try_from(at.offset - self.first_offset(at.topic, at.partition)).ok()?;
        self.topics.get(&(at.topic, at.partition))?.get(index)
    }

    pub(super) fn first_offset(&self, topic: Topic, partition: i32) -> i64 {
        self.first.get(&(topic, partition)).copied().unwrap_or(0)
    }
}
