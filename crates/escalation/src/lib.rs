//! Routes a mention to one owner, keeps the clocks of its case, and calls the next person when a
//! clock runs out.
//!
//! One case stands for one author until it is resolved: its messages share a case id and an
//! owner. What to do, who does it, by when and who is called say the [`Rules`]; every mention
//! finds an entry of the playbook. Praise, spam and what needs nobody have lanes: entries without an
//! escalation path. What is the brand's own, or was withdrawn before it was ever routed, is all that ends
//! here without a record; a [`Filter`] drops lanes, which is off by default and leaves a record.
//!
//! Time is that of the records. Before a record is processed, every timer due by its time rings,
//! in the order of due times, authors and clocks; what a timer writes depends on its due time, but
//! for the mark of what rings late because Harken was away.
//!
//! A hand-off is tracked until somebody accepts it; a case that its owner does not accept goes to who
//! helps out, and an owner who accepts and does nothing loses the case. What becomes of a case is told
//! on the topic of the mentions, and every decision there is numbered and sealed
//! ([`mention::chain`]).
//!
//! The rules are those in force, taken once a call: a case whose policy or path other rules no
//! longer have goes on by what they have instead.
//! Must not know: how a score comes about, other stages, the clock of the machine.

mod case;
mod cases;
mod clocks;
mod control;
mod decide;
mod entry;
mod events;
mod explain;
mod filter;
mod foresee;
mod headers;
mod names;
mod overflow;
mod packed;
mod ring;
mod route;
mod settings;
mod topics;

pub use case::{Case, Running, TOLD_MOST, Told};
pub use cases::{Author, Cases};
pub use entry::{Key, Pace, Value};
pub use filter::Filter;
pub use settings::{Foresight, Settings};
pub use topics::{In, Out};

use decide::Verdict;
use events::Heard;
use foresee::Waiting;
use mention::chain::Head;
use mention::{CaseEvent, CaseEventKind, Prioritized};
use ring::Ring;
use rules::Rules;
use stage::{Fault, Follows, Micros, Reason, Record, Reloadable, Stage, Topic, Tx};

/// A case event this much later than its own record was written by a clock that is wrong.
const SKEW: Micros = 24 * 3_600_000_000;
/// A timer that rings this much later than it was due is late: Harken was away.
const LATE: Micros = 5 * 60_000_000;

/// What decides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) settings: &'a Settings,
}

/// The stage.
#[derive(Debug)]
pub struct Escalation {
    rules: Reloadable<Rules>,
    settings: Settings,
}

/// When it is, as a record or the runtime says, in microseconds.
#[derive(Debug, Clone, Copy)]
struct Now {
    /// What is due by then rings.
    time: Micros,
    /// The clock on the wall: written down, and compared with what was due.
    wall: Micros,
    /// Whether timers that were due long before the clock on the wall are late: not in a log that
    /// is worked through in its own time, such as a replay.
    lateness: Lateness,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lateness {
    Counts,
    DoesNot,
}

impl Now {
    /// The time of a record, and the clock on the wall when it was taken up.
    fn of_record(time: Micros, wall: Micros) -> Self {
        let is_behind = wall.saturating_sub(time) > LATE;
        Self { time, wall, lateness: if is_behind { Lateness::Counts } else { Lateness::DoesNot } }
    }

    fn is_late(self, due_at: Micros) -> bool {
        self.lateness == Lateness::Counts && self.wall.saturating_sub(due_at) > LATE
    }
}

impl Escalation {
    /// A stage that decides by the rules in force, with everything else off.
    #[must_use]
    pub fn new(rules: impl Into<Reloadable<Rules>>) -> Self {
        Self { rules: rules.into(), settings: Settings::default() }
    }

