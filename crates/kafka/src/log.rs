//! The log of a worker: one consumer, one transactional producer, one thread.

mod group;
mod poll;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rdkafka::consumer::{Consumer as _, ConsumerGroupMetadata};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};
use stage::memory::TAP;
use stage::{
    EachChange, Effects, Event, Fault, Input, Log, Micros, Output, Stage, State, Table, Topic,
};

use crate::changelogs::Changelogs;
use crate::consumer::{Consumer, End, fault_of, join};
use crate::faults::{Defence, Point, is_on, point};
use crate::table::Tables;
use crate::transaction::{Sent, Transactions, headers};
use crate::{Meter, Settings, Stop};

/// How long the loop waits for a record before it looks at the clock.
const WAIT: Duration = Duration::from_millis(50);
/// How often the time is told to stages, and tables are asked for new rows.
const TICK: Duration = Duration::from_millis(200);

/// One worker's consumer, producer and offsets.
pub(crate) struct KafkaLog {
    settings: Settings,
    stage: &'static str,
    member: String,
    stop: Stop,
    meter: Arc<dyn Meter>,
    /// Each input with its name on the cluster, primary first.
    inputs: Vec<(Topic, String)>,
    /// Each output with its name on the cluster.
    outputs: Vec<(Topic, String)>,
    reads_taps: bool,
    /// Each stage with a changelog, and the name of that on the cluster.
    changelogs: Vec<(&'static str, String)>,
    consumer: Option<Consumer>,
    transactions: Transactions,
    tables: Option<Tables>,
    reader: Option<Changelogs>,
    events: VecDeque<Event>,
    /// Offsets of the next records: handed out, and processed.
    handed: BTreeMap<(i32, Topic), i64>,
    positions: BTreeMap<(i32, Topic), i64>,
    /// Partitions with something in the open transaction.
    touched: BTreeSet<i32>,
    ends: BTreeMap<(i32, Topic), End>,
    times: BTreeMap<(i32, Topic), Micros>,
    after_events: AfterEvents,
    group: Option<ConsumerGroupMetadata>,
    uncommitted: u64,
    committed_at: Instant,
    ticked_at: Instant,
}

/// What the loop owes the group once the events handed out are dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AfterEvents {
    Nothing,
    Assign,
    Unassign,
}

