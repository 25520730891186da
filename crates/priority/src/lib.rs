//! Scores mentions: sentiment, intent, reason, risks, reach, history of the author, customer,
//! watchlist, age and incident each add a named term with points, and their sum gives the level.
//!
//! The record lists the terms, and they add up to the score exactly. A factor that gets worse never
//! lowers the score. A risk to life is always P1. Customers come from `customer.profile.v1`, a table
//! of the partition; incidents from `incident.state.v1`, a broadcast table.
//!
//! Weights, floors and watchlists come from the rules in force ([`Tenants`]), read once for each
//! slice.
//!
//! A mention stays open for a while ([`Bounds`]) and is scored again when the rules, the profile of
//! its author, an incident or the reactions to it change. The result is a revision, never a second
//! mention. Reposts and replies by others come from `mention.reaction.v1`. New mentions are counted
//! by the second ([`signals`]). [`order`] gives the place of a mention in a queue.
//!
//! Must not know: teams, deadlines, other stages, the wall clock.

mod customers;
mod decide;
mod explain;
mod factors;
mod hashes;
mod incidents;
pub mod order;
mod peers;
mod points;
mod rescore;
mod score;
pub mod signals;
pub mod state;
mod sweep;
mod tenants;
mod terms;
mod text;
mod tone;
mod topics;
mod watchlist;

pub use customers::{CustomerEntry, Customers};
pub use decide::ScoringContext;
pub use factors::{Factors, velocity, weighted_reactions};
pub use hashes::{AuthorHash, MentionHash};
pub use incidents::Incidents;
pub use score::{ScoreBreakdown, score};
pub use state::{Bounds, PriorContacts, State};
pub use sweep::MENTIONS_PER_RECORD;
pub use tenants::{TenantScoring, Tenants};
pub use topics::{In, Out};
pub use watchlist::WatchlistMatcher;

use explain::RescoreCause;
use mention::{Profile, Scored, Term};
use stage::{Downstream, EventTime, Fault, Record, Stage, TimeDelta, Topic, Tx, WallTime};
use state::{Excess, Key, Value, minute};

/// How far stream time may be ahead of the wall clock.
const MAX_AHEAD: TimeDelta = TimeDelta::HOUR;

/// Entries of a kind that each record removes at most. A record adds one, so this keeps up, also after a
/// pause in which much has expired.
const EXPIRED_PER_RECORD: usize = 64;
/// Entries of a kind that a call without a record removes at most.
const EXPIRED_PER_TICK: usize = 1024;

/// The stage that scores mentions.
#[derive(Debug)]
pub struct Prioritizer {
    bounds: Bounds,
}

impl Prioritizer {
    /// Creates a stage that keeps its state within `bounds`.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds }
    }

    /// Emits the signals of finished seconds, advances stream time and removes expired entries.
    fn advance_time(&self, time: EventTime, tx: &mut Tx<'_, Self>) {
        signals::emit_finished(time, tx);
        let now = minute(time);
        if now > tx.state().clock() {
            tx.set(Key::Clock, Value::Clock(now));
            self.expire(EXPIRED_PER_RECORD, tx);
        }
    }

    /// Removes entries that exceed the bounds, at most `most` of each kind.
    fn expire(&self, most: usize, tx: &mut Tx<'_, Self>) {
        for (key, excess) in tx.state().expired(&self.bounds, most) {
            let store = match key {
                Key::OpenMention(..) => "open_mentions",
                _ => "authors",
            };
            tx.count_evictions(store, u64::from(excess == Excess::Number));
            match key {
                // With its reactions, which have no age of their own.
                Key::OpenMention(author, mention) => Self::close(author, mention, tx),
                key => tx.remove(key),
            }
        }
    }

    /// Stores or removes the customer behind an author and scores the author's open mentions again.
    fn apply_profile(
        &self,
        author: AuthorHash,
        profile: Option<Profile>,
        tenants: &Tenants,
        time: EventTime,
        tx: &mut Tx<'_, Self>,
    ) {
        let customer = profile.map(|profile| CustomerEntry::from(profile.customer));
        if tx.state().customers().get(author) == customer.as_ref() {
            return;
        }
        let is_full = tx.state().customers().is_full(&self.bounds);
        if customer.is_some() && is_full && tx.state().customers().get(author).is_none() {
            return tx.count_evictions("customers", 1);
        }
        match customer {
            Some(customer) => tx.set(Key::Customer(author), Value::Customer(customer)),
            None => tx.remove(Key::Customer(author)),
        }
        for open in tx.state().open_mentions_of(author) {
            self.rescore(open, RescoreCause::Profile, tenants, time, tx);
        }
    }
}

impl Stage for Prioritizer {
    const NAME: &'static str = "priority";
    type In = In;
    type Out = Out;
    type State = State;
    type Table = Incidents;
    type Rules = Tenants;

    fn process(&self, batch: Vec<Record<In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let tenants = tx.rules();
        for Record { time, value, .. } in batch {
            // Time and changes first, so that the record meets the state as of its own time.
            self.advance_time(time, tx);
            self.sweep(sweep::MENTIONS_PER_RECORD, time, tx);
            match value {
                In::Scored(scored) => {
                    self.process_mention(*scored, tenants, time, tx);
                    self.expire(EXPIRED_PER_RECORD, tx);
                }
                In::Profile(author, profile) => {
                    self.apply_profile(author, profile.map(|profile| *profile), tenants, time, tx);
                }
                In::Reaction(author, reaction) => {
                    self.count_reaction(author, &reaction, tenants, time, tx)
                }
            }
        }
        Ok(())
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let now = now.as_event_time();
        // A clock this far ahead of the wall clock is wrong: nothing would expire until then.
        if tx.state().clock() > minute(now + MAX_AHEAD) {
            tx.set(Key::Clock, Value::Clock(minute(now)));
        }
        self.advance_time(now, tx);
        self.expire(EXPIRED_PER_TICK, tx);
        self.sweep_when_idle(now, tx);
        Ok(())
    }

    fn fire_due(&self, time: EventTime, _: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        self.advance_time(time, tx);
        Ok(())
    }
}

impl Downstream for Prioritizer {
    type Link = Box<Scored>;
    const LINK_TOPIC: Topic = mention::topics::SCORED;
    const MAY_REJECT: bool = false;

    fn from_link(link: Box<Scored>) -> In {
        In::Scored(link)
    }
}

/// The sum of the points of `terms`.
#[must_use]
pub fn total_points(terms: &[Term]) -> i32 {
    terms.iter().map(|term| term.points).sum()
}
