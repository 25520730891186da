//! The loop that drives a stage: the only code that joins partitions, state and transactions.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{
    DeadLetter, Effects, Event, Fault, Input, Log, Output, Quarantine, Raw, Reason, Record, Stage,
    State, Table, Tx,
};

/// Records decoded, processed and encoded at a time, at most: few enough to stay in the cache of
/// a core on their way through a chain, enough to share what a call costs.
const SLICE: usize = 16;

/// Sees the states after a commit, to show what they hold; it cannot change them.
pub trait Observe<S: Stage> {
    /// Called after each commit with the states by partition.
    fn committed(&mut self, states: &BTreeMap<i32, S::State>);
}

/// Observes nothing.
#[derive(Debug)]
pub struct Silent;

impl<S: Stage> Observe<S> for Silent {
    fn committed(&mut self, _: &BTreeMap<i32, S::State>) {}
}

/// Runs until the log says stop.
///
/// # Errors
/// On a fault the caller drops the log and starts again with a new one: a crash, an aborted
/// transaction, a panic and a lost partition all take the same road back.
pub fn run<S: Stage>(
    stage: &S,
    log: &mut dyn Log,
    quarantine: &mut Quarantine,
    observe: &mut dyn Observe<S>,
) -> Result<(), Fault> {
    run_on(stage, &mut Held::default(), log, quarantine, observe)
}

/// What a stage holds in memory between two runs over the same log.
#[derive(Debug)]
pub struct Held<S: Stage> {
    table: S::Table,
    states: BTreeMap<i32, S::State>,
}

impl<S: Stage> Default for Held<S> {
    fn default() -> Self {
        Self { table: S::Table::default(), states: BTreeMap::new() }
    }
}

/// Runs until the log says stop, going on from what an earlier run over the same log has left.
///
/// # Errors
/// As [`run`]; then what was held is to be dropped with the log.
pub fn run_on<S: Stage>(
    stage: &S,
    held: &mut Held<S>,
    log: &mut dyn Log,
    quarantine: &mut Quarantine,
    observe: &mut dyn Observe<S>,
) -> Result<(), Fault> {
    let Held { table, states } = held;
    loop {
        match log.next()? {
            Event::Rows(rows) => {
                for row in rows {
                    // A bad row leaves the table as it was; the log has counted the row.
                    let _ = table.apply(row.at.topic, &row.key, row.value.as_deref());
                }
            }
            Event::Assigned(partition) => {
                states.insert(partition, restore::<S>(log, partition)?);
            }
            Event::Revoked(partition) => {
                log.commit()?;
                states.remove(&partition);
            }
            Event::Batch(partition, batch) => {
                let state = owned(states, partition)?;
                let mut rest = batch.as_slice();
                loop {
                    let most = rest.len().min(SLICE);
                    let (now, later) = rest.split_at(quarantine.slice(partition, most));
                    let mut effects = Effects::default();
                    guard(quarantine, partition, now, |quarantine| {
                        process(stage, now, Tx::new(state, table), quarantine, &mut effects)
                    })?;
                    log.write(partition, effects)?;
                    rest = later;
                    if rest.is_empty() {
                        break;
                    }
                }
            }
            Event::Time(partition, now) => {
                let mut tx = Tx::new(owned(states, partition)?, table);
                let mut effects = Effects::default();
                guard(quarantine, partition, &[], |_| stage.on_time(now, &mut tx))?;
                gather(tx, &[], &mut effects);
                if !effects.is_empty() {
                    log.write(partition, effects)?;
                }
            }
            Event::CommitDue => {
                log.commit()?;
                observe.committed(states);
            }
            Event::Shutdown => {
                log.commit()?;
                observe.committed(states);
                return Ok(());
            }
        }
    }
}

fn owned<T>(states: &mut BTreeMap<i32, T>, partition: i32) -> Result<&mut T, Fault> {
    let unknown =
        || Fault::last(format!("process partition {partition}, which was never assigned"));
    states.get_mut(&partition).ok_or_else(unknown)
}

fn restore<S: Stage>(log: &mut dyn Log, partition: i32) -> Result<S::State, Fault> {
    let mut state = S::State::default();
    log.changelog(partition, &mut |stage, key, value| {
        state.restore(stage, key, value).map_err(|malformed| {
            let what = malformed.message;
            Fault::last(format!("restore {stage}, partition {partition}: {what}"))
        })
    })?;
    Ok(state)
}

/// Turns a panic into a fault: state that a panic left half changed is dropped with the worker.
fn guard(
    quarantine: &mut Quarantine,
    partition: i32,
    records: &[Raw],
    work: impl FnOnce(&Quarantine) -> Result<(), Fault>,
) -> Result<(), Fault> {
    match catch_unwind(AssertUnwindSafe(|| work(quarantine))) {
        Ok(result) => result,
        Err(_) => {
            quarantine.note(partition, records);
            Err(Fault::new(format!("process partition {partition}: the stage panicked")))
        }
    }
}

fn process<S: Stage>(
    stage: &S,
    batch: &[Raw],
    mut tx: Tx<'_, S>,
    quarantine: &Quarantine,
    effects: &mut Effects,
) -> Result<(), Fault> {
    let mut records = Vec::with_capacity(batch.len());
    for (index, raw) in batch.iter().enumerate() {
        if quarantine.holds(raw.at) {
            let message = "the stage panicked on this record again and again".to_owned();
            tx.reject(index, Reason::Quarantined, message);
            continue;
        }
        match S::In::read(raw.at.topic, &raw.key, raw.value.as_deref()) {
            Ok(value) => {
                records.push(Record { at: raw.at, index, time: raw.time, now: raw.now, value });
            }
            Err(bad) => tx.reject(index, bad.reason, bad.message),
        }
    }
    stage.process(records, &mut tx)?;
    gather(tx, batch, effects);
    Ok(())
}

/// Encodes the effects of a stage.
fn gather<S: Stage>(tx: Tx<'_, S>, batch: &[Raw], effects: &mut Effects) {
    effects.outputs.extend(tx.outputs.into_iter().map(Output::outgoing));
    effects.changes.extend(tx.changes);
    effects.dead.extend(tx.rejects.into_iter().map(|reject| {
        let Raw { at, key, value, headers, .. } = batch[reject.index].clone();
        DeadLetter { reject, at, key, value, headers }
    }));
    effects.dead.extend(tx.inner);
}
