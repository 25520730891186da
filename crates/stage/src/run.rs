//! The loop that joins a stage to a log: the only code that connects partitions, state and
//! transactions.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::{
    BroadcastTable, DeadLetter, Effects, Event, Eviction, Fault, Input, Log, Quarantine, RawRecord,
    RecordRejection, Stage, State, Tx, eviction::add_evictions, quarantine::NextSlice,
};
use slice::{collect_effects, find_misplaced, process_slice};

mod slice;

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
                let mut work = loaded.workspace(partition)?;
                fire_timers(&mut work, log, quarantine, |tx| stage.on_time(now, tx))?;
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
    mut work: Workspace<'_, S>,
    batch: &[RawRecord],
    log: &mut dyn Log<Rules = S::Rules>,
    quarantine: &mut Quarantine,
) -> Result<(), Fault> {
    let (partition, mut rest) = (work.partition, batch);
    loop {
        let NextSlice { len, is_alone } = quarantine.next_slice(rest, SLICE);
        let (slice, later) = rest.split_at(len);
        if is_alone {
            // What is in the transaction so far must not fail with this record, nor it with them.
            log.commit_except(partition, rest)?;
            quarantine.on_commit();
            fire_timers_before(stage, &mut work, rest, log, quarantine)?;
        }
        // Before the record is processed and written: either may fail at once.
        quarantine.add_records(slice);
        let misplaced = find_misplaced(slice, log)?;
        let mut effects = Effects::default();
        catch_panic(quarantine, partition, slice, |quarantine| {
            let tx = Tx::new(work.state, work.table, work.rules);
            process_slice(stage, slice, &misplaced, tx, quarantine, &mut effects)
        })?;
        add_evictions(work.evictions, &std::mem::take(&mut effects.evictions));
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

/// Fires the timers that the first of these records would fire, in a transaction of their own: what
/// a timer makes must not fail with a record that has no part in it.
fn fire_timers_before<S: Stage>(
    stage: &S,
    work: &mut Workspace<'_, S>,
    rest: &[RawRecord],
    log: &mut dyn Log<Rules = S::Rules>,
    quarantine: &mut Quarantine,
) -> Result<(), Fault> {
    let Some(raw) = rest.first() else { return Ok(()) };
    // The time of a record that never reaches the stage moves no clock.
    let is_processed = quarantine.rejection(raw.at).is_none()
        && S::In::read(raw).is_ok()
        && log.home_of(raw)?.is_none_or(|home| home == raw.at.partition);
    if !is_processed {
        return Ok(());
    }
    let has_fired = fire_timers(work, log, quarantine, |tx| stage.fire_due(raw.time, raw.now, tx))?;
    if has_fired {
        log.commit_except(work.partition, rest)?;
        quarantine.on_commit();
    }
    Ok(())
}

/// Writes what `fire` makes; returns whether it made anything.
fn fire_timers<S: Stage>(
    work: &mut Workspace<'_, S>,
    log: &mut dyn Log<Rules = S::Rules>,
    quarantine: &mut Quarantine,
    fire: impl FnOnce(&mut Tx<'_, S>) -> Result<(), Fault>,
) -> Result<bool, Fault> {
    let mut tx = Tx::new(work.state, work.table, work.rules);
    let mut effects = Effects::default();
    catch_panic(quarantine, work.partition, &[], |_| fire(&mut tx))?;
    collect_effects(tx, &[], &mut effects)?;
    add_evictions(work.evictions, &std::mem::take(&mut effects.evictions));
    // Most calls fire nothing; writing nothing would open a transaction for each of them.
    let has_fired = !effects.is_empty();
    if has_fired {
        quarantine.add_timer();
        log.write(work.partition, effects)?;
    }
    Ok(has_fired)
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
