//! Collects the effects of one slice while the stage runs.

use crate::{
    DeadLetter, EventTime, Eviction, KeyedState, Malformed, RejectReason, Stage, StateChange,
    Topic, Wire, eviction::add_evictions,
};

/// The rejection of one record by a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRejection {
    /// The stage that rejected it.
    pub stage: &'static str,
    /// Its index in the slice.
    pub index: usize,
    /// The reason.
    pub reason: RejectReason,
    /// The problem, without any content of the record.
    pub message: String,
}

/// The open effects of one slice: the log commits all of them or none.
pub struct Tx<'a, S: Stage> {
    pub(crate) state: &'a mut S::State,
    pub(crate) table: &'a S::Table,
    pub(crate) rules: &'a S::Rules,
    pub(crate) outputs: Vec<(EventTime, S::Out)>,
    pub(crate) changes: Vec<StateChange>,
    pub(crate) rejects: Vec<RecordRejection>,
    /// Dead letters of the later stages of a chain, whose input is an output of this slice and has
    /// no position in the log.
    pub(crate) inner_dead_letters: Vec<DeadLetter>,
    pub(crate) evictions: Vec<Eviction>,
    /// The first change that the state could not apply: a bug of the stage.
    pub(crate) invalid_change: Option<InvalidChange>,
}

/// A change that a state could not apply.
#[derive(Debug)]
pub(crate) struct InvalidChange {
    pub(crate) stage: &'static str,
    pub(crate) problem: Malformed,
}

/// The effects of a stage inside a chain, without the borrow of its state.
#[derive(Debug)]
pub(crate) struct StageEffects<T> {
    pub(crate) outputs: Vec<(EventTime, T)>,
    pub(crate) changes: Vec<StateChange>,
    pub(crate) rejects: Vec<RecordRejection>,
    pub(crate) inner: Vec<DeadLetter>,
    pub(crate) evictions: Vec<Eviction>,
    pub(crate) invalid_change: Option<InvalidChange>,
}

impl<'a, S: Stage> Tx<'a, S> {
    pub(crate) fn new(state: &'a mut S::State, table: &'a S::Table, rules: &'a S::Rules) -> Self {
        Self {
            state,
            table,
            rules,
            outputs: Vec::new(),
            changes: Vec::new(),
            rejects: Vec::new(),
            inner_dead_letters: Vec::new(),
            evictions: Vec::new(),
            invalid_change: None,
        }
    }

    /// The state, including the changes made so far.
    #[must_use]
    pub fn state(&self) -> &S::State {
        self.state
    }

    /// The broadcast table.
    #[must_use]
    pub fn table(&self) -> &S::Table {
        self.table
    }

    /// The rules, in the version of this batch. They outlive the borrow of the transaction.
    #[must_use]
    pub fn rules(&self) -> &'a S::Rules {
        self.rules
    }

    /// Emits an output record with its event time: the time of the record that caused it, or the due
    /// time of the timer. Never a time that a field of a record claims, because this one moves the
    /// clock of the next stage.
    pub fn emit(&mut self, time: EventTime, out: S::Out) {
        self.outputs.push((time, out));
    }

    /// Sends the record with this [`crate::Record::index`] to the dead letters, unchanged.
    pub fn reject(&mut self, index: usize, reason: RejectReason, message: impl Into<String>) {
        self.rejects.push(RecordRejection {
            stage: S::NAME,
            index,
            reason,
            message: message.into(),
        });
    }

    /// Rejects a record before the stage sees it: for the stage of a chain that would have read it.
    pub(crate) fn reject_input(
        &mut self,
        index: usize,
        topic: Topic,
        reason: RejectReason,
        message: String,
    ) {
        self.rejects.push(RecordRejection { stage: S::reader(topic), index, reason, message });
    }

    pub(crate) fn into_effects(self) -> StageEffects<S::Out> {
        let Self { outputs, changes, rejects, evictions, invalid_change, .. } = self;
        let inner = self.inner_dead_letters;
        StageEffects { outputs, changes, rejects, inner, evictions, invalid_change }
    }

    /// Adds the changes and dead letters of an inner stage, and returns its outputs.
    pub(crate) fn merge<T>(&mut self, done: StageEffects<T>) -> Vec<(EventTime, T)> {
        // The first inner stage hands over its vector: no copy on the usual path.
        match self.changes.is_empty() {
            true => self.changes = done.changes,
            false => self.changes.extend(done.changes),
        }
        self.rejects.extend(done.rejects);
        self.inner_dead_letters.extend(done.inner);
        add_evictions(&mut self.evictions, &done.evictions);
        self.invalid_change = self.invalid_change.take().or(done.invalid_change);
        done.outputs
    }
}

impl<S: Stage> Tx<'_, S>
where
    S::State: KeyedState,
{
    /// Sets an entry of the state and appends the change to the changelog.
    pub fn set(
        &mut self,
        key: <S::State as KeyedState>::Key,
        value: <S::State as KeyedState>::Value,
    ) {
        self.change(key, Some(value));
    }

    /// Removes an entry of the state. The changelog gets a tombstone; without one, compaction would
    /// keep the key for ever.
    pub fn remove(&mut self, key: <S::State as KeyedState>::Key) {
        self.change(key, None);
    }

    /// Removes an entry of a store that is full, and counts it: unlike an expired one, it was still
    /// of use.
    pub fn evict(&mut self, store: &'static str, key: <S::State as KeyedState>::Key) {
        self.count_evictions(store, 1);
        self.remove(key);
    }

    /// Counts entries that a full store loses, for a caller that removes them, or does not keep them,
    /// by itself.
    pub fn count_evictions(&mut self, store: &'static str, entries: u64) {
        let stage = <S::State as KeyedState>::STAGE;
        add_evictions(&mut self.evictions, &[Eviction { stage, store, entries }]);
    }

    fn change(
        &mut self,
        key: <S::State as KeyedState>::Key,
        value: Option<<S::State as KeyedState>::Value>,
    ) {
        let key_bytes = Vec::with_capacity(32);
        let mut change =
            StateChange { stage: <S::State as KeyedState>::STAGE, key: key_bytes, value: None };
        key.write(&mut change.key);
        change.value = value.as_ref().map(|value| {
            let mut bytes = Vec::with_capacity(64);
            value.write(&mut bytes);
            bytes
        });
        // One function applies and records, so no caller can do only one of the two.
        self.changes.push(change);
        if let Err(problem) = self.state.apply(key, value) {
            let stage = <S::State as KeyedState>::STAGE;
            // The loop turns this into a fatal fault: the changelog must never get such an entry.
            self.invalid_change.get_or_insert(InvalidChange { stage, problem });
        }
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
