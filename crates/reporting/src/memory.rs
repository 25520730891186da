//! The bounds of the state of a partition.
//!
//! | store | a full one |
//! |---|---|
//! | tenants | counts the records of further tenants under [`OTHER`] |
//! | counters | does not count what would need a further one |
//! | models (of a tenant, with their scores) | does not collect the scores of a further one |
//! | cases | forgets the longest inactive: those without open work first, then open ones |
//!
//! Hours and demand are bounded by tenants and retention. An open case that is forgotten leaves the
//! gauges of the backlog; nothing is decided by them.
//!
//! Must not know: what is counted.

use stage::{StoreBound, Tx};

use crate::{Key, Reporting, State};

/// The tenant under which the records of tenants beyond the bound are counted.
pub(crate) const OTHER: &str = "other";
/// The most bytes of the id of a case that is tracked. Harken gives ids of 16 digits; longer ones are
/// in events about cases that it does not have.
pub(crate) const MAX_CASE_ID: usize = 64;
/// The most bytes of the name of a team or model: longer ones are in no rules.
pub(crate) const MAX_NAME: usize = 512;
/// The most cases that one record removes: it bounds the tombstones in a transaction.
const MAX_EVICTED: usize = 1024;
/// A full store frees this share of its bound: finding the least valuable cases walks all of them.
const FREED_SHARE: usize = 64;

/// The most entries of the state of one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The most tenants; each takes up to 150 KB: hours, demand of eight weeks and ages.
    pub tenants_most: usize,
    /// The most counters; each takes about 200 bytes.
    pub counters_most: usize,
    /// The most models of tenants; each takes up to 23 KB.
    pub models_most: usize,
    /// The most cases; each takes 300 to 500 bytes.
    pub cases_most: usize,
}

impl Bounds {
    /// The bound of each store.
    #[must_use]
    pub fn stores(&self) -> [StoreBound; 4] {
        [
            // One more for the others.
            StoreBound::of_entries("tenants", self.tenants_most + 1, 150_000),
            StoreBound::of_entries("counters", self.counters_most, 250),
            StoreBound::of_entries("models", self.models_most, 24_000),
            StoreBound::of_entries("cases", self.cases_most, 500),
        ]
    }
}

impl Default for Bounds {
    /// 200 tenants (30 MB), 100,000 counters (20 MB), 400 models (10 MB) and 100,000 cases (40 MB).
    fn default() -> Self {
        Self { tenants_most: 200, counters_most: 100_000, models_most: 400, cases_most: 100_000 }
    }
}

/// Removes the cases beyond the bound.
pub(crate) fn evict_cases(bounds: Bounds, tx: &mut Tx<'_, Reporting>) {
    let kept = bounds.cases_most - bounds.cases_most / FREED_SHARE;
    let excess = tx.state().cases.len().saturating_sub(kept);
    for (is_open, id) in least_valuable(tx.state(), excess.min(MAX_EVICTED)) {
        tx.evict(if is_open { "open_cases" } else { "cases" }, Key::Case(id));
    }
}

/// The least valuable cases, the least first, and whether each is open.
fn least_valuable(state: &State, count: usize) -> Vec<(bool, String)> {
    let all = state.cases.iter();
    let mut ranked: Vec<_> =
        all.map(|(id, case)| (case.is_open(), case.last_active_hour, id)).collect();
    if ranked.len() > count {
        ranked.select_nth_unstable(count);
        ranked.truncate(count);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(is_open, _, id)| (is_open, id.clone())).collect()
}
