//! Keeps the series of a partition within their bounds.
//!
//! A full store removes, in this order and in each the longest silent first: series of near-duplicates,
//! other series, series with a suspected outbreak or a closed incident, series with an open incident. An
//! open incident is closed before its series is removed, and its record says so: nothing stays open on
//! its topic for ever. Of ended incidents, the first due for its tombstone gets it early.
//!
//! Must not know: how an outbreak is detected.

use mention::Facet;
use stage::{EventTime, StoreBound, TimeDelta, Tx};

use crate::state::{EntryKind, Key, SeriesId, State};
use crate::{Out, RulesView, Surge};

/// The most series that one signal removes: it bounds the tombstones in a transaction.
const MAX_EVICTED: usize = 64;
/// A full store frees this share of its bound: finding the least valuable series walks all of them.
const FREED_SHARE: usize = 64;

/// The most entries of the state of one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The most series; each takes about 5.4 KB, and its outbreak up to 90 KB.
    pub series_most: usize,
    /// The most bytes of series and their outbreaks.
    pub series_bytes: usize,
    /// The most ended incidents that wait for their tombstone.
    pub ended_most: usize,
}

impl Bounds {
    /// The bound of each store.
    #[must_use]
    pub fn stores(&self) -> [StoreBound; 2] {
        let series = StoreBound::of_entries("series", self.series_most, 100_000);
        [
            series.within(self.series_bytes),
            StoreBound::of_entries("ended_incidents", self.ended_most, 1_500),
        ]
    }
}

impl Default for Bounds {
    /// 5,000 series in 64 MiB, and 10,000 ended incidents.
    fn default() -> Self {
        Self { series_most: 5_000, series_bytes: 64 * 1024 * 1024, ended_most: 10_000 }
    }
}

/// How much a series is worth, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SeriesValue {
    Cluster,
    Lasting,
    Suspected,
    OpenIncident,
}

impl SeriesValue {
    fn of(id: &SeriesId, state: &State) -> Self {
        match state.outbreak(id) {
            Some(outbreak) if outbreak.has_open_incident() => Self::OpenIncident,
            Some(_) => Self::Suspected,
            None if id.facet == Facet::Cluster => Self::Cluster,
            None => Self::Lasting,
        }
    }
}

impl Surge {
    /// Removes what the stores hold beyond their bounds, after a signal of this time.
    pub(crate) fn evict(&self, time: EventTime, rules: &RulesView, tx: &mut Tx<'_, Self>) {
        let Bounds { series_most, series_bytes, ended_most } = self.config.memory;
        let is_over = |state: &State, most: usize, bytes: usize| {
            state.series_count() > most || state.series_bytes() > bytes
        };
        if is_over(tx.state(), series_most, series_bytes) {
            let freed = |bound: usize| bound - bound / FREED_SHARE;
            for id in least_valuable(tx.state()) {
                if !is_over(tx.state(), freed(series_most), freed(series_bytes)) {
                    break;
                }
                self.evict_series(id, time.interval(TimeDelta::MINUTE), rules, tx);
            }
        }
        while tx.state().ended_count() > ended_most {
            let Some(ended) = tx.state().first_ended() else { return };
            let (tenant, id) = (ended.tenant.clone(), ended.value.clone());
            tx.emit(time, Out::Tombstone { tenant, id });
            tx.evict("ended_incidents", Key(EntryKind::Ended, ended));
        }
    }

    fn evict_series(&self, id: SeriesId, minute: i64, rules: &RulesView, tx: &mut Tx<'_, Self>) {
        let is_open = SeriesValue::of(&id, tx.state()) == SeriesValue::OpenIncident;
        // The first turn closes an open incident, the next one ends its outbreak.
        while let Some(outbreak) = tx.state().outbreak(&id).cloned() {
            self.end_outbreak(&id, outbreak, minute, rules, tx);
        }
        tx.count_evictions(if is_open { "incidents" } else { "series" }, 1);
        for kind in [EntryKind::Model, EntryKind::Recent, EntryKind::Timer] {
            tx.remove(Key(kind, id.clone()));
        }
    }
}

/// The least valuable series, the least first, at most [`MAX_EVICTED`].
fn least_valuable(state: &State) -> Vec<SeriesId> {
    let all = state.all_series();
    let mut ranked: Vec<_> =
        all.map(|(id, series)| (SeriesValue::of(id, state), series.last_minute(), id)).collect();
    if ranked.len() > MAX_EVICTED {
        ranked.select_nth_unstable(MAX_EVICTED);
        ranked.truncate(MAX_EVICTED);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, _, id)| id.clone()).collect()
}
