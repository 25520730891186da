//! The loop that joins a stage to a log: the only code that connects partitions, state and
//! transactions.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::{
    BroadcastTable, DeadLetter, Effects, Event, Eviction, Fault, Input, Log, Output, Quarantine,
    RawRecord, Record, RecordRejection, RejectReason, Stage, State, Tx, WallTime,
    eviction::add_evictions, quarantine::NextSlice, tx::InvalidChange,
};

/// Maximum number of records that are decoded, processed and encoded in one call: few enough to
/// stay in the cache of a core on their way through a chain, enough to spread the cost of a call.
const SLICE: usize = 16;

/// Reads the states after each commit, for metrics; it cannot change them.
pub trait CommitObserver<S: Stage> {
    /// Receives the committed states, by partition.
    fn on_commit(&mut self, states: &BTreeMap<i32, S::State>);

    /// Receives what full stores have removed since the last commit, of all partitions; not called
    /// if they removed nothing.
    fn on_evictions(&mut self, _: &[Eviction]) {}
}

/// Ignores every commit.
#[derive(Debug)]
pub struct NoObserver;

impl<S: Stage> CommitObserver<S> for NoObserver {
    fn on_commit(&mut self, _: &BTreeMap<i32, S::State>) {}
}

/// Runs a stage on a log until the log returns [`Event::Shutdown`].
///
/// # Errors
/// With a fault, after which the caller must drop the log and start again with a new one. A crash,
/// an aborted transaction, a panic and a lost partition all recover this way.
pub fn run<S: Stage>(
    stage: &S,
    log: &mut dyn Log<Rules = S::Rules>,
    quarantine: &mut Quarantine,
    observe: &mut dyn CommitObserver<S>,
) -> Result<(), Fault> {
    run_with_state(stage, &mut LoadedState::default(), log, quarantine, observe)
}

/// The rules, the table and the states by partition that a stage keeps in memory between two runs.
#[derive(Debug)]
pub struct LoadedState<S: Stage> {
    /// None until the log has handed out the first version.
    rules: Option<Arc<S::Rules>>,
    table: S::Table,
    states: BTreeMap<i32, S::State>,
    /// What full stores have removed since the observer was last told.
    evictions: Vec<Eviction>,
}

impl<S: Stage> Default for LoadedState<S> {
    fn default() -> Self {
        Self {
            rules: None,
            table: S::Table::default(),
            states: BTreeMap::new(),
            evictions: Vec::new(),
        }
    }
}

/// What a stage works with in one partition.
struct Workspace<'a, S: Stage> {
    partition: i32,
    state: &'a mut S::State,
    table: &'a S::Table,
    rules: &'a S::Rules,
    evictions: &'a mut Vec<Eviction>,
}

impl<S: Stage> LoadedState<S> {
    fn workspace(&mut self, partition: i32) -> Result<Workspace<'_, S>, Fault> {
        let unassigned =
            || Fault::Contract(format!("process partition {partition}, which is not assigned"));
        let no_rules = || Fault::Contract(format!("process partition {partition} without rules"));
        let state = self.states.get_mut(&partition).ok_or_else(unassigned)?;
        let rules = self.rules.as_deref().ok_or_else(no_rules)?;
        let (table, evictions) = (&self.table, &mut self.evictions);
        Ok(Workspace { partition, state, table, rules, evictions })
    }

    /// Shows the observer what is committed.
    fn report(&mut self, observe: &mut dyn CommitObserver<S>) {
        if !self.evictions.is_empty() {
            observe.on_evictions(&std::mem::take(&mut self.evictions));
        }
        observe.on_commit(&self.states);
    }
}

/// Runs a stage until the log returns [`Event::Shutdown`], from the state that an earlier run over
/// the same log has left.
///
/// # Errors
/// As [`run`]; the caller must then drop the state as well as the log.
pub fn run_with_state<S: Stage>(
    stage: &S,
    loaded: &mut LoadedState<S>,
    log: &mut dyn Log<Rules = S::Rules>,
    quarantine: &mut Quarantine,
    observe: &mut dyn CommitObserver<S>,
) -> Result<(), Fault> {
    let ended = run_events(stage, loaded, log, quarantine, observe);
    if let Err(fault) = &ended {
        quarantine.record_fault(fault);
    }
    ended
}

