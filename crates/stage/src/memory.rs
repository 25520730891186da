//! A broker in memory, for tests and for the embedded commands: topics, groups and transactions,
//! deterministic, with faults on demand.
//!
//! A [`Memory`] is one consumer of a [`Broker`]. It merges its inputs by event time, so that what
//! a stage sees does not depend on how the work is cut into batches and commits.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use crate::{
    Change, DeadLetter, EachChange, Effects, Event, Fault, Input, Log, Micros, Outgoing, Position,
    Raw, Stage, State, Table, Topic, partition,
};

/// Topics by name and partition, changelogs, committed offsets: what a broker keeps for good.
#[derive(Debug, Clone)]
pub struct Broker(Rc<RefCell<Kept>>);

#[derive(Debug)]
struct Kept {
    partitions: i32,
    topics: BTreeMap<(Topic, i32), VecDeque<Raw>>,
    first: BTreeMap<(Topic, i32), i64>,
    changelogs: BTreeMap<(&'static str, i32), Compacted>,
    dead: Vec<DeadLetter>,
    offsets: BTreeMap<(&'static str, Topic, i32), i64>,
}

/// The last value of each key: what compaction leaves of a changelog.
type Compacted = BTreeMap<Vec<u8>, Vec<u8>>;

impl Broker {
    /// An empty broker whose topics have this many partitions.
    #[must_use]
    pub fn new(partitions: i32) -> Self {
        let (topics, first, changelogs, offsets) = Default::default();
        let dead = Vec::new();
        let kept = Kept { partitions, topics, first, changelogs, dead, offsets };
        Self(Rc::new(RefCell::new(kept)))
    }

    /// Appends a record to the partition its key chooses; a missing value is a tombstone.
    pub fn append(&self, topic: Topic, time: Micros, key: &[u8], value: Option<Vec<u8>>) {
        let raw =
            Outgoing { topic, time, key: key.to_vec(), value, headers: Vec::new(), is_tap: false };
        self.0.borrow_mut().append(raw);
    }

    /// Everything a topic holds, partition by partition.
    #[must_use]
    pub fn records(&self, topic: Topic) -> Vec<Raw> {
        let kept = self.0.borrow();
        let of_topic = kept.topics.iter().filter(|((name, _), _)| *name == topic);
        of_topic.flat_map(|(_, records)| records.iter().cloned()).collect()
    }

    /// What a topic holds from these offsets on, partition by partition; they go on behind it.
    pub fn since(&self, topic: Topic, offsets: &mut BTreeMap<i32, i64>) -> Vec<Raw> {
        let (kept, mut new) = (self.0.borrow(), Vec::new());
        for partition in 0..kept.partitions {
            let first = kept.first.get(&(topic, partition)).copied().unwrap_or(0);
            let offset = offsets.entry(partition).or_insert(first);
            while let Some(raw) = kept.get(Position { topic, partition, offset: *offset }) {
                new.push(raw.clone());
                *offset += 1;
            }
        }
        new
    }

    /// Takes everything a topic holds, so that an endless run needs no endless memory.
    pub fn take(&self, topic: Topic) -> Vec<Raw> {
        let mut kept = self.0.borrow_mut();
        let mut taken = Vec::new();
        for partition in 0..kept.partitions {
            if let Some(records) = kept.topics.get_mut(&(topic, partition)) {
                let records: Vec<_> = records.drain(..).collect();
                *kept.first.entry((topic, partition)).or_default() += records.len() as i64;
                taken.extend(records);
            }
        }
        taken
    }

    /// What the changelog of a stage holds after compaction: entries by partition and key.
    #[must_use]
    pub fn changelog(&self, stage: &str) -> Vec<(i32, Vec<u8>, Vec<u8>)> {
        let kept = self.0.borrow();
        let of_stage = kept.changelogs.iter().filter(|((name, _), _)| *name == stage);
        let entry = |p: i32, (k, v): (&Vec<u8>, &Vec<u8>)| (p, k.clone(), v.clone());
        of_stage.flat_map(|((_, p), kept)| kept.iter().map(|kv| entry(*p, kv))).collect()
    }

    /// The dead letters so far.
    #[must_use]
    pub fn dead(&self) -> Vec<DeadLetter> {
        self.0.borrow().dead.clone()
    }

    /// Takes the dead letters so far.
    pub fn take_dead(&self) -> Vec<DeadLetter> {
        std::mem::take(&mut self.0.borrow_mut().dead)
    }
}

impl Kept {
    fn append(&mut self, out: Outgoing) {
        let Outgoing { topic, time, key, value, headers, is_tap } = out;
        let partition = partition::of(&key, self.partitions);
        let first = *self.first.entry((topic, partition)).or_default();
        let records = self.topics.entry((topic, partition)).or_default();
        let at = Position { topic, partition, offset: first + records.len() as i64 };
        let mut headers: Vec<_> =
            headers.into_iter().map(|(k, v)| (k.to_owned(), v.into_owned().into_bytes())).collect();
        if is_tap {
            headers.push((TAP.to_owned(), Vec::new()));
        }
        records.push_back(Raw { at, time, now: time, key, value, headers });
    }

    fn get(&self, at: Position) -> Option<&Raw> {
        let first = self.first.get(&(at.topic, at.partition)).copied().unwrap_or(0);
        let index = usize::try_from(at.offset - first).ok()?;
        self.topics.get(&(at.topic, at.partition))?.get(index)
    }
}

/// The header that marks a tap; see [`Outgoing::is_tap`].
pub const TAP: &str = "harken-tap";

/// How a commit fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing was written.
    Aborted,
    /// Everything was written, but the answer was lost.
    AnswerLost,
}

/// How the work is cut, and what goes wrong.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Records in a batch, at most.
    pub batch: usize,
    /// Batches in a transaction.
    pub batches_per_commit: usize,
    /// Fails the n-th commit of all, once.
    pub fail: Option<(usize, Failure)>,
    /// Before the n-th batch of all, takes a partition away and gives it back, once.
    pub rebalance: Option<(usize, i32)>,
    /// The time at the end of the input, in microseconds: timers due by then ring.
    pub until: Option<Micros>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { batch: 500, batches_per_commit: 1, fail: None, rebalance: None, until: None }
    }
}

