//! The stage: drives decisions, case events and timers over the records of a partition.
//!
//! Must not know: how a decision is made, how a record is built.

use std::sync::Arc;

use mention::hash_chain::ChainHead;
use mention::{CaseEvent, Prioritized};
use rules::Rules;
use stage::{
    Downstream, EventTime, Fault, Record, RejectReason, Stage, TimeDelta, Topic, Tx, WallTime,
};

use crate::author::AuthorKey;
use crate::case::CaseState;
use crate::cases::Cases;
use crate::config::Config;
use crate::context::Context;
use crate::decide::{self, MentionOutcome};
use crate::entry::{Key, Value};
use crate::events::{self, EventOutcome};
use crate::foresight::{self, QueuePosition};
use crate::memory::{self, CaseValue};
use crate::timers::{self, FiredTimer};
use crate::topics::{In, Out};

/// A timer that fires this much after its due time is late: the process was down.
const LATE_AFTER: TimeDelta = TimeDelta::MINUTE.times(5);

/// The escalation stage.
#[derive(Debug, Default)]
pub struct Escalation {
    config: Config,
}

impl Escalation {
    /// A stage with this configuration. The default one filters, reopens and takes back nothing.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    /// The same stage for an input with this many partitions, among which the capacity of each team
    /// is divided.
    #[must_use]
    pub fn with_partitions(mut self, partitions: u32) -> Self {
        self.config.partitions = partitions;
        self
    }
}

impl Stage for Escalation {
    const NAME: &'static str = "escalation";
    type In = In;
    type Out = Out;
    type State = Cases;
    type Table = ();
    type Rules = Arc<Rules>;

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let context = Context { rules: tx.rules(), config: &self.config };
        let mut call = Call { context, chain: tx.state().head(), tx };
        for Record { time, now, index, value, .. } in batch {
            let at = Timestamps::of_record(time, now);
            // Fires timers first: a timer that is due by the record's time precedes the record.
            call.fire_due_timers(at);
            match value {
                In::Prioritized(fact) => call.process_mention(*fact, at),
                In::CaseEvent(event) => call.process_event(&event, at, index),
            }
            call.evict(at);
        }
        call.save_chain();
        Ok(())
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.fire_due_at(Timestamps::of_tick(now), tx);
        Ok(())
    }

    fn fire_due(&self, time: EventTime, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.fire_due_at(Timestamps::of_record(time, now), tx);
        Ok(())
    }
}

impl Escalation {
    fn fire_due_at(&self, at: Timestamps, tx: &mut Tx<'_, Self>) {
        let context = Context { rules: tx.rules(), config: &self.config };
        let mut call = Call { context, chain: tx.state().head(), tx };
        call.fire_due_timers(at);
        call.save_chain();
    }
}

impl Downstream for Escalation {
    type Link = Box<Prioritized>;
    const LINK_TOPIC: Topic = mention::topics::PRIORITIZED;
    const MAY_REJECT: bool = false;

    fn from_link(link: Box<Prioritized>) -> In {
        In::Prioritized(link)
    }
}

/// The two clocks of a record or a tick.
#[derive(Debug, Clone, Copy)]
struct Timestamps {
    /// Event time: decides which timers are due.
    event: EventTime,
    /// The wall clock: written to `routed_at`, and compared with event time to mark late records.
    wall: WallTime,
    lateness: Lateness,
}

/// Whether timers that fire long after their due time are marked as late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lateness {
    Marked,
    /// The log is processed in its own time, as in a replay.
    Unmarked,
}

impl Timestamps {
    /// The clocks of a record, whose event time is `event`.
    fn of_record(event: EventTime, wall: WallTime) -> Self {
        let is_behind = is_late(event, wall);
        let lateness = if is_behind { Lateness::Marked } else { Lateness::Unmarked };
        Self { event, wall, lateness }
    }

    /// The clocks of a tick of the loop.
    fn of_tick(now: WallTime) -> Self {
        Self { event: now.as_event_time(), wall: now, lateness: Lateness::Marked }
    }

    fn is_late(self, due_at: EventTime) -> bool {
        self.lateness == Lateness::Marked && is_late(due_at, self.wall)
    }
}

/// Whether the wall clock is more than [`LATE_AFTER`] after this event time.
fn is_late(time: EventTime, wall: WallTime) -> bool {
    // Lateness is the distance between the two clocks. It only marks records; no decision uses it.
    wall.as_event_time() - time > LATE_AFTER
}

/// One call of the stage.
struct Call<'a, 'tx, 's> {
    context: Context<'a>,
    /// The head of the decision chain after the records emitted so far.
    chain: ChainHead,
    tx: &'tx mut Tx<'s, Escalation>,
}

