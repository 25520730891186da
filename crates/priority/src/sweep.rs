//! Sweeps: scores the open mentions again, a bounded number at a time, after the rules or the incidents
//! changed.
//!
//! The position of a sweep is part of the state, so a worker that takes over the partition continues
//! it. Must not know: how a mention is scored.

use stage::{Micros, Tx};

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
    pub(crate) incidents: u64,
    /// The version hash of the rules by which it scores.
    pub(crate) rules: u64,
    /// Whether these are other rules than those of the sweep before.
    pub(crate) has_other_rules: bool,
    /// Whether it has passed all open mentions.
    pub(crate) is_done: bool,
    /// The last open mention passed; none at the start.
    pub(crate) last: Option<(AuthorHash, MentionHash)>,
    /// The last open mention that unfinished sweeps before this one scored by the same rules.
    pub(crate) scored_until: Option<(AuthorHash, MentionHash)>,
    /// The time of its last step, in microseconds.
    pub(crate) at: Micros,
}

impl Sweep {
    /// The sweep that follows this one, finished or not, once the incidents or the rules changed.
    fn next(self, incidents: u64, rules: u64, at: Micros) -> Self {
        let has_same_rules = self.rules == rules;
        // Hands the cause on: the mentions that it has not reached were scored by older rules.
        let is_unfinished = has_same_rules && self.has_other_rules && !self.is_done;
        Self {
            incidents,
            rules,
            has_other_rules: !has_same_rules || is_unfinished,
            is_done: false,
            last: None,
            scored_until: self.last.max(self.scored_until).filter(|_| is_unfinished),
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
    pub(crate) fn sweep(&self, count: usize, time: Micros, tx: &mut Tx<'_, Self>) {
        let tenants = tx.rules();
        let mut sweep = tx.state().sweep();
        let (incidents, rules) = (tx.table().content_hash(), tenants.version_hash());
        if (sweep.incidents, sweep.rules) != (incidents, rules) {
            sweep = sweep.next(incidents, rules, time);
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
    pub(crate) fn sweep_when_idle(&self, now: Micros, tx: &mut Tx<'_, Self>) {
        if now > tx.state().sweep().at {
            self.sweep(MENTIONS_PER_TICK, now, tx);
        }
    }
}