/// One consumer of a [`Broker`], in a transaction of its own.
#[derive(Debug)]
pub struct Memory {
    broker: Broker,
    group: &'static str,
    inputs: Vec<Topic>,
    reads_taps: bool,
    tables: Vec<Topic>,
    changelogs: Vec<&'static str>,
    plan: Plan,
    batches: usize,
    commits: usize,
    positions: BTreeMap<(Topic, i32), i64>,
    rows: BTreeMap<(Topic, i32), i64>,
    pending: Vec<(i32, Effects)>,
    events: VecDeque<Event>,
    is_ended: bool,
}

impl Memory {
    /// A consumer for this stage, with all partitions.
    #[must_use]
    pub fn new<S: Stage>(broker: &Broker, plan: Plan) -> Self {
        let mut log = Self {
            broker: broker.clone(),
            group: S::NAME,
            inputs: S::In::topics(),
            reads_taps: S::In::reads_taps(),
            tables: S::Table::topics(),
            changelogs: S::State::changelogs(),
            plan,
            batches: 0,
            commits: 0,
            positions: BTreeMap::new(),
            rows: BTreeMap::new(),
            pending: Vec::new(),
            events: VecDeque::new(),
            is_ended: false,
        };
        log.restart();
        log
    }

    /// Starts over as a new consumer: whatever was not committed is forgotten.
    pub fn restart(&mut self) {
        self.pending.clear();
        self.events.clear();
        self.rows.clear();
        self.is_ended = false;
        let partitions = self.broker.0.borrow().partitions;
        for partition in 0..partitions {
            self.rewind(partition);
        }
        let rows = self.new_rows();
        self.events.push_back(Event::Rows(rows));
        self.events.extend((0..partitions).map(Event::Assigned));
    }

    /// Goes on reading after the end was reached, keeping the states.
    pub fn resume(&mut self) {
        self.is_ended = false;
    }

    fn rewind(&mut self, partition: i32) {
        let kept = self.broker.0.borrow();
        for &topic in &self.inputs {
            let first = kept.first.get(&(topic, partition)).copied().unwrap_or(0);
            let committed = kept.offsets.get(&(self.group, topic, partition)).copied();
            let offset = committed.unwrap_or(first);
            self.positions.insert((topic, partition), offset);
        }
    }

    fn new_rows(&mut self) -> Vec<Raw> {
        let kept = self.broker.0.borrow();
        let mut rows = Vec::new();
        for &topic in &self.tables {
            for partition in 0..kept.partitions {
                let offset = self.rows.entry((topic, partition)).or_default();
                while let Some(raw) = kept.get(Position { topic, partition, offset: *offset }) {
                    rows.push(raw.clone());
                    *offset += 1;
                }
            }
        }
        rows
    }