impl Call<'_, '_, '_> {
    /// Fires every timer that is due by the event time.
    fn fire_due_timers(&mut self, now: Timestamps) {
        while let Some((at, author)) = self.tx.state().next_due(now.event) {
            let Some(mut case) = self.tx.state().get(author.key()) else { return };
            let before = case.clone();
            let mut out = Vec::new();
            let timer = FiredTimer {
                author: &author,
                at,
                is_late: now.is_late(at),
                position: self.queue_position(&case, at),
                cases: self.tx.state(),
                context: self.context,
            };
            timers::fire(&mut case, timer, &mut out);
            // Only the expiry was due. A case with other timers would fire them before it expires.
            if case == before && case.expires_at <= at {
                self.tx.remove(Key::Author(author));
                continue;
            }
            self.tx.set(Key::Author(author), Value::Case(Box::new(case)));
            self.emit(at, out, now.wall);
        }
    }

    /// The position of a case in its owner's queue, if its foresight check is due by `at`.
    fn queue_position(&self, case: &CaseState, at: EventTime) -> Option<QueuePosition<'_>> {
        let running = case.foresee_at.filter(|check_at| *check_at <= at).and(case.respond)?;
        Some(QueuePosition {
            waiting_since: running.started_at,
            waiting_before: self.tx.state().waiting_before(&case.owner, running.due_at),
            pace: self.tx.state().pace(&case.owner),
        })
    }

    fn process_mention(&mut self, fact: Prioritized, now: Timestamps) {
        let author = AuthorKey::of(&fact.mention);
        let case = self.tx.state().get(author.key());
        let mut out = Vec::new();
        match decide::decide(fact, &author, case, now.event, self.context, &mut out) {
            MentionOutcome::Ignored => {}
            MentionOutcome::Filtered(filtered) => {
                self.tx.emit(now.event, Out::Filtered(filtered));
            }
            MentionOutcome::Routed(case, routed) => {
                out.push(Out::Routed(routed));
                self.tx.set(Key::Author(author), Value::Case(case));
                self.emit(now.event, out, now.wall);
            }
        }
    }

    fn process_event(&mut self, event: &CaseEvent, now: Timestamps, index: usize) {
        let author = AuthorKey::from_event(event);
        // The case has expired, or never existed. No dead letter: whether an event precedes its case
        // depends on the order in which the topics are read.
        let Some(mut case) = self.tx.state().get(author.key()) else { return };
        let (owner, mut out) = (case.owner.clone(), Vec::new());
        match events::apply(&mut case, event, &author, now.event, self.context, &mut out) {
            EventOutcome::Ignored => return,
            EventOutcome::Rejected(why) => {
                return self.tx.reject(index, RejectReason::Invalid, why);
            }
            EventOutcome::Applied => {}
            EventOutcome::Answered { at, waiting_since } => {
                let pace = self.tx.state().pace(&owner);
                let pace = foresight::record_answer(pace, at, waiting_since);
                self.tx.set(Key::Team(owner), Value::Pace(pace));
            }
        }
        self.tx.set(Key::Author(author), Value::Case(Box::new(case)));
        self.emit(now.event, out, now.wall);
    }

    /// Emits records with the event time of their cause; numbers and chains the decisions in their
    /// order.
    fn emit(&mut self, time: EventTime, out: Vec<Out>, wall: WallTime) {
        for mut record in out {
            if let Out::Routed(routed) = &mut record {
                routed.routed_at = wall;
                self.chain.seal(routed);
            }
            self.tx.emit(time, record);
        }
    }

    /// Removes what the state holds beyond its bounds.
    fn evict(&mut self, now: Timestamps) {
        let bounds = self.context.config.memory;
        for _ in 0..memory::MAX_EVICTED {
            let evicted = memory::next_evicted(self.tx.state(), bounds);
            let Some((value, author)) = evicted else { break };
            if value == CaseValue::WithClock
                && let Some(case) = self.tx.state().get(author.key())
            {
                let mut out = Vec::new();
                memory::hand_over(case, &author, now.event, self.context, &mut out);
                self.emit(now.event, out, now.wall);
            }
            let is_running = value == CaseValue::WithClock;
            let store = if is_running { "open_cases" } else { "cases" };
            self.tx.evict(store, Key::Author(author));
        }
        if let Some(team) = self.tx.state().excess_team(bounds.teams_most) {
            self.tx.evict("teams", Key::Team(team));
        }
    }

    /// Saves the head of the chain, once per call.
    fn save_chain(self) {
        if self.chain != self.tx.state().head() {
            self.tx.set(Key::Chain, Value::Chain(self.chain));
        }
    }
}