fn run_events<S: Stage>(
    stage: &S,
    loaded: &mut LoadedState<S>,
    log: &mut dyn Log<Rules = S::Rules>,
    quarantine: &mut Quarantine,
    observe: &mut dyn CommitObserver<S>,
) -> Result<(), Fault> {
    loop {
        match log.next_event()? {
            Event::Rules(rules) => loaded.rules = Some(rules),
            Event::TableRows(rows) => apply_rows(&mut loaded.table, rows, log)?,
            Event::Assigned(partition) => {
                loaded.states.insert(partition, restore::<S>(log, partition)?);
            }
            Event::Revoked(partition) => {
                // Before the state is dropped: the next owner restores what this commit makes visible.
                commit(log, quarantine)?;
                loaded.states.remove(&partition);
            }
            Event::Batch(partition, batch) => {
                process_batch(stage, loaded.workspace(partition)?, &batch, log, quarantine)?;
            }
            Event::Time(partition, now) => {
                fire_timers(stage, loaded.workspace(partition)?, now, log, quarantine)?;
            }
            Event::CommitDue => {
                commit(log, quarantine)?;
                loaded.report(observe);
            }
            Event::Shutdown => {
                commit(log, quarantine)?;
                loaded.report(observe);
                return Ok(());
            }
        }
    }
}

fn commit<R>(log: &mut dyn Log<Rules = R>, quarantine: &mut Quarantine) -> Result<(), Fault> {
    log.commit()?;
    quarantine.on_commit();
    Ok(())
}

fn apply_rows<T: BroadcastTable, R>(
    table: &mut T,
    rows: Vec<RawRecord>,
    log: &mut dyn Log<Rules = R>,
) -> Result<(), Fault> {
    for record in rows {
        let topic = record.at.topic;
        // A malformed row leaves the table as it was.
        if let Err(problem) = table.apply(topic, &record.key, record.value.as_deref()) {
            let (reason, message) = (problem.reason(), problem.to_string());
            let reject = RecordRejection { stage: T::reader(topic), index: 0, reason, message };
            log.reject_row(DeadLetter { reject, record })?;
        }
    }
    Ok(())
}

fn process_batch<S: Stage>(
    stage: &S,
    Workspace { partition, state, table, rules, evictions }: Workspace<'_, S>,
    batch: &[RawRecord],
    log: &mut dyn Log<Rules = S::Rules>,
    quarantine: &mut Quarantine,
) -> Result<(), Fault> {
    let mut rest = batch;
    loop {
        let NextSlice { len, is_alone } = quarantine.next_slice(rest, SLICE);
        let (slice, later) = rest.split_at(len);
        if is_alone {
            // What is in the transaction so far must not fail with this record, nor it with them.
            log.commit_except(partition, rest)?;
            quarantine.on_commit();
        }
        // Before the record is processed and written: either may fail at once.
        quarantine.add_records(slice);
        let misplaced = find_misplaced(slice, log)?;
        let mut effects = Effects::default();
        catch_panic(quarantine, partition, slice, |quarantine| {
            let tx = Tx::new(state, table, rules);
            process_slice(stage, slice, &misplaced, tx, quarantine, &mut effects)
        })?;
        add_evictions(evictions, &std::mem::take(&mut effects.evictions));
        // Also without effects, and for an empty batch of skipped taps: `write` marks the offsets up
        // to here as processed.
        log.write(partition, effects)?;
        if is_alone {
            log.commit_except(partition, later)?;
            quarantine.on_commit();
        }
        rest = later;
        if rest.is_empty() {
            return Ok(());
        }
    }
}

fn fire_timers<S: Stage>(
    stage: &S,
    Workspace { partition, state, table, rules, evictions }: Workspace<'_, S>,
    now: WallTime,
    log: &mut dyn Log<Rules = S::Rules>,
    quarantine: &mut Quarantine,
) -> Result<(), Fault> {
    let mut tx = Tx::new(state, table, rules);
    let mut effects = Effects::default();
    catch_panic(quarantine, partition, &[], |_| stage.on_time(now, &mut tx))?;
    collect_effects(tx, &[], &mut effects)?;
    add_evictions(evictions, &std::mem::take(&mut effects.evictions));
    // Most calls fire nothing; writing nothing would open a transaction for each of them.
    if !effects.is_empty() {
        quarantine.add_timer();
        log.write(partition, effects)?;
    }
    Ok(())
}

