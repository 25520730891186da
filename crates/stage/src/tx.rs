//! The effects of one batch, gathered while the stage runs.

use crate::{Change, DeadLetter, Keyed, Reason, Stage, Wire};

/// A record refused by a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The stage that refused it.
    pub stage: &'static str,
    /// Its place in the batch.
    pub index: usize,
    /// The kind of dead letter.
    pub reason: Reason,
    /// What is wrong with it, without quoting the content.
    pub message: String,
}

/// The effects of one batch: all or nothing.
pub struct Tx<'a, S: Stage> {
    pub(crate) state: &'a mut S::State,
    pub(crate) table: &'a S::Table,
    pub(crate) outputs: Vec<S::Out>,
    pub(crate) changes: Vec<Change>,
    pub(crate) rejects: Vec<Reject>,
    /// Dead letters of fused stages behind the first, whose input is an output of this batch.
    pub(crate) inner: Vec<DeadLetter>,
}

/// The effects of a stage inside a chain, free of its state.
#[derive(Debug)]
pub(crate) struct Done<T> {
    pub(crate) outputs: Vec<T>,
    pub(crate) changes: Vec<Change>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) inner: Vec<DeadLetter>,
}

impl<'a, S: Stage> Tx<'a, S> {
    pub(crate) fn new(state: &'a mut S::State, table: &'a S::Table) -> Self {
        Self {
            state,
            table,
            outputs: Vec::new(),
            changes: Vec::new(),
            rejects: Vec::new(),
            inner: Vec::new(),
        }
    }

    /// The state as it stands after the changes so far.
    #[must_use]
    pub fn state(&self) -> &S::State {
        self.state
    }

    /// The broadcast table.
    #[must_use]
    pub fn table(&self) -> &S::Table {
        self.table
    }

    /// Writes a record.
    pub fn emit(&mut self, out: S::Out) {
        self.outputs.push(out);
    }

    /// Sends the record with this [`crate::Record::index`] to the dead letters, unchanged.
    pub fn reject(&mut self, index: usize, reason: Reason, message: impl Into<String>) {
        self.rejects.push(Reject { stage: S::NAME, index, reason, message: message.into() });
    }

    pub(crate) fn done(self) -> Done<S::Out> {
        let Self { outputs, changes, rejects, inner, .. } = self;
        Done { outputs, changes, rejects, inner }
    }

    /// Takes over the changes and rejects of a stage inside; its outputs are the caller's.
    pub(crate) fn absorb<T>(&mut self, done: Done<T>) -> Vec<T> {
        match self.changes.is_empty() {
            true => self.changes = done.changes,
            false => self.changes.extend(done.changes),
        }
        self.rejects.extend(done.rejects);
        self.inner.extend(done.inner);
        done.outputs
    }
}

impl<S: Stage> Tx<'_, S>
where
    S::State: Keyed,
{
    /// Sets an entry of the state and records the change in the changelog.
    pub fn set(&mut self, key: <S::State as Keyed>::Key, value: <S::State as Keyed>::Value) {
        self.change(key, Some(value));
    }

    /// Removes an entry of the state; the changelog gets a tombstone, or it would grow for ever.
    pub fn remove(&mut self, key: <S::State as Keyed>::Key) {
        self.change(key, None);
    }

    fn change(&mut self, key: <S::State as Keyed>::Key, value: Option<<S::State as Keyed>::Value>) {
        let key_bytes = Vec::with_capacity(32);
        let mut change = Change { stage: <S::State as Keyed>::STAGE, key: key_bytes, value: None };
        key.write(&mut change.key);
        change.value = value.as_ref().map(|value| {
            let mut bytes = Vec::with_capacity(64);
            value.write(&mut bytes);
            bytes
        });
        self.changes.push(change);
        self.state.apply(key, value);
    }
}

impl<S: Stage> std::fmt::Debug for Tx<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("outputs", &self.outputs.len())
            .field("changes", &self.changes.len())
            .field("rejects", &self.rejects)
            .finish_non_exhaustive()
    }
}