fn wall_clock() -> Micros {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

impl KafkaLog {
    /// Fences the predecessor, reads the tables and joins the group, in this order.
    pub(crate) fn open<S: Stage>(
        settings: &Settings,
        member: &str,
        stop: &Stop,
        meter: &Arc<dyn Meter>,
    ) -> Result<Self, Fault> {
        let named = |topic: Topic| (topic, settings.topic(topic));
        let kept = |stage| (stage, settings.changelog(stage));
        let read = |topic: Topic| (topic, settings.input(topic));
        let inputs: Vec<_> = S::In::topics().into_iter().map(read).collect();
        let outputs: Vec<_> = S::Out::topics().into_iter().map(named).collect();
        let transactions = Transactions::open(settings, member, stop)?;
        let tables = Tables::open(settings, S::NAME, &S::Table::topics())?;
        let (tables, rows) = tables.map_or((None, Vec::new()), |(t, rows)| (Some(t), rows));
        let names: Vec<_> = inputs.iter().map(|(_, name)| name.clone()).collect();
        let consumer = join(settings, S::NAME, member, &names)?;
        Ok(Self {
            settings: settings.clone(),
            stage: S::NAME,
            member: member.to_owned(),
            stop: stop.clone(),
            meter: Arc::clone(meter),
            inputs,
            outputs,
            // What the deployment it shadows has carried on is still to be decided here.
            reads_taps: S::In::reads_taps() || settings.shadow_of.is_some(),
            changelogs: S::State::changelogs().into_iter().map(kept).collect(),
            consumer: Some(consumer),
            transactions,
            tables,
            reader: None,
            events: VecDeque::from([Event::Rows(rows)]),
            handed: BTreeMap::new(),
            positions: BTreeMap::new(),
            touched: BTreeSet::new(),
            ends: BTreeMap::new(),
            times: BTreeMap::new(),
            after_events: AfterEvents::Nothing,
            group: None,
            uncommitted: 0,
            committed_at: Instant::now(),
            ticked_at: Instant::now(),
        })
    }

    /// Leaves: aborts what is open and closes the consumer within a deadline.
    pub(crate) fn close(mut self) {
        self.meter.ready(false);
        self.transactions.abort();
        if let Some(consumer) = self.consumer.take() {
            consumer.context().close();
            crate::close::close(consumer, Duration::from_secs(2));
        }
        crate::close::close((self.reader, self.tables), Duration::from_secs(1));
        crate::close::close(self.transactions, Duration::from_secs(1));
    }

    fn consumer(&self) -> Result<&Consumer, Fault> {
        self.consumer.as_ref().ok_or_else(|| Fault::last("read from a closed log"))
    }

    fn logical(&self, name: &str) -> Option<Topic> {
        self.inputs.iter().find(|(_, on_cluster)| on_cluster == name).map(|(topic, _)| *topic)
    }
}

impl Log for KafkaLog {
    fn next(&mut self) -> Result<Event, Fault> {
        loop {
            if let Some(event) = self.events.pop_front() {
                if let Event::Batch(_, records) = &event {
                    for (topic, _) in &self.inputs {
                        let n = records.iter().filter(|raw| raw.at.topic == *topic).count();
                        self.meter.records_in(topic, n as u64);
                    }
                }
                return Ok(event);
            }
            self.settle()?;
            let consumer = self.consumer()?;
            if let Some(rebalance) = consumer.context().next_rebalance() {
                self.rebalanced(rebalance)?;
                continue;
            }
            if self.stop.is_asked() {
                self.transactions.hurry(Duration::from_secs(3));
                return Ok(Event::Shutdown);
            }
            let is_due = self.committed_at.elapsed() >= self.settings.commit_interval;
            if self.transactions.is_open() && is_due {
                return Ok(Event::CommitDue);
            }
            if self.ticked_at.elapsed() >= TICK {
                self.tick();
            }
            if self.events.is_empty() {
                self.poll()?;
            }
        }
    }

    fn changelog(&mut self, partition: i32, each: &mut EachChange<'_>) -> Result<(), Fault> {
        let began = Instant::now();
        let mut changes = 0;
        if self.reader.is_none() && !self.changelogs.is_empty() {
            self.reader = Some(Changelogs::new(&self.settings, self.stage)?);
        }
        let (Some(reader), Some(consumer)) = (&self.reader, &self.consumer) else { return Ok(()) };
        let mut meanwhile = || {
            // Nothing is assigned yet; polling keeps its place in the group.
            self.meter.beat();
            if self.stop.is_asked() {
                return Err(Fault::new("restore: the process is to end"));
            }
            match consumer.poll(Duration::ZERO) {
                Some(Ok(_)) => Err(Fault::new("restore: a record came before its state")),
                Some(Err(error)) => fault_of(&error).map_or(Ok(()), Err),
                None => Ok(()),
            }
        };
        for (stage, topic) in self.changelogs.iter().filter(|_| is_on(Defence::Restore)) {
            let mut change = |message: &rdkafka::message::BorrowedMessage<'_>| {
                changes += 1;
                each(stage, message.key().unwrap_or_default(), message.payload())
            };
            reader.read(topic, partition, &mut change, &mut meanwhile)?;
        }
        self.meter.restored(partition, changes, began.elapsed());
        Ok(())
    }

    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault> {
        point(Point::BeforeProduce);
        self.transactions.begin()?;
        for out in &effects.outputs {
            let pairs = out.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
            let tap = out.is_tap.then_some((TAP, b"1".as_slice()));
            let named = self.outputs.iter().find(|(topic, _)| *topic == out.topic);
            let unknown = || Fault::last(format!("write to {}: no output of the stage", out.topic));
            self.transactions.send(Sent {
                topic: &named.ok_or_else(unknown)?.1,
                partition: None,
                key: &out.key,
                value: out.value.as_deref(),
                timestamp: Some(out.time / 1000),
                headers: headers(pairs.chain(tap)),
            })?;
            self.meter.record_out(out.topic);
        }
        for change in &effects.changes {
            let kept = self.changelogs.iter().find(|(stage, _)| *stage == change.stage);
            let unknown = || Fault::last(format!("change {}: it keeps no state", change.stage));
            self.transactions.send(Sent {
                topic: &kept.ok_or_else(unknown)?.1,
                partition: Some(partition),
                key: &change.key,
                value: change.value.as_deref(),
                timestamp: None,
                headers: None,
            })?;
        }
        for letter in &effects.dead {
            crate::dead_letters::send(&self.transactions, &self.settings, letter)?;
            self.meter.dead_letter(letter.reject.stage, letter.reject.reason);
        }
        point(Point::AfterProduce);
        let mine = self.handed.range((partition, "")..).take_while(|((p, _), _)| *p == partition);
        let has_read = || mine.clone().any(|(at, next)| self.positions.get(at) != Some(next));
        // A timer may have written all this: offsets that stand still fence a zombie, too.
        if is_on(Defence::TimerOffsets) || has_read() {
            self.touched.insert(partition);
        }
        self.positions.extend(mine.map(|(at, next)| (*at, *next)));
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        let is_revoked = self.after_events == AfterEvents::Unassign;
        if !self.transactions.is_open() || (is_revoked && !is_on(Defence::CommitOnRevoke)) {
            return Ok(());
        }
        let began = Instant::now();
        let mut offsets = TopicPartitionList::new();
        for ((partition, topic), next) in &self.positions {
            if self.touched.contains(partition) {
                offsets
                    .add_partition_offset(
                        &self.settings.input(topic),
                        *partition,
                        Offset::Offset(*next),
                    )
                    .map_err(|error| Fault::new(format!("list offsets: {error}")))?;
            }
        }
        // Taken now, not before: it carries the generation by which a lost member is fenced.
        if self.group.is_none() || is_on(Defence::GroupMetadata) {
            self.group = self.consumer()?.group_metadata();
        }
        let no_group = || Fault::new("commit: the consumer is in no group");
        self.transactions.commit(&offsets, self.group.as_ref().ok_or_else(no_group)?)?;
        if !is_on(Defence::OffsetsInTransaction) {
            let mode = rdkafka::consumer::CommitMode::Sync;
            self.consumer()?
                .commit(&offsets, mode)
                .map_err(|error| Fault::new(format!("commit offsets: {error}")))?;
        }
        self.touched.clear();
        self.committed_at = Instant::now();
        self.meter.committed(std::mem::take(&mut self.uncommitted), began.elapsed());
        self.meter.beat();
        Ok(())
    }
}
