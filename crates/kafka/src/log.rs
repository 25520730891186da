//! The log of a worker: one consumer, one transactional producer, one thread.

mod effects;
mod group;
mod home;
mod poll;
mod rejected_rows;
mod restore;
mod unreadable;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use rdkafka::consumer::{CommitMode, Consumer as _, ConsumerGroupMetadata};
use rdkafka::error::RDKafkaErrorCode;
use stage::{
    BroadcastTable, ChangeVisitor, DeadLetter, Effects, Event, EventTime, Fault, Input, Log,
    Output, RawRecord, Reloadable, Stage, State, StateChange, Topic, WallTime,
};

use crate::broadcast::TableReader;
use crate::changelogs::ChangelogReader;
use crate::consumer::{Consumer, PartitionProgress, is_fencing, join_group};
use crate::faults::{CrashPoint, Defence, crash_point, is_enabled};
use crate::state_check::StateKey;
use crate::transaction::Transactions;
use crate::{KafkaSettings, LogMeter, Stop};
use home::Homes;
use rejected_rows::RejectedRows;

/// Longest wait for a record before the loop checks rebalances, commits and timers.
const POLL_TIMEOUT: Duration = Duration::from_millis(50);
/// Interval at which stages get the time and tables are polled for new rows.
const TICK_INTERVAL: Duration = Duration::from_millis(200);
/// Timeout of every call during a shutdown: an end may take 15 s in all.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);

