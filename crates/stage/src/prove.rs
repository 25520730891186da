//! The proof that every stage owes: whatever goes wrong wherever, the same comes out.
//!
//! [`prove`] runs a pipeline on the memory log under every position of an aborted commit, a lost
//! answer, a rebalance and a panic, times several sizes of batches and transactions, and compares
//! topics, dead letters and changelogs with those of an undisturbed run.

use std::cell::Cell;

use crate::memory::{Broker, Failure, Memory, Plan};
use crate::{DeadLetter, Fault, Micros, Quarantine, Raw, Record, Silent, Stage, Topic, Tx, run};

/// One way for things to go wrong.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trouble {
    /// How the work is cut, and which commit fails or which partition moves.
    pub plan: Plan,
    /// Panics in the n-th call of the stage, after it has changed its state, once.
    pub panic: Option<usize>,
}

/// Topic, partition, key and payload of a record.
pub type Compared = (Topic, i32, Vec<u8>, Option<Vec<u8>>);

/// What is left when all input is processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Each record of the topics compared.
    pub records: Vec<Compared>,
    /// The changelogs.
    pub changes: Vec<(i32, Vec<u8>, Vec<u8>)>,
    /// The dead letters.
    pub dead: Vec<DeadLetter>,
}

impl Outcome {
    /// What stands in these topics and in the changelogs of these stages.
    #[must_use]
    pub fn of(broker: &Broker, topics: &[Topic], stages: &[&str]) -> Self {
        let read = |raw: Raw| (raw.at.topic, raw.at.partition, raw.key, raw.value);
        let mut dead = broker.dead();
        // The place in a batch depends on how the work was cut; the place in the log does not.
        dead.iter_mut().for_each(|letter| letter.reject.index = 0);
        dead.sort_by_key(|letter| (letter.at, letter.key.clone()));
        Self {
            records: topics.iter().flat_map(|t| broker.records(t)).map(read).collect(),
            changes: stages.iter().flat_map(|stage| broker.changelog(stage)).collect(),
            dead,
        }
    }
}

/// Runs a stage to the end of its input, starting over after every fault.
///
/// # Panics
/// When it has not ended after 100 faults.
#[allow(clippy::panic, reason = "a proof ends by a panic, as an assertion does")]
pub fn drive<S: Stage>(stage: S, broker: &Broker, trouble: Trouble) {
    let stage = Unlucky { stage, calls: Cell::new(0), panic: trouble.panic };
    let mut log = Memory::new::<Unlucky<S>>(broker, trouble.plan);
    let mut quarantine = Quarantine::default();
    for _ in 0..100 {
        match run(&stage, &mut log, &mut quarantine, &mut Silent) {
            Ok(()) => return,
            Err(fault) if fault.is_final => panic!("{}: {fault} under {trouble:?}", S::NAME),
            Err(_) => log.restart(),
        }
    }
    panic!("{} does not come to an end under {trouble:?}", S::NAME);
}

/// Compares the outcome under every trouble with the outcome under none; returns their number.
///
/// # Panics
/// When one differs.
pub fn prove(until: Option<Micros>, attempt: &dyn Fn(Trouble) -> Outcome) -> usize {
    let calm = Plan { until, ..Plan::default() };
    let expected = attempt(Trouble { plan: calm, panic: None });
    assert!(!expected.records.is_empty(), "a proof over no output proves nothing");
    let mut plans = 0;
    for (batch, batches_per_commit) in [(1, 1), (1, 3), (2, 2), (3, 1), (7, 4)] {
        let cut = Plan { batch, batches_per_commit, ..calm };
        for trouble in troubles(cut) {
            let outcome = attempt(trouble);
            assert!(outcome == expected, "under {trouble:?}:\n{outcome:#?}\nnot:\n{expected:#?}");
            plans += 1;
        }
    }
    plans
}

fn troubles(cut: Plan) -> impl Iterator<Item = Trouble> {
    const POSITIONS: usize = 14;
    let fails = (1..POSITIONS).flat_map(move |n| {
        [Failure::Aborted, Failure::AnswerLost]
            .map(|how| Trouble { plan: Plan { fail: Some((n, how)), ..cut }, panic: None })
    });
    let moves = (0..POSITIONS).flat_map(move |n| {
        (0..2).map(move |p| Trouble { plan: Plan { rebalance: Some((n, p)), ..cut }, panic: None })
    });
    let panics = (1..POSITIONS).map(move |n| Trouble { plan: cut, panic: Some(n) });
    // And two at once: a partition moves just before a commit fails.
    let both = (1..POSITIONS).map(move |n| {
        let plan = Plan { fail: Some((n, Failure::Aborted)), rebalance: Some((n, 0)), ..cut };
        Trouble { plan, panic: Some(n + 1) }
    });
    fails.chain(moves).chain(panics).chain(both)
}

/// A stage that panics once, when its state is already changed.
struct Unlucky<S> {
    stage: S,
    calls: Cell<usize>,
    panic: Option<usize>,
}

impl<S: Stage> Unlucky<S> {
    fn inside(
        &self,
        tx: &mut Tx<'_, Self>,
        work: impl FnOnce(&S, &mut Tx<'_, S>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut inner = Tx::new(tx.state, tx.table);
        work(&self.stage, &mut inner)?;
        let done = inner.done();
        let outputs = tx.absorb(done);
        tx.outputs.extend(outputs);
        self.calls.set(self.calls.get() + 1);
        if self.panic == Some(self.calls.get()) {
            std::panic::resume_unwind(Box::new("a panic on purpose"));
        }
        Ok(())
    }
}

impl<S: Stage> Stage for Unlucky<S> {
    const NAME: &'static str = S::NAME;
    type In = S::In;
    type Out = S::Out;
    type State = S::State;
    type Table = S::Table;

    fn process(&self, batch: Vec<Record<S::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.inside(tx, |stage, tx| stage.process(batch, tx))
    }

    fn on_time(&self, now: Micros, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.inside(tx, |stage, tx| stage.on_time(now, tx))
    }
}
