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
pub(crate) const MENTIONS_PER_RECORD: usize = 16;
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
    /// The time of its last step, in microseconds.
    pub(crate) at: Micros,
}

impl Prioritizer {
    /// Advances the sweep by at most `count` open mentions; begins one if the rules or the incidents
    /// changed.
    pub(crate) fn sweep(&self, count: usize, time: Micros, tx: &mut Tx<'_, Self>) {
        let tenants = tx.rules();
        let before = tx.state().sweep();
        let mut sweep = before;
        let (incidents, rules) = (tx.table().content_hash(), tenants.version_hash());
        if (before.incidents, before.rules) != (incidents, rules) {
            // An unfinished sweep for other rules hands its cause on: the mentions that it has not
            // reached were scored by the rules before.
            let is_pending = before.has_other_rules && !before.is_done;
            let has_other_rules = is_pending || before.rules != rules;
            sweep =
                Sweep { incidents, rules, has_other_rules, is_done: false, last: None, at: time };
        }
        if sweep.is_done {
            return;
        }
        let cause = match sweep.has_other_rules {
            true => RescoreCause::Rules,
            false => RescoreCause::Incident,
        };
        let open = tx.state().open_mentions_after(sweep.last, count);
        for mention in &open {
            self.rescore(*mention, cause, tenants, time, tx);
        }
        sweep.is_done = open.len() < count;
        sweep.last = open.last().copied().or(sweep.last);
        sweep.at = time;
        tx.set(Key::Sweep, Value::Sweep(sweep));
    }

    /// Advances the sweep while no record arrives.
    ///
    /// Only when the time has advanced since the last step: the memory log also calls it after each
    /// batch, and a step then would make the output depend on the size of batches.
    pub(crate) fn sweep_when_idle(&self, now: Micros, tx: &mut Tx<'_, Self>) {
        if now > tx.state().sweep().at {
            self.sweep(MENTIONS_PER_TICK, now, tx);
        }
    }
}
