//! A log in memory, for tests and for the embedded commands: topics, groups and transactions,
//! deterministic, with injected faults.
//!
//! A [`MemoryLog`] is one consumer of a [`MemoryBroker`]. It merges its inputs by event time, so
//! that the input of a stage does not depend on the sizes of batches and transactions.

mod broker;
mod delivery_plan;
mod rules_schedule;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use broker::BrokerState;
pub use broker::MemoryBroker;
pub use delivery_plan::{CommitFailure, DeliveryPlan};
pub use rules_schedule::RulesSchedule;

use crate::{
    BroadcastTable, ChangeVisitor, DeadLetter, Effects, Event, EventTime, Fault, Input, Log,
    Position, RawRecord, Stage, State, StateChange, Topic,
};

/// One consumer of a [`MemoryBroker`], with one transaction open at a time.
#[derive(Debug)]
pub struct MemoryLog<R = ()> {
    broker: MemoryBroker,
    group: &'static str,
    inputs: Vec<Topic>,
    tap_topics: Vec<Topic>,
    tables: Vec<Topic>,
    changelogs: Vec<&'static str>,
    rules: RulesSchedule<R>,
    /// The index of the version that the loop has.
    active_rules: usize,
    plan: DeliveryPlan,
    /// Batches returned so far, over all restarts.
    batches: usize,
    /// Commits so far, over all restarts.
    commits: usize,
    /// Offsets of the next input records.
    positions: BTreeMap<(Topic, i32), i64>,
    /// Offsets of the next records to be processed; a commit writes these.
    processed: BTreeMap<(Topic, i32), i64>,
    /// Offsets of the next table rows.
    rows: BTreeMap<(Topic, i32), i64>,
    /// The effects in the open transaction, with their partitions.
    pending: Vec<(i32, Effects)>,
    /// The dead letters of table rows in the open transaction.
    rejected_rows: Vec<DeadLetter>,
    events: VecDeque<Event<R>>,
    is_ended: bool,
}

/// Records of one partition, in order.
struct PolledBatch {
    partition: i32,
    /// The index of the version of the rules that applies to all of them.
    rules: usize,
    batch: Vec<RawRecord>,
    /// The time of the last record, if the partition has no more.
    idle_at: Option<EventTime>,
}

impl<R> MemoryLog<R> {
    /// Creates a consumer for a stage, with all partitions.
    #[must_use]
    pub fn new<S: Stage<Rules = R>>(
        broker: &MemoryBroker,
        rules: impl Into<RulesSchedule<R>>,
        plan: DeliveryPlan,
    ) -> Self {
        let mut log = Self {
            broker: broker.clone(),
            group: S::NAME,
            inputs: S::In::topics(),
            tap_topics: S::In::tap_topics(),
            tables: S::Table::topics(),
            changelogs: S::State::changelogs(),
            rules: rules.into(),
            active_rules: 0,
            plan,
            batches: 0,
            commits: 0,
            positions: BTreeMap::new(),
            processed: BTreeMap::new(),
            rows: BTreeMap::new(),
            pending: Vec::new(),
            rejected_rows: Vec::new(),
            events: VecDeque::new(),
            is_ended: false,
        };
        log.restart();
        log
    }

    /// Restarts as a new consumer: drops the open transaction and goes back to the committed
    /// offsets.
    pub fn restart(&mut self) {
        self.pending.clear();
        self.rejected_rows.clear();
        self.events.clear();
        self.rows.clear();
        self.is_ended = false;
        let partitions = self.broker.0.borrow().partitions;
        for partition in 0..partitions {
            self.rewind(partition);
        }
        self.activate_rules(0);
        // Tables before partitions, as the contract of `Event::TableRows` promises.
        let rows = self.new_rows();
        self.events.push_back(Event::TableRows(rows));
        self.events.extend((0..partitions).map(Event::Assigned));
    }

    /// Continues after the end of the input was reached; the caller keeps the states.
    pub fn resume(&mut self) {
        self.is_ended = false;
    }

    /// Moves the inputs of a partition back to the committed offsets.
    fn rewind(&mut self, partition: i32) {
        let broker = self.broker.0.borrow();
        for &topic in &self.inputs {
            let committed = broker.offsets.get(&(self.group, topic, partition)).copied();
            let offset = committed.unwrap_or_else(|| broker.first_offset(topic, partition));
            self.positions.insert((topic, partition), offset);
            self.processed.insert((topic, partition), offset);
        }
    }