    /// The same stage with other settings.
    #[must_use]
    pub fn with(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// The same stage on an input with so many partitions, each of which has its share of what a
    /// team takes at once.
    #[must_use]
    pub fn shared_by(mut self, partitions: u32) -> Self {
        self.settings.shares = partitions;
        self
    }

    /// Rings what is due by then.
    fn ring(&self, now: Now, by: By<'_>, chain: &mut Head, tx: &mut Tx<'_, Self>) {
        while let Some((at, author)) = tx.state().due(now.time) {
            let Some(mut case) = tx.state().get(author.key()) else { return };
            let mut out = Vec::new();
            let waiting = case.foresee_at.filter(|look| *look <= at).and(case.respond);
            let waiting = waiting.map(|running| Waiting {
                since: running.started_at,
                ahead: tx.state().ahead(&case.owner, running.due_at),
                pace: tx.state().pace(&case.owner),
            });
            let ring = Ring {
                author: &author,
                at,
                is_late: now.is_late(at),
                waiting,
                cases: tx.state(),
                by,
            };
            let before = case.clone();
            ring::ring(&mut case, ring, &mut out);
            if case == before && case.expires_at <= at {
                tx.remove(Key::Author(author));
                continue;
            }
            tx.set(Key::Author(author), Value::Case(Box::new(case)));
            emit(out, now.wall, chain, tx);
        }
    }

    fn hear(
        &self,
        fact: Prioritized,
        now: Now,
        by: By<'_>,
        chain: &mut Head,
        tx: &mut Tx<'_, Self>,
    ) {
        let author = Author::of(&fact.mention);
        let case = tx.state().get(author.key());
        let mut out = Vec::new();
        match decide::hear(fact, &author, case, (now.time, now.wall), by, &mut out) {
            Verdict::Nothing => {}
            Verdict::Filtered(filtered) => tx.emit(Out::Filtered(filtered)),
            Verdict::Routed(mut case, routed) => {
                let is_answered = routed.priority.peer_answered && routed.case_id == case.name();
                out.push(Out::Routed(routed));
                if is_answered {
                    let event = peer_answered(&case, now.time);
                    events::apply(&mut case, &event, &author, now.time, by, &mut out);
                }
                tx.set(Key::Author(author), Value::Case(case));
                emit(out, now.wall, chain, tx);
            }
        }
    }

    fn told(
        &self,
        event: &CaseEvent,
        now: Now,
        by: By<'_>,
        index: usize,
        chain: &mut Head,
        tx: &mut Tx<'_, Self>,
    ) {
        if event.occurred_at > now.time.saturating_add(SKEW) {
            let message = "occurred more than a day after its record was written";
            return tx.reject(index, Reason::Invalid, message);
        }
        let author = Author::of_event(event);
        let Some(mut case) = tx.state().get(author.key()) else { return };
        let (owner, mut out) = (case.owner.clone(), Vec::new());
        match events::apply(&mut case, event, &author, now.time, by, &mut out) {
            Heard::Nothing => return,
            Heard::Refused(why) => return tx.reject(index, Reason::Invalid, why),
            Heard::Applied => {}
            Heard::Answered(since) => {
                let at = event.occurred_at.min(now.time);
                let pace = foresee::answered(tx.state().pace(&owner), at, since);
                tx.set(Key::Team(owner), Value::Pace(pace));
            }
        }
        tx.set(Key::Author(author), Value::Case(Box::new(case)));
        emit(out, now.wall, chain, tx);
    }
}

/// What a mention that another user has answered means for its case, as an event would tell it.
fn peer_answered(case: &Case, time: Micros) -> CaseEvent {
    let kind = CaseEventKind::PeerAnswered;
    CaseEvent { case_id: case.name(), kind, occurred_at: time, ..CaseEvent::default() }
}

/// Writes records; decisions are numbered and sealed in their order.
fn emit(out: Vec<Out>, wall: Micros, chain: &mut Head, tx: &mut Tx<'_, Escalation>) {
    for mut out in out {
        if let Out::Routed(routed) = &mut out {
            routed.routed_at = wall;
            chain.seal(routed);
        }
        tx.emit(out);
    }
}

impl Stage for Escalation {
    const NAME: &'static str = "escalation";
    type In = In;
    type Out = Out;
    type State = Cases;
    type Table = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let rules = self.rules.get();
        let by = By { rules: &rules, settings: &self.settings };
        let mut chain = tx.state().head();
        for Record { time, now, index, value, .. } in batch {
            let now = Now::of_record(time, now);
            self.ring(now, by, &mut chain, tx);
            match value {
                In::Prioritized(fact) => self.hear(*fact, now, by, &mut chain, tx),
                In::CaseEvent(event) => self.told(&event, now, by, index, &mut chain, tx),
            }
        }
        keep(chain, tx);
        Ok(())
    }

    fn on_time(&self, now: Micros, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let rules = self.rules.get();
        let by = By { rules: &rules, settings: &self.settings };
        let mut chain = tx.state().head();
        let now = Now { time: now, wall: now, lateness: Lateness::Counts };
        self.ring(now, by, &mut chain, tx);
        keep(chain, tx);
        Ok(())
    }
}

/// Keeps the head of the chain, once a batch.
fn keep(chain: Head, tx: &mut Tx<'_, Escalation>) {
    if chain != tx.state().head() {
        tx.set(Key::Chain, Value::Chain(chain));
    }
}

impl Follows for Escalation {
    type Link = Box<Prioritized>;
    const LINK: Topic = mention::topics::PRIORITIZED;
    const REFUSES: bool = false;

    fn accept(link: Box<Prioritized>) -> In {
        In::Prioritized(link)
    }
}
