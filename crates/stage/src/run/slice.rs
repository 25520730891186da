//! One slice of a batch: what is read from it, and what the stage makes of it.

use crate::{
    DeadLetter, Effects, Fault, Input, Log, Output, Quarantine, RawRecord, Record, RejectReason,
    Stage, Tx, eviction::add_evictions, tx::InvalidChange,
};

/// A record of a slice that lies in a partition which its key does not choose.
pub(super) struct Misplaced {
    index: usize,
    /// The partition that its key chooses.
    home: i32,
}

pub(super) fn find_misplaced<R>(
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
pub(super) fn process_slice<S: Stage>(
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
pub(super) fn collect_effects<S: Stage>(
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
