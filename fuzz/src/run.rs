//! Runs a stage from a changelog, through the loop that runs it in production.

use std::collections::VecDeque;
use std::sync::Arc;

use stage::{
    ChangeVisitor, DeadLetter, Effects, Event, Fault, Log, NoObserver, Quarantine, RawRecord,
    Stage, StateChange, run,
};

/// An entry of a changelog: key and value, none for a removal.
pub type Entry<'a> = (&'a [u8], Option<&'a [u8]>);

/// A log with a changelog, one batch and one reading of the clock.
struct Scripted<'a, R> {
    events: VecDeque<Event<R>>,
    stage: &'static str,
    entries: &'a [Entry<'a>],
    effects: Effects,
}

/// Restores a stage, lets it process `batch`, and fires what is due `idle` after the last record. Returns
/// what it has written.
///
/// # Errors
/// If the changelog cannot be restored.
///
/// # Panics
/// On any other fault.
pub fn from_changelog<S: Stage>(
    stage: &S,
    rules: &Arc<S::Rules>,
    entries: &[Entry<'_>],
    batch: Vec<RawRecord>,
    idle: stage::TimeDelta,
) -> Result<Effects, Fault> {
    let now = batch.last().map_or_else(Default::default, |last| last.now) + idle;
    let events = [
        Event::Rules(Arc::clone(rules)),
        Event::TableRows(Vec::new()),
        Event::Assigned(0),
        Event::Batch(0, batch),
        Event::Time(0, now),
        Event::Shutdown,
    ];
    let (events, effects) = (VecDeque::from(events), Effects::default());
    let mut log = Scripted { events, stage: S::NAME, entries, effects };
    match run(stage, &mut log, &mut Quarantine::default(), &mut NoObserver) {
        Ok(()) => Ok(log.effects),
        Err(fault @ Fault::Restore { .. }) => Err(fault),
        Err(fault) => panic!("{}: {fault}", S::NAME),
    }
}

/// The changes of a run as a changelog.
#[must_use]
pub fn entries(changes: &[StateChange]) -> Vec<Entry<'_>> {
    changes.iter().map(|change| (&change.key[..], change.value.as_deref())).collect()
}

impl<R> Log for Scripted<'_, R> {
    type Rules = R;

    fn next_event(&mut self) -> Result<Event<R>, Fault> {
        Ok(self.events.pop_front().unwrap_or(Event::Shutdown))
    }

    fn read_changelog(&mut self, _: i32, each: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
        self.entries.iter().try_for_each(|(key, value)| each(self.stage, key, *value))
    }

    fn write(&mut self, _: i32, mut effects: Effects) -> Result<(), Fault> {
        self.effects.outputs.append(&mut effects.outputs);
        self.effects.changes.append(&mut effects.changes);
        self.effects.dead_letters.append(&mut effects.dead_letters);
        Ok(())
    }

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}
