//! Restores the state of a partition from its changelogs, and keeps out what no worker has written.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::message::{BorrowedMessage, Message as _};
use stage::{ChangeVisitor, Fault, Malformed, StateChange};

use super::{KafkaLog, wall_clock};
use crate::changelogs::ChangelogReader;
use crate::consumer::consume_fault;
use crate::faults::{Defence, is_enabled};
use crate::settings::ForgedState;
use crate::state_check::{Forgery, StateKey, key_digest};

/// Forged entries that a repair names in the log.
const NAMED: usize = 10;

/// Tells the genuine entries of one changelog from the others.
struct Admission<'a> {
    key: &'a StateKey,
    /// The sequence number of the last genuine entry.
    last: u64,
    genuine: u64,
    /// The last forged entry of each key behind whose genuine entries there is one.
    forged: BTreeMap<Vec<u8>, (i64, Forgery)>,
}

impl<'a> Admission<'a> {
    fn new(key: &'a StateKey) -> Self {
        Self { key, last: 0, genuine: 0, forged: BTreeMap::new() }
    }

    /// Whether an entry is genuine.
    fn admit(&mut self, entry: &BorrowedMessage<'_>) -> bool {
        let key = entry.key().unwrap_or_default();
        match self.key.verify(entry, self.last) {
            Ok(sequence) => {
                (self.last, self.genuine) = (sequence, self.genuine + 1);
                // A later genuine entry of the same key undoes what the forged one could do.
                self.forged.remove(key);
                true
            }
            Err(_) if !is_enabled(Defence::StateCheck) => true,
            Err(forgery) => {
                self.forged.insert(key.to_vec(), (entry.offset(), forgery));
                false
            }
        }
    }

    /// Whether the key of this process is probably not the one of the writers.
    fn has_wrong_key(&self) -> bool {
        self.genuine == 0 && self.forged.values().any(|(_, why)| *why == Forgery::Mismatch)
    }

    /// States the first forged entry and what to do.
    fn fault(&self, stage: &str, topic: &str, partition: i32) -> Option<Fault> {
        let (key, (offset, forgery)) = self.forged.iter().min_by_key(|(_, (offset, _))| *offset)?;
        let (key, why) = (key_digest(key), forgery.as_str());
        let more = match self.forged.len() - 1 {
            0 => String::new(),
            more => format!(" ({more} more entries like it)"),
        };
        let remedy = match self.has_wrong_key() {
            true => {
                "no entry of the partition matches kafka.security.state_key: set the key with \
                     which they were written"
            }
            false => {
                "another program wrote it: take the right to write to this topic from \
                      everybody but Harken, then start once with kafka.security.forged_state = \
                      \"repair\""
            }
        };
        Some(Fault::Blocked(format!(
            "restore {stage} from {topic}, partition {partition}, offset {offset}, key {key}: \
             {why}{more}; {remedy}"
        )))
    }
}

/// What the restore of one changelog partition has found.
struct Restored {
    /// The sequence number of the last entry.
    last: u64,
    changes: u64,
    /// Keys with forged entries, with their last genuine values.
    repairs: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<R> KafkaLog<R> {
    /// Passes the genuine changes of a partition to `each`, oldest first.
    pub(super) fn restore(
        &mut self,
        partition: i32,
        each: &mut ChangeVisitor<'_>,
    ) -> Result<(), Fault> {
        let (started_at, mut changes) = (Instant::now(), 0);
        if self.changelog_reader.is_none() && !self.changelogs.is_empty() {
            self.changelog_reader = Some(ChangelogReader::new(&self.settings, self.stage)?);
        }
        for index in (0..self.changelogs.len()).filter(|_| is_enabled(Defence::Restore)) {
            let stage = self.changelogs[index].0;
            let restored = self.restore_changelog(index, partition, each)?;
            changes += restored.changes;
            let repairs = restored.repairs.into_iter();
            self.repairs
                .extend(repairs.map(|(key, value)| (partition, StateChange { stage, key, value })));
            // Above every number of a predecessor, also of one whose last entries are compacted away.
            let now = u64::try_from(wall_clock().as_micros()).unwrap_or_default();
            self.sequences.insert((stage, partition), restored.last.max(now));
        }
        self.meter.restored(partition, changes, started_at.elapsed());
        Ok(())
    }

    /// Reads one partition of the changelog with this index.
    fn restore_changelog(
        &self,
        index: usize,
        partition: i32,
        each: &mut ChangeVisitor<'_>,
    ) -> Result<Restored, Fault> {
        let (stage, topic) = &self.changelogs[index];
        let mut admission = Admission::new(&self.state_key);
        let mut restored = Restored { last: 0, changes: 0, repairs: BTreeMap::new() };
        let Some(reader) = &self.changelog_reader else { return Ok(restored) };
        let mut meanwhile = || self.stay_in_group();
        let mut change = |entry: &BorrowedMessage<'_>| {
            if !admission.admit(entry) {
                return Ok(());
            }
            restored.changes += 1;
            let key = entry.key().unwrap_or_default();
            each(stage, key, entry.payload()).map_err(|fault| with_place(fault, entry))
        };
        reader.read(topic, partition, &mut change, &mut meanwhile)?;
        restored.last = admission.last;
        let Some(fault) = admission.fault(stage, topic, partition) else { return Ok(restored) };
        if self.settings.forged_state == ForgedState::Stop || admission.has_wrong_key() {
            return Err(fault);
        }
        log_repair(&admission, topic, partition);
        restored.repairs = reader.genuine_of(&admission, topic, partition, &mut meanwhile)?;
        Ok(restored)
    }

