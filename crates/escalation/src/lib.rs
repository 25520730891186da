//! Routes a mention to one owner, keeps the clocks of its case, and calls the next person when a
//! clock runs out.
//!
//! One case stands for one author until it is resolved: its messages share a case id and an
//! owner. Rules come from a checked file ([`rules::parse`]); every mention finds a route, because
//! the last one is a catch-all. Praise, spam and what needs nobody have lanes: routes without
//! deadlines. What is the brand's own, or was withdrawn before it was ever routed, is all that ends
//! here without a record; a [`Filter`] drops lanes, which is off by default and leaves a record.
//!
//! Time is that of the records. Before a record is processed, every timer due by its time rings,
//! in the order of due times, authors and clocks; what a timer writes depends on its due time.
//!
//! Not yet: calendars (all clocks run day and night), capacity and overflow, a hand-off to another
//! owner, conditions in a language of their own, rules that change without a restart.
//! Must not know: how a score comes about, other stages, the clock of the machine.

mod case;
mod cases;
mod clocks;
mod decide;
mod events;
mod explain;
mod filter;
mod headers;
pub mod rules;
mod topics;

pub use case::{Case, Running, TOLD_MOST, Told};
pub use cases::{Author, Cases};
pub use filter::Filter;
pub use topics::{In, Out};

use decide::Verdict;
use mention::{CaseEvent, Prioritized};
use rules::Rules;
use stage::{Fault, Follows, Micros, Reason, Record, Stage, Topic, Tx};

/// A case event this much later than its own record was written by a clock that is wrong.
const SKEW: Micros = 24 * 3_600_000_000;

/// The stage.
#[derive(Debug)]
pub struct Escalation {
    rules: Rules,
    filter: Filter,
}

impl Escalation {
    /// A stage that decides by these rules and drops nothing.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self { rules, filter: Filter::default() }
    }

    /// The same stage, which drops what the filter names.
    #[must_use]
    pub fn filtered_by(self, filter: Filter) -> Self {
        Self { filter, ..self }
    }

    /// Rings what is due by `until`.
    fn ring(&self, until: Micros, tx: &mut Tx<'_, Self>) {
        while let Some((at, author)) = tx.state().due(until) {
            let Some(mut case) = tx.state().get(author.key()) else { return };
            let raised = clocks::ring(&mut case, &author, at, &self.rules);
            if raised.is_empty() && case.expires_at <= at {
                tx.remove(author);
                continue;
            }
            for raised in raised {
                tx.emit(Out::Raised(Box::new(raised)));
            }
            tx.set(author, case);
        }
    }

    fn hear(&self, fact: Prioritized, time: Micros, now: Micros, tx: &mut Tx<'_, Self>) {
        let author = Author::of(&fact.mention);
        let case = tx.state().get(author.key());
        let by = (&self.rules, &self.filter);
        match decide::hear(fact, &author, case, (time, now), by) {
            Verdict::Nothing => {}
            Verdict::Filtered(filtered) => tx.emit(Out::Filtered(filtered)),
            Verdict::Routed(case, routed) => {
                tx.set(author, *case);
                tx.emit(Out::Routed(routed));
            }
        }
    }

    fn told(&self, event: &CaseEvent, time: Micros, index: usize, tx: &mut Tx<'_, Self>) {
        if event.occurred_at > time.saturating_add(SKEW) {
            let message = "occurred more than a day after its record was written";
            return tx.reject(index, Reason::Invalid, message);
        }
        let author = Author::of_event(event);
        let Some(mut case) = tx.state().get(author.key()) else { return };
        if events::apply(&mut case, event, time, &self.rules) {
            tx.set(author, case);
        }
    }
}

impl Stage for Escalation {
    const NAME: &'static str = "escalation";
    type In = In;
    type Out = Out;
    type State = Cases;
    type Table = ();

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        for Record { time, now, index, value, .. } in batch {
            self.ring(time, tx);
            match value {
                In::Prioritized(fact) => self.hear(*fact, time, now, tx),
                In::CaseEvent(event) => self.told(&event, time, index, tx),
            }
        }
        Ok(())
    }

    fn on_time(&self, now: Micros, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.ring(now, tx);
        Ok(())
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