fn restore<S: Stage>(
    log: &mut dyn Log<Rules = S::Rules>,
    partition: i32,
) -> Result<S::State, Fault> {
    let mut state = S::State::default();
    log.read_changelog(partition, &mut |stage, key, value| {
        let restored = state.restore(stage, key, value);
        restored.map_err(|source| Fault::Restore { stage: stage.to_owned(), partition, source })
    })?;
    Ok(state)
}

/// Runs `work` and turns a panic into a fault. The fault makes the worker drop its state, which the
/// panic may have left half changed; that is what makes `AssertUnwindSafe` sound.
fn catch_panic(
    quarantine: &mut Quarantine,
    partition: i32,
    records: &[RawRecord],
    work: impl FnOnce(&Quarantine) -> Result<(), Fault>,
) -> Result<(), Fault> {
    match catch_unwind(AssertUnwindSafe(|| work(quarantine))) {
        Ok(result) => result,
        Err(_) => {
            quarantine.record_panic(records);
            Err(Fault::Panicked { partition })
        }
    }
}

/// A record of a slice that lies in a partition which its key does not choose.
struct Misplaced {
    index: usize,
    /// The partition that its key chooses.
    home: i32,
}

fn find_misplaced<R>(
    slice: &[RawRecord],
    log: &mut dyn Log<Rules = R>,
) -> Result<Vec<Misplaced>, Fault> {
    let mut misplaced = Vec::new();
    for (index, raw) in slice.iter().enumerate() {
        let home = log.home_of(raw)?.filter(|home| *home != raw.at.partition);
        misplaced.extend(home.map(|home| Misplaced { index, home }));
    }
    Ok(misplaced)
}

/// Decodes a slice, runs the stage on it and encodes its effects.
fn process_slice<S: Stage>(
    stage: &S,
    slice: &[RawRecord],
    misplaced: &[Misplaced],
    mut tx: Tx<'_, S>,
    quarantine: &Quarantine,
    effects: &mut Effects,
) -> Result<(), Fault> {
    let mut records = Vec::with_capacity(slice.len());
    for (index, raw) in slice.iter().enumerate() {
        if let Some(message) = quarantine.rejection(raw.at) {
            tx.reject_input(index, raw.at.topic, RejectReason::Quarantined, message.to_owned());
            continue;
        }
        let home = misplaced.iter().find(|found| found.index == index).map(|found| found.home);
        match (S::In::read(raw), home) {
            (Ok(_), Some(home)) => {
                // The state of its author is in another partition: here it would be a second author.
                let message = format!("its key belongs to partition {home}");
                tx.reject_input(index, raw.at.topic, RejectReason::Invalid, message);
            }
            (Ok(value), None) => {
                // The index counts undecodable records as well: it must find the raw record.
                records.push(Record { at: raw.at, index, time: raw.time, now: raw.now, value });
            }
            (Err(malformed), _) => {
                tx.reject_input(index, raw.at.topic, malformed.reason(), malformed.to_string());
            }
        }
    }
    stage.process(records, &mut tx)?;
    collect_effects(tx, slice, effects)
}

/// Encodes the effects of a stage.
fn collect_effects<S: Stage>(
    tx: Tx<'_, S>,
    slice: &[RawRecord],
    effects: &mut Effects,
) -> Result<(), Fault> {
    if let Some(InvalidChange { stage, problem: source }) = tx.invalid_change {
        // Before anything is written: a restore would stop at this entry for ever.
        return Err(Fault::InvalidChange { stage, source });
    }
    let outputs = tx.outputs.into_iter().map(|(time, out)| out.into_outgoing(time));
    effects.outputs.extend(outputs);
    effects.changes.extend(tx.changes);
    effects.dead_letters.extend(tx.rejects.into_iter().map(|reject| {
        let record = slice[reject.index].clone();
        DeadLetter { reject, record }
    }));
    effects.dead_letters.extend(tx.inner_dead_letters);
    add_evictions(&mut effects.evictions, &tx.evictions);
    Ok(())
}