    /// Keeps the membership during a restore.
    fn stay_in_group(&self) -> Result<(), Fault> {
        self.meter.heartbeat();
        if self.stop.is_requested() {
            return Err(Fault::ShutDown);
        }
        // Polls, because the group evicts a member that does not (max.poll.interval.ms). Nothing is
        // assigned yet, so no record can come.
        match self.consumer()?.poll(Duration::ZERO) {
            Some(Ok(_)) => Err(Fault::detected("restore: a record arrived before its state")),
            Some(Err(error)) => consume_fault(&error).map_or(Ok(()), Err),
            None => Ok(()),
        }
    }

    /// Writes the genuine entries of restored partitions again, behind the forged ones.
    pub(super) fn write_repairs(&mut self) -> Result<(), Fault> {
        for (partition, change) in std::mem::take(&mut self.repairs) {
            self.transactions.begin()?;
            self.write_change(partition, &change)?;
            // With the offsets, the commit carries the generation of the group.
            self.open_partitions.insert(partition);
        }
        Ok(())
    }
}

impl ChangelogReader {
    /// Reads the last genuine value of each forged key; none if there is no entry.
    fn genuine_of(
        &self,
        admission: &Admission<'_>,
        topic: &str,
        partition: i32,
        meanwhile: &mut dyn FnMut() -> Result<(), Fault>,
    ) -> Result<BTreeMap<Vec<u8>, Option<Vec<u8>>>, Fault> {
        let mut found: BTreeMap<_, _> =
            admission.forged.keys().map(|key| (key.clone(), None)).collect();
        let mut again = Admission::new(admission.key);
        let mut keep = |entry: &BorrowedMessage<'_>| {
            let is_genuine = again.admit(entry);
            if let Some(value) =
                found.get_mut(entry.key().unwrap_or_default()).filter(|_| is_genuine)
            {
                *value = entry.payload().map(<[u8]>::to_vec);
            }
            Ok(())
        };
        self.read(topic, partition, &mut keep, meanwhile)?;
        Ok(found)
    }
}

fn log_repair(admission: &Admission<'_>, topic: &str, partition: i32) {
    let entries = admission.forged.len();
    tracing::error!(topic, partition, entries, "repairing keys with forged entries");
    for (key, (offset, forgery)) in admission.forged.iter().take(NAMED) {
        let (key, why) = (key_digest(key), forgery.as_str());
        tracing::error!(topic, partition, offset, key, "ignoring a forged entry: {why}");
    }
}

/// Adds the place of an entry to the fault of its restore.
fn with_place(fault: Fault, entry: &BorrowedMessage<'_>) -> Fault {
    let Fault::Restore { stage, partition, source } = fault else { return fault };
    let (topic, offset) = (entry.topic(), entry.offset());
    let key = key_digest(entry.key().unwrap_or_default());
    let source = Malformed::Invalid(format!("{topic}, offset {offset}, key {key}: {source}"));
    Fault::Restore { stage, partition, source }
}
