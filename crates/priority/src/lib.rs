//! Gives a mention its priority as a sum of named terms: how it is meant, what it asks for and why,
//! what may come of it, who hears of it and how fast, whose customer says it and how often, whom it
//! names, how long it has waited, which incident it belongs to.
//!
//! The terms stand in the record and add up to the score exactly; no factor can lower the urgency
//! by growing worse. A risk to life has a level of its own. The author's customer comes from
//! `customer.profile.v1` (a table of this partition), the incidents from `incident.state.v1` (a
//! table all partitions share).
//!
//! Weights, floors and lists are those of the rules in force ([`Tenants`]), taken once a call.
//!
//! What may still change is remembered for a while ([`Bounds`]), and decided again when the rules,
//! the customer's profile or an incident change: a revision, never a second mention. What is said a
//! second is counted on the way ([`signals`]). Whoever keeps a queue finds in [`order`] who is next.
//!
//! Reposts and replies of others come from `mention.reaction.v1` (`peers`).
//!
//! Must not know: teams, deadlines, other stages, the clock.

mod account;
mod customers;
mod decide;
mod factors;
mod incidents;
pub mod memory;
mod named;
pub mod order;
mod peers;
mod score;
pub mod signals;
mod tenants;
mod terms;
mod text;
mod tone;
mod topics;

pub use account::{Account, Post};
pub use customers::{Customers, Known};
pub use decide::Beside;
pub use factors::{Factors, reactions, velocity};
pub use incidents::Incidents;
pub use memory::{Bounds, Memory};
pub use named::Lists;
pub use score::{Verdict, weigh};
pub use tenants::{Tenant, Tenants};
pub use topics::{In, Out};

use decide::Cause;
use memory::{Key, Value, minute};
use mention::{Profile, Scored, Term};
use stage::{Fault, Follows, Micros, Record, Reloadable, Stage, Topic, Tx};

/// The stage.
#[derive(Debug)]
pub struct Priority {
    tenants: Reloadable<Tenants>,
    bounds: Bounds,
}

impl Priority {
    /// A stage that weighs as its tenants want, and remembers within these bounds.
    #[must_use]
    pub fn new(tenants: impl Into<Reloadable<Tenants>>, bounds: Bounds) -> Self {
        Self { tenants: tenants.into(), bounds }
    }

    /// Does what the passing of time asks for: signals of seconds that are over, stream time,
    /// forgetting.
    fn tick(&self, time: Micros, tx: &mut Tx<'_, Self>) {
        signals::ring(time, tx);
        let now = minute(time);
        if now > tx.state().clock() {
            tx.set(Key::Clock, Value::Clock(now));
            self.forget(tx);
        }
    }

    fn forget(&self, tx: &mut Tx<'_, Self>) {
        for key in tx.state().forgettable(&self.bounds) {
            match key {
                Key::Open(account, post) => Self::close(account, post, tx),
                key => tx.remove(key),
            }
        }
    }

    /// Decides again about what an incident or other rules may have changed, once for all changes
    /// there are.
    fn compare(&self, tenants: &Tenants, time: Micros, tx: &mut Tx<'_, Self>) {
        let now = (tx.table().changes(), tenants.mark());
        let before = tx.state().compared.replace(Some(now));
        if before == Some(now) {
            return;
        }
        let is_of_rules = before.is_some_and(|(_, mark)| mark != now.1);
        let cause = if is_of_rules { Cause::Rules } else { Cause::Incident };
        for open in tx.state().opens(None) {
            self.review(open, cause, tenants, time, tx);
        }
    }

    fn learn(
        &self,
        account: Account,
        profile: Option<Profile>,
        tenants: &Tenants,
        time: Micros,
        tx: &mut Tx<'_, Self>,
    ) {
        let known = profile.map(|profile| Known::from(profile.customer));
        if tx.state().customers().get(account) == known.as_ref() {
            return;
        }
        match known {
            Some(known) => tx.set(Key::Customer(account), Value::Customer(known)),
            None => tx.remove(Key::Customer(account)),
        }
        for open in tx.state().opens(Some(account)) {
            self.review(open, Cause::Profile, tenants, time, tx);
        }
    }
}

impl Stage for Priority {
    const NAME: &'static str = "priority";
    type In = In;
    type Out = Out;
    type State = Memory;
    type Table = Incidents;

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        if tx.state().is_mixed_up() {
            return Err(Fault::last("restore priority: a key of one kind with a value of another"));
        }
        let tenants = &*self.tenants.get();
        for Record { time, value, .. } in batch {
            self.tick(time, tx);
            self.compare(tenants, time, tx);
            match value {
                In::Scored(scored) => {
                    self.hear(*scored, tenants, time, tx);
                    self.forget(tx);
                }
                In::Profile(account, profile) => {
                    self.learn(account, profile.map(|profile| *profile), tenants, time, tx);
                }
                In::Reaction(account, reaction) => {
                    self.react(account, &reaction, tenants, time, tx)
                }
            }
        }
        Ok(())
    }

    fn on_time(&self, now: Micros, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.tick(now, tx);
        self.compare(&self.tenants.get(), now, tx);
        Ok(())
    }
}

impl Follows for Priority {
    type Link = Box<Scored>;
    const LINK: Topic = mention::topics::SCORED;
    const REFUSES: bool = false;

    fn accept(link: Box<Scored>) -> In {
        In::Scored(link)
    }
}

/// The sum of the points.
#[must_use]
pub fn sum(terms: &[Term]) -> i32 {
    terms.iter().map(|term| term.points).sum()
}