    fn new_rows(&mut self) -> Vec<RawRecord> {
        let broker = self.broker.0.borrow();
        let mut rows = Vec::new();
        for &topic in &self.tables {
            for partition in 0..broker.partitions {
                let offset = self.rows.entry((topic, partition)).or_default();
                while let Some(raw) = broker.get(Position { topic, partition, offset: *offset }) {
                    rows.push(raw.clone());
                    *offset += 1;
                }
            }
        }
        rows
    }

    /// Finds the earliest record not yet returned, of one partition or of all: its time, its
    /// partition and the index of its topic. Equal times go by partition, then by input order.
    fn earliest(&self, broker: &BrokerState, only: Option<i32>) -> Option<(EventTime, i32, usize)> {
        let candidate = |(&(topic, partition), &offset): (&(Topic, i32), &i64)| {
            let raw = broker.get(Position { topic, partition, offset })?;
            let rank = self.inputs.iter().position(|input| *input == topic)?;
            Some((raw.time, partition, rank))
        };
        let positions =
            self.positions.iter().filter(|((_, p), _)| only.is_none_or(|only| only == *p));
        positions.filter_map(candidate).min()
    }

    /// Queues the version of the rules with this index.
    fn activate_rules(&mut self, index: usize) {
        self.active_rules = index;
        self.events.push_back(Event::Rules(self.rules.version(index)));
    }

    /// The version of the rules for a record of a partition: that of its time, or that of the last
    /// primary record before it if that is newer. A record that a chain writes to its own input comes
    /// late, and must not bring a version back.
    fn rules_of(&self, broker: &BrokerState, partition: i32, time: EventTime) -> usize {
        let primary = self.inputs.first().and_then(|topic| {
            let next = self.positions.get(&(*topic, partition))?;
            broker.get(Position { topic, partition, offset: next - 1 })
        });
        self.rules.index_at(primary.map_or(time, |last| last.time.max(time)))
    }

    /// Returns the next batch, from the partition that has the earliest record.
    fn poll(&mut self) -> Option<PolledBatch> {
        // A second handle, because the borrow of the broker outlives changes of `self.positions`.
        let broker = Rc::clone(&self.broker.0);
        let broker = broker.borrow();
        let (mut last, partition, _) = self.earliest(&broker, None)?;
        let rules = self.rules_of(&broker, partition, last);
        let mut batch = Vec::new();
        let mut polled = 0;
        while polled < self.plan.max_batch {
            let Some((time, _, rank)) = self.earliest(&broker, Some(partition)) else { break };
            if self.rules_of(&broker, partition, time) != rules {
                break;
            }
            let topic = self.inputs[rank];
            let offset = self.positions.entry((topic, partition)).or_default();
            let raw = broker.get(Position { topic, partition, offset: *offset })?.clone();
            *offset += 1;
            polled += 1;
            last = time;
            // A skipped tap still advances the offset: it counts as processed.
            if !(self.tap_topics.contains(&topic) && raw.headers.has_tap_mark()) {
                batch.push(raw);
            }
        }
        let idle_at = self.earliest(&broker, Some(partition)).is_none().then_some(last);
        Some(PolledBatch { partition, rules, batch, idle_at })
    }

    /// Returns the event that follows when there is no record left.
    fn end_of_input(&mut self) -> Event<R> {
        if self.is_ended {
            return Event::Shutdown;
        }
        if !self.pending.is_empty() || !self.rejected_rows.is_empty() {
            // Commit first: a stage may have written to a topic that it reads itself.
            return Event::CommitDue;
        }
        self.is_ended = true;
        if let Some(end_time) = self.plan.end_time {
            self.activate_rules(self.rules.index_at(end_time));
            let partitions: BTreeSet<i32> = self.positions.keys().map(|(_, p)| *p).collect();
            self.events
                .extend(partitions.into_iter().map(|p| Event::Time(p, end_time.as_wall_time())));
        }
        self.events.push_back(Event::CommitDue);
        self.events.push_back(Event::Shutdown);
        self.events.pop_front().unwrap_or(Event::Shutdown)
    }
}

impl<R> Log for MemoryLog<R> {
    type Rules = R;

