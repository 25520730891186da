//! Sweeps: scores the open mentions again, a bounded number at a time, after the rules or the incidents
//! changed.
//!
//! The position of a sweep is part of the state, so a worker that takes over the partition continues
//! it. Must not know: how a mention is scored.

use stage::{EventTime, Tx};

use crate::Prioritizer;
use crate::explain::RescoreCause;
use crate::hashes::{AuthorHash, MentionHash};
use crate::state::{Key, Value};

/// Open mentions scored again before each record. At 1,000 records a second a sweep over the default
/// maximum of 10,000 ends within a second.
pub const MENTIONS_PER_RECORD: usize = 16;
/// Open mentions scored again in each call without a record: about 15 ms of work.
const MENTIONS_PER_TICK: usize = 1024;

/// A sweep over the open mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sweep {
    /// The content hash of the incidents by which it scores.
    pub(crate) incidents_hash: u64,
    /// The version hash of the rules by which it scores.
    pub(crate) rules_hash: u64,
    /// Whether these are other rules than those of the sweep before.
    pub(crate) has_other_rules: bool,
    /// Whether it has passed all open mentions.
    pub(crate) is_done: bool,
    /// The last open mention passed; none at the start.
    pub(crate) last: Option<(AuthorHash, MentionHash)>,
    /// Mentions up to this one were already scored by these rules, in an earlier unfinished sweep.
    pub(crate) scored_until: Option<(AuthorHash, MentionHash)>,
    /// The time of its last step.
    pub(crate) at: EventTime,
}

impl Sweep {
    /// The sweep that follows this one, finished or not, once the incidents or the rules changed.
    fn next(self, incidents_hash: u64, rules_hash: u64, at: EventTime) -> Self {
        let has_same_rules = self.rules_hash == rules_hash;
        let is_unfinished = self.has_other_rules && !self.is_done;
        let (has_other_rules, scored_until) = match (has_same_rules, is_unfinished) {
            (false, _) => (true, None),
            // The mentions it has not reached still have scores of the older rules, so the next sweep
            // keeps the cause `Rules`.
            (true, true) => (true, self.last.max(self.scored_until)),
            (true, false) => (false, None),
        };
        Self {
            incidents_hash,
            rules_hash,
            has_other_rules,
            is_done: false,
            last: None,
            scored_until,
            at,
        }
    }

    fn cause(&self, mention: (AuthorHash, MentionHash)) -> RescoreCause {
        match self.has_other_rules && Some(mention) > self.scored_until {
            true => RescoreCause::Rules,
            false => RescoreCause::Incident,
        }
    }
}

impl Prioritizer {
    /// Advances the sweep by at most `count` open mentions; begins one if the rules or the incidents
    /// changed.
    pub(crate) fn sweep(&self, count: usize, time: EventTime, tx: &mut Tx<'_, Self>) {
        let tenants = tx.rules();
        let mut sweep = tx.state().sweep();
        let (incidents_hash, rules_hash) = (tx.table().content_hash(), tenants.version_hash());
        if (sweep.incidents_hash, sweep.rules_hash) != (incidents_hash, rules_hash) {
            sweep = sweep.next(incidents_hash, rules_hash, time);
        }
        if sweep.is_done {
            return;
        }
        let open = tx.state().open_mentions_after(sweep.last, count);
        for mention in &open {
            self.rescore(*mention, sweep.cause(*mention), tenants, time, tx);
        }
        sweep.is_done = open.len() < count;
        sweep.last = open.last().copied().or(sweep.last);
        sweep.at = time;
        tx.set(Key::Sweep, Value::Sweep(sweep));
    }

    /// Advances the sweep while no record arrives.
    ///
    /// Only when the time has advanced since the last step: the memory log calls it once more with
    /// the time of the last record.
    pub(crate) fn sweep_when_idle(&self, now: EventTime, tx: &mut Tx<'_, Self>) {
        if now > tx.state().sweep().at {
            self.sweep(MENTIONS_PER_TICK, now, tx);
        }
    }
}