    /// The earliest record not yet handed out, of one partition or of all.
    fn earliest(&self, kept: &Kept, only: Option<i32>) -> Option<(Micros, i32, usize)> {
        let at = |(&(topic, partition), &offset): (&(Topic, i32), &i64)| {
            let raw = kept.get(Position { topic, partition, offset })?;
            let rank = self.inputs.iter().position(|input| *input == topic)?;
            Some((raw.time, partition, rank))
        };
        let mine = self.positions.iter().filter(|((_, p), _)| only.is_none_or(|only| only == *p));
        mine.filter_map(at).min()
    }

    fn poll(&mut self) -> Option<(i32, Vec<Raw>)> {
        let kept = Rc::clone(&self.broker.0);
        let kept = kept.borrow();
        let (_, partition, _) = self.earliest(&kept, None)?;
        let mut batch = Vec::new();
        let mut seen = 0;
        while seen < self.plan.batch {
            let Some((_, _, rank)) = self.earliest(&kept, Some(partition)) else { break };
            let topic = self.inputs[rank];
            let offset = self.positions.entry((topic, partition)).or_default();
            let raw = kept.get(Position { topic, partition, offset: *offset })?.clone();
            *offset += 1;
            seen += 1;
            if self.reads_taps || !raw.headers.iter().any(|(name, _)| name == TAP) {
                batch.push(raw);
            }
        }
        Some((partition, batch))
    }

    fn end(&mut self) -> Event {
        if self.is_ended {
            return Event::Shutdown;
        }
        if !self.pending.is_empty() {
            // What a stage has written to a topic that it reads itself comes next.
            return Event::CommitDue;
        }
        self.is_ended = true;
        if let Some(until) = self.plan.until {
            let partitions: BTreeSet<i32> = self.positions.keys().map(|(_, p)| *p).collect();
            self.events.extend(partitions.into_iter().map(|p| Event::Time(p, until)));
        }
        self.events.push_back(Event::CommitDue);
        self.events.push_back(Event::Shutdown);
        self.events.pop_front().unwrap_or(Event::Shutdown)
    }
}

impl Log for Memory {
    fn next(&mut self) -> Result<Event, Fault> {
        if let Some(event) = self.events.pop_front() {
            return Ok(event);
        }
        let rows = self.new_rows();
        if !rows.is_empty() {
            return Ok(Event::Rows(rows));
        }
        if let Some((n, partition)) = self.plan.rebalance
            && n == self.batches
        {
            self.plan.rebalance = None;
            self.events.push_back(Event::Assigned(partition));
            return Ok(Event::Revoked(partition));
        }
        let Some((partition, batch)) = self.poll() else { return Ok(self.end()) };
        self.batches += 1;
        if let Some(last) = batch.last() {
            self.events.push_back(Event::Time(partition, last.time));
        }
        if self.batches.is_multiple_of(self.plan.batches_per_commit) {
            self.events.push_back(Event::CommitDue);
        }
        Ok(Event::Batch(partition, batch))
    }

    fn changelog(&mut self, partition: i32, each: &mut EachChange<'_>) -> Result<(), Fault> {
        self.rewind(partition);
        let kept = self.broker.0.borrow();
        for stage in &self.changelogs {
            for (key, value) in kept.changelogs.get(&(*stage, partition)).into_iter().flatten() {
                each(stage, key, Some(value))?;
            }
        }
        Ok(())
    }

    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault> {
        self.pending.push((partition, effects));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.commits += 1;
        let failure = self.plan.fail.filter(|(n, _)| *n == self.commits).map(|(_, how)| how);
        if failure == Some(Failure::Aborted) {
            self.pending.clear();
            return Err(Fault::new("commit: aborted"));
        }
        let mut kept = self.broker.0.borrow_mut();
        for (partition, effects) in self.pending.drain(..) {
            effects.outputs.into_iter().for_each(|out| kept.append(out));
            for Change { stage, key, value } in effects.changes {
                let changelog = kept.changelogs.entry((stage, partition)).or_default();
                match value {
                    Some(value) => changelog.insert(key, value),
                    None => changelog.remove(&key),
                };
            }
            kept.dead.extend(effects.dead);
        }
        for ((topic, partition), position) in &self.positions {
            kept.offsets.insert((self.group, *topic, *partition), *position);
        }
        failure.map_or(Ok(()), |_| Err(Fault::new("commit: the answer was lost")))
    }
}