    fn next_event(&mut self) -> Result<Event<R>, Fault> {
        if let Some(event) = self.events.pop_front() {
            return Ok(event);
        }
        let rows = self.new_rows();
        if !rows.is_empty() {
            return Ok(Event::TableRows(rows));
        }
        if let Some((n, partition)) = self.plan.rebalance
            && n == self.batches
        {
            self.plan.rebalance = None;
            self.events.push_back(Event::Assigned(partition));
            return Ok(Event::Revoked(partition));
        }
        let Some(polled) = self.poll() else { return Ok(self.end_of_input()) };
        let PolledBatch { partition, rules, batch, idle_at } = polled;
        self.batches += 1;
        if rules != self.active_rules {
            self.activate_rules(rules);
        }
        self.events.push_back(Event::Batch(partition, batch));
        // There is no wall clock in memory: time advances with the records. Not after each batch: a
        // stage may work while it is idle, and that must not depend on the sizes of batches.
        self.events.extend(idle_at.map(|time| Event::Time(partition, time.as_wall_time())));
        if self.batches.is_multiple_of(self.plan.batches_per_commit) {
            self.events.push_back(Event::CommitDue);
        }
        self.next_event()
    }

    fn read_changelog(
        &mut self,
        partition: i32,
        each: &mut ChangeVisitor<'_>,
    ) -> Result<(), Fault> {
        // State and offsets must be of the same commit, also after a rebalance.
        self.rewind(partition);
        let broker = self.broker.0.borrow();
        for stage in &self.changelogs {
            for (key, value) in broker.changelogs.get(&(*stage, partition)).into_iter().flatten() {
                each(stage, key, Some(value))?;
            }
        }
        Ok(())
    }

    fn home_of(&mut self, record: &RawRecord) -> Result<Option<i32>, Fault> {
        let partitions = self.broker.0.borrow().partitions;
        Ok(Some(crate::partition::partition_of(&record.key, partitions)))
    }

    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault> {
        self.pending.push((partition, effects));
        let polled = self.positions.iter().filter(|((_, p), _)| *p == partition);
        self.processed.extend(polled.map(|(at, next)| (*at, *next)));
        Ok(())
    }

    fn reject_row(&mut self, letter: DeadLetter) -> Result<(), Fault> {
        let Position { topic, partition, offset } = letter.record.at;
        let row = (self.group, topic, partition);
        let committed = self.broker.0.borrow().offsets.get(&row).copied().unwrap_or(0);
        // A restart reads every row again: what is before the committed offset has its dead letter.
        if offset >= committed {
            self.rejected_rows.push(letter);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.commits += 1;
        let failing = self.plan.failing_commit.filter(|(n, _)| *n == self.commits);
        let failure = failing.map(|(_, failure)| failure);
        if failure == Some(CommitFailure::Aborted) {
            self.pending.clear();
            self.rejected_rows.clear();
            return Err(Fault::detected("commit: aborted"));
        }
        let mut outputs = self.pending.iter().flat_map(|(_, effects)| &effects.outputs);
        if outputs.any(|out| self.plan.refuses.is_some_and(|refuses| refuses(out))) {
            let source = "the plan refuses an output".into();
            return Err(Fault::Refused { action: "commit".to_owned(), source });
        }
        let mut broker = self.broker.0.borrow_mut();
        for (partition, effects) in self.pending.drain(..) {
            effects.outputs.into_iter().for_each(|out| broker.append(out));
            for StateChange { stage, key, value } in effects.changes {
                let changelog = broker.changelogs.entry((stage, partition)).or_default();
                match value {
                    Some(value) => changelog.insert(key, value),
                    None => changelog.remove(&key),
                };
            }
            broker.dead_letters.extend(effects.dead_letters);
        }
        for letter in self.rejected_rows.drain(..) {
            let Position { topic, partition, offset } = letter.record.at;
            broker.offsets.insert((self.group, topic, partition), offset + 1);
            broker.dead_letters.push(letter);
        }
        for ((topic, partition), next) in &self.processed {
            broker.offsets.insert((self.group, *topic, *partition), *next);
        }
        // Fails after everything is written: the caller cannot tell this from an abort.
        failure.map_or(Ok(()), |_| Err(Fault::detected("commit: the answer was lost")))
    }

    fn commit_except(&mut self, _: i32, unprocessed: &[RawRecord]) -> Result<(), Fault> {
        for raw in unprocessed {
            let next = self.processed.entry((raw.at.topic, raw.at.partition));
            next.and_modify(|next| *next = raw.at.offset.min(*next));
        }
        self.commit()
    }
}