/// One worker's consumer, producer and offsets.
pub(crate) struct KafkaLog<R> {
    settings: KafkaSettings,
    stage: &'static str,
    member: String,
    rules: Reloadable<R>,
    /// The version that the loop has; none before the first.
    active_rules: Option<Arc<R>>,
    stop: Stop,
    meter: Arc<dyn LogMeter>,
    /// Each input with its name on the cluster, primary first.
    inputs: Vec<(Topic, String)>,
    /// Each input with the stage whose dead letters it has.
    readers: Vec<(Topic, &'static str)>,
    /// Each topic of the broadcast table with the stage whose dead letters it has.
    table_readers: Vec<(Topic, &'static str)>,
    /// Each output with its name on the cluster.
    outputs: Vec<(Topic, String)>,
    /// The inputs whose taps are skipped.
    tap_topics: Vec<Topic>,
    /// Each stage with a changelog, and the name of the changelog on the cluster.
    changelogs: Vec<(&'static str, String)>,
    /// None once the log is closed.
    consumer: Option<Consumer>,
    transactions: Transactions,
    tables: Option<TableReader>,
    rejected_rows: RejectedRows,
    state_key: StateKey,
    /// The sequence number of the last entry of each changelog partition.
    sequences: BTreeMap<(&'static str, i32), u64>,
    /// Entries to be written again behind forged ones, with their partitions.
    repairs: Vec<(i32, StateChange)>,
    /// Present while partitions are being restored.
    changelog_reader: Option<ChangelogReader>,
    events: VecDeque<Event<R>>,
    /// Offsets of the next records to be polled, by partition and topic.
    polled_offsets: BTreeMap<(i32, Topic), i64>,
    /// Offsets of the next records to be processed; a commit sends these.
    processed_offsets: BTreeMap<(i32, Topic), i64>,
    /// Partitions that have effects in the open transaction.
    open_partitions: BTreeSet<i32>,
    progress: BTreeMap<(i32, Topic), PartitionProgress>,
    /// Event time of the last record polled.
    last_times: BTreeMap<(i32, Topic), EventTime>,
    homes: Homes,
    /// Whether the consumer has reported a batch that it cannot read.
    has_unreadable: bool,
    rebalance_step: RebalanceStep,
    group_metadata: Option<ConsumerGroupMetadata>,
    /// Whether the worker was stuck before this start and has not committed since.
    is_stuck: bool,
    /// Records polled since the last commit, for the meter.
    uncommitted_records: u64,
    committed_at: Instant,
    ticked_at: Instant,
}

/// What completes the rebalance in progress, once the loop has handled the queued events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RebalanceStep {
    None,
    Assign,
    Unassign,
}

fn wall_clock() -> WallTime {
    WallTime::from(SystemTime::now())
}

impl<R> KafkaLog<R> {
    /// Fences the predecessor, reads the tables and joins the group, in this order.
    pub(crate) fn open<S: Stage<Rules = R>>(
        settings: &KafkaSettings,
        rules: &Reloadable<R>,
        member: &str,
        stop: &Stop,
        meter: &Arc<dyn LogMeter>,
    ) -> Result<Self, Fault> {
        let output = |topic: Topic| (topic, settings.topic(topic));
        let changelog = |stage| (stage, settings.changelog(stage));
        let input = |topic: Topic| (topic, settings.input(topic));
        let inputs: Vec<_> = S::In::topics().into_iter().map(input).collect();
        let outputs: Vec<_> = S::Out::topics().into_iter().map(output).collect();
        // First: fencing ends the predecessor's transaction, so the offsets and changelogs read
        // below are final. Joining last gives no partition to a worker that cannot work yet.
        let transactions = Transactions::open(settings, member, stop)?;
        let tables = TableReader::open(settings, S::NAME, &S::Table::topics())?;
        let (tables, rows) = tables.map_or((None, Vec::new()), |(t, rows)| (Some(t), rows));
        let counts = tables.as_ref().map(TableReader::partition_counts).unwrap_or_default();
        let rejected_rows = RejectedRows::new(counts.to_vec());
        let names: Vec<_> = inputs.iter().map(|(_, name)| name.clone()).collect();
        let consumer = join_group(settings, S::NAME, member, &names)?;
        Ok(Self {
            settings: settings.clone(),
            stage: S::NAME,
            member: member.to_owned(),
            rules: rules.clone(),
            active_rules: None,
            stop: stop.clone(),
            meter: Arc::clone(meter),
            readers: inputs.iter().map(|(topic, _)| (*topic, S::reader(topic))).collect(),
            table_readers: S::Table::topics()
                .into_iter()
                .map(|t| (t, S::Table::reader(t)))
                .collect(),
            inputs,
            outputs,
            // A shadow must process the taps of the other deployment: its own chain has not.
            tap_topics: match settings.shadow_of {
                Some(_) => Vec::new(),
                None => S::In::tap_topics(),
            },
            changelogs: S::State::changelogs().into_iter().map(changelog).collect(),
            consumer: Some(consumer),
            transactions,
            tables,
            rejected_rows,
            state_key: StateKey::new(&settings.state_key),
            sequences: BTreeMap::new(),
            repairs: Vec::new(),
            changelog_reader: None,
            events: VecDeque::from([Event::TableRows(rows)]),
            polled_offsets: BTreeMap::new(),
            processed_offsets: BTreeMap::new(),
            open_partitions: BTreeSet::new(),
            progress: BTreeMap::new(),
            last_times: BTreeMap::new(),
            homes: Homes::default(),
            has_unreadable: false,
            rebalance_step: RebalanceStep::None,
            group_metadata: None,
            is_stuck: false,
            uncommitted_records: 0,
            committed_at: Instant::now(),
            ticked_at: Instant::now(),
        })
    }

    /// Keeps the worker unready until its next commit.
    pub(crate) fn set_stuck(&mut self) {
        self.is_stuck = true;
    }

    /// Whether another member with the name of this worker has taken its place: a second process.
    ///
    /// A fenced producer alone does not show it, because a broker also fences the transaction that it
    /// has timed out. The group answers the next heartbeat of a replaced member with an error.
    pub(crate) fn is_replaced(&self, fault: &Fault) -> bool {
        let Some(consumer) = &self.consumer else { return false };
        let is_fenced = || {
            let error = consumer.client().fatal_error();
            error.is_some_and(|(code, _)| code == RDKafkaErrorCode::FencedInstanceId)
        };
        let started_at = Instant::now();
        // The interval of heartbeats is a quarter.
        let longest = self.settings.session_timeout / 3;
        while is_fencing(fault) && !is_fenced() && started_at.elapsed() < longest {
            self.meter.heartbeat();
            // What it polls is lost, but the log is not used any more.
            let _ = consumer.poll(POLL_TIMEOUT);
        }
        is_fenced()
    }

    /// Aborts the open transaction and closes all clients, each within a deadline.
    pub(crate) fn close(mut self) {
        self.meter.set_ready(false);
        self.transactions.abort();
        if let Some(consumer) = self.consumer.take() {
            consumer.context().start_closing();
            crate::deadline::drop_within(consumer, Duration::from_secs(2));
        }
        let readers = (self.changelog_reader, self.tables);
        crate::deadline::drop_within(readers, Duration::from_secs(1));
        crate::deadline::drop_within(self.transactions, Duration::from_secs(1));
    }

    fn consumer(&self) -> Result<&Consumer, Fault> {
        self.consumer.as_ref().ok_or_else(|| Fault::Contract("read from a closed log".to_owned()))
    }

    /// Returns the input topic that has this name on the cluster.
    fn input_topic(&self, name: &str) -> Option<Topic> {
        self.inputs.iter().find(|(_, on_cluster)| on_cluster == name).map(|(topic, _)| *topic)
    }

    fn count_records_in(&self, event: &Event<R>) {
        let Event::Batch(_, records) = event else { return };
        for (topic, _) in &self.inputs {
            let n = records.iter().filter(|raw| raw.at.topic == *topic).count();
            self.meter.records_in(topic, n as u64);
        }
    }

    /// Returns the rules if they are newer than those the loop has.
    fn new_rules(&mut self) -> Option<Arc<R>> {
        let current = self.rules.get();
        let is_new = self.active_rules.as_ref().is_none_or(|active| !Arc::ptr_eq(active, &current));
        is_new.then(|| Arc::clone(self.active_rules.insert(current)))
    }

    /// Marks the polled records of a partition as processed.
    fn advance_offsets(&mut self, partition: i32) {
        let polled =
            self.polled_offsets.range((partition, "")..).take_while(|((p, _), _)| *p == partition);
        let has_read =
            || polled.clone().any(|(at, next)| self.processed_offsets.get(at) != Some(next));
        // A timer may have written all of this, and no offset has moved. They are sent all the
        // same: a group checks the generation only of members that commit offsets, so without them
        // a zombie that lost its partition would fire its timers a second time.
        if is_enabled(Defence::TimerOffsets) || has_read() {
            self.open_partitions.insert(partition);
        }
        self.processed_offsets.extend(polled.map(|(at, next)| (*at, *next)));
    }
}

impl<R> Log for KafkaLog<R> {
    type Rules = R;

    fn next_event(&mut self) -> Result<Event<R>, Fault> {
        // Before any other event: the loop needs rules before the first partition.
        if let Some(rules) = self.new_rules() {
            return Ok(Event::Rules(rules));
        }
        loop {
            if let Some(event) = self.events.pop_front() {
                self.count_records_in(&event);
                return Ok(event);
            }
            // The queue is empty, so the loop has handled every event of the last rebalance.
            self.complete_rebalance()?;
            let consumer = self.consumer()?;
            if let Some(rebalance) = consumer.context().next_rebalance() {
                self.begin_rebalance(rebalance)?;
                continue;
            }
            if self.stop.is_requested() {
                self.transactions.cap_timeout(SHUTDOWN_TIMEOUT);
                return Ok(Event::Shutdown);
            }
            let is_due = self.committed_at.elapsed() >= self.settings.commit_interval;
            if self.transactions.is_open() && is_due {
                return Ok(Event::CommitDue);
            }
            if self.ticked_at.elapsed() >= TICK_INTERVAL {
                self.on_tick()?;
            }
            if self.has_unreadable && self.events.is_empty() {
                self.skip_unreadable()?;
            }
            if self.events.is_empty() {
                self.poll()?;
            }
        }
    }

    fn read_changelog(
        &mut self,
        partition: i32,
        each: &mut ChangeVisitor<'_>,
    ) -> Result<(), Fault> {
        self.restore(partition, each)
    }

    fn home_of(&mut self, record: &RawRecord) -> Result<Option<i32>, Fault> {
        self.find_home(record)
    }

    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault> {
        crash_point(CrashPoint::BeforeProduce);
        self.transactions.begin()?;
        effects.outputs.iter().try_for_each(|out| self.write_output(out))?;
        effects.changes.iter().try_for_each(|change| self.write_change(partition, change))?;
        effects.dead_letters.iter().try_for_each(|letter| self.write_dead_letter(letter))?;
        crash_point(CrashPoint::AfterProduce);
        // Last: offsets may only cover records whose effects are in the transaction.
        self.advance_offsets(partition);
        Ok(())
    }

    fn reject_row(&mut self, letter: DeadLetter) -> Result<(), Fault> {
        // Not written here: rows come before the group has assigned a partition.
        self.rejected_rows.add(letter);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        let is_revoked = self.rebalance_step == RebalanceStep::Unassign;
        if !self.transactions.is_open() || (is_revoked && !is_enabled(Defence::CommitOnRevoke)) {
            return Ok(());
        }
        let started_at = Instant::now();
        let mut offsets =
            self.offset_list(|partition| self.open_partitions.contains(&partition))?;
        self.add_row_offsets(&mut offsets)?;
        // Taken at the time of the commit: it carries the generation by which the group fences a
        // member that lost its partitions.
        if self.group_metadata.is_none() || is_enabled(Defence::GroupMetadata) {
            self.group_metadata = self.consumer()?.group_metadata();
        }
        let no_group = || Fault::detected("commit: the consumer is in no group");
        let group = self.group_metadata.as_ref().ok_or_else(no_group)?;
        self.transactions.commit(&offsets, group)?;
        if !is_enabled(Defence::OffsetsInTransaction) {
            self.consumer()?
                .commit(&offsets, CommitMode::Sync)
                .map_err(|error| Fault::log("commit offsets", error))?;
        }
        self.open_partitions.clear();
        self.rejected_rows.on_commit();
        self.committed_at = Instant::now();
        let records = std::mem::take(&mut self.uncommitted_records);
        self.meter.committed(records, started_at.elapsed());
        self.meter.heartbeat();
        // Not after the last commit of partitions that the group revokes.
        if std::mem::take(&mut self.is_stuck) && !is_revoked {
            self.meter.set_ready(true);
        }
        Ok(())
    }

    fn commit_except(&mut self, partition: i32, unprocessed: &[RawRecord]) -> Result<(), Fault> {
        for raw in unprocessed {
            let next = self.processed_offsets.entry((partition, raw.at.topic));
            next.and_modify(|next| *next = raw.at.offset.min(*next));
        }
        self.commit()
    }
}
