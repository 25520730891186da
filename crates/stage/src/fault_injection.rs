//! Fault injection: the proof that every stage owes. Whatever fails and wherever, a stage must
//! write the same.
//!
//! [`assert_fault_tolerant`] runs a pipeline on the memory log with an aborted commit, a lost
//! answer, a rebalance and a panic at every position, times several sizes of batches and
//! transactions, and compares topics, dead letters and changelogs with those of an undisturbed run.

use std::cell::Cell;

use crate::memory::{CommitFailure, DeliveryPlan, MemoryBroker, MemoryLog, RulesSchedule};
use crate::{
    DeadLetter, EventTime, Fault, NoObserver, Quarantine, RawRecord, Record, Stage, Topic, Tx,
    WallTime, run,
};

/// The faults of one run.
#[derive(Debug, Clone, Copy, Default)]
pub struct FaultPlan {
    /// Batch and transaction sizes, the commit that fails and the partition that moves.
    pub delivery: DeliveryPlan,
    /// Number of the call of the stage that panics once, after it has changed the state; from 1.
    pub panicking_call: Option<usize>,
}

/// Topic, partition, key and payload of a record.
pub type ComparedRecord = (Topic, i32, Vec<u8>, Option<Vec<u8>>);

/// What a broker holds after a run has processed all input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOutcome {
    /// Every record of the compared topics.
    pub records: Vec<ComparedRecord>,
    /// The compacted changelogs: partition, key and value.
    pub changes: Vec<(i32, Vec<u8>, Vec<u8>)>,
    /// The dead letters.
    pub dead: Vec<DeadLetter>,
}

impl RunOutcome {
    /// Reads these topics, the changelogs of these stages and all dead letters from a broker.
    #[must_use]
    pub fn read(broker: &MemoryBroker, topics: &[Topic], stages: &[&str]) -> Self {
        let compared = |raw: RawRecord| (raw.at.topic, raw.at.partition, raw.key, raw.value);
        let mut dead = broker.dead_letters();
        // The index in a slice depends on the batch size; the position in the log does not.
        dead.iter_mut().for_each(|letter| letter.reject.index = 0);
        dead.sort_by_key(|letter| (letter.record.at, letter.record.key.clone()));
        Self {
            records: topics.iter().flat_map(|t| broker.records(t)).map(compared).collect(),
            changes: stages.iter().flat_map(|stage| broker.changelog(stage)).collect(),
            dead,
        }
    }
}

/// Runs a stage to the end of its input under a fault plan, restarting after every fault. `rules`
/// are one version for the whole run, or a schedule of versions.
///
/// # Panics
/// On a fatal fault, and when the run has not ended after 100 faults.
#[allow(clippy::panic, reason = "a proof fails by a panic, as an assertion does")]
pub fn run_to_end<S: Stage>(
    stage: S,
    rules: impl Into<RulesSchedule<S::Rules>>,
    broker: &MemoryBroker,
    plan: FaultPlan,
) {
    let stage = PanicOnce { stage, calls: Cell::new(0), panicking_call: plan.panicking_call };
    let mut log = MemoryLog::new::<PanicOnce<S>>(broker, rules, plan.delivery);
    let mut quarantine = Quarantine::default();
    for _ in 0..100 {
        match run(&stage, &mut log, &mut quarantine, &mut NoObserver) {
            Ok(()) => return,
            Err(fault) if fault.is_fatal() => panic!("{}: {fault} under {plan:?}", S::NAME),
            Err(_) => log.restart(),
        }
    }
    panic!("{} has not ended after 100 faults under {plan:?}", S::NAME);
}

/// Calls `attempt` with every fault plan and compares each outcome with that of an undisturbed
/// run. `end_time`, in microseconds, is the time at the end of the input. Returns the number of
/// plans.
///
/// # Panics
/// When an outcome differs, or the undisturbed run has no output.
pub fn assert_fault_tolerant(
    end_time: Option<EventTime>,
    attempt: &dyn Fn(FaultPlan) -> RunOutcome,
) -> usize {
    let undisturbed = DeliveryPlan { end_time, ..DeliveryPlan::default() };
    let expected = attempt(FaultPlan { delivery: undisturbed, panicking_call: None });
    assert!(!expected.records.is_empty(), "a run without output proves nothing");
    let mut plans = 0;
    // Sizes around the edges: every record alone, several commits in a slice, uneven ends.
    for (max_batch, batches_per_commit) in [(1, 1), (1, 3), (2, 2), (3, 1), (7, 4)] {
        let sizes = DeliveryPlan { max_batch, batches_per_commit, ..undisturbed };
        for plan in fault_plans(sizes) {
            let outcome = attempt(plan);
            assert!(outcome == expected, "under {plan:?}:\n{outcome:#?}\nnot:\n{expected:#?}");
            plans += 1;
        }
    }
    plans
}

fn fault_plans(sizes: DeliveryPlan) -> impl Iterator<Item = FaultPlan> {
    // Counted in commits, batches or calls of the stage; the inputs of the proofs are this short.
    const POSITIONS: usize = 14;
    let failed_commits = (1..POSITIONS).flat_map(move |n| {
        [CommitFailure::Aborted, CommitFailure::AnswerLost].map(|failure| {
            let delivery = DeliveryPlan { failing_commit: Some((n, failure)), ..sizes };
            FaultPlan { delivery, panicking_call: None }
        })
    });
    let rebalances = (0..POSITIONS).flat_map(move |n| {
        (0..2).map(move |partition| {
            let delivery = DeliveryPlan { rebalance: Some((n, partition)), ..sizes };
            FaultPlan { delivery, panicking_call: None }
        })
    });
    let panics =
        (1..POSITIONS).map(move |n| FaultPlan { delivery: sizes, panicking_call: Some(n) });
    // All at once: a partition moves just before a commit fails, and the next call panics.
    let combined = (1..POSITIONS).map(move |n| {
        let failing_commit = Some((n, CommitFailure::Aborted));
        let delivery = DeliveryPlan { failing_commit, rebalance: Some((n, 0)), ..sizes };
        FaultPlan { delivery, panicking_call: Some(n + 1) }
    });
    failed_commits.chain(rebalances).chain(panics).chain(combined)
}

/// A stage that panics in one call, after the wrapped stage has changed the state.
struct PanicOnce<S> {
    stage: S,
    calls: Cell<usize>,
    panicking_call: Option<usize>,
}

impl<S: Stage> PanicOnce<S> {
    fn call(
        &self,
        tx: &mut Tx<'_, Self>,
        work: impl FnOnce(&S, &mut Tx<'_, S>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut inner = Tx::new(tx.state, tx.table, tx.rules);
        work(&self.stage, &mut inner)?;
        let effects = inner.into_effects();
        let outputs = tx.merge(effects);
        tx.outputs.extend(outputs);
        self.calls.set(self.calls.get() + 1);
        if self.panicking_call == Some(self.calls.get()) {
            // Not `panic!`: that would run the panic hook and print a backtrace for every plan.
            std::panic::resume_unwind(Box::new("an injected panic"));
        }
        Ok(())
    }
}

impl<S: Stage> Stage for PanicOnce<S> {
    const NAME: &'static str = S::NAME;
    type In = S::In;
    type Out = S::Out;
    type State = S::State;
    type Table = S::Table;
    type Rules = S::Rules;

    fn process(&self, batch: Vec<Record<S::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.call(tx, |stage, tx| stage.process(batch, tx))
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.call(tx, |stage, tx| stage.on_time(now, tx))
    }

    fn fire_due(&self, time: EventTime, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.call(tx, |stage, tx| stage.fire_due(time, now, tx))
    }
}
