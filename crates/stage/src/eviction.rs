//! What full stores have removed: entries that were still of use, unlike expired ones.

/// Entries that a stage removed from a store because the store was full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Eviction {
    /// The stage.
    pub stage: &'static str,
    /// The store of its state, such as `cases`.
    pub store: &'static str,
    /// The number of entries.
    pub entries: u64,
}

/// Adds evictions to a list with one item for each store.
pub(crate) fn add_evictions(list: &mut Vec<Eviction>, more: &[Eviction]) {
    for Eviction { stage, store, entries } in more.iter().copied().filter(|it| it.entries > 0) {
        match list.iter_mut().find(|it| (it.stage, it.store) == (stage, store)) {
            Some(known) => known.entries = known.entries.saturating_add(entries),
            None => list.push(Eviction { stage, store, entries }),
        }
    }
}

/// The bound of one store of a partition, in entries and in bytes of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreBound {
    /// The store of the state, as in [`Eviction::store`].
    pub store: &'static str,
    /// The most entries.
    pub entries: usize,
    /// The most bytes that they take.
    pub bytes: usize,
}

impl StoreBound {
    /// A bound of entries of at most `each` bytes.
    #[must_use]
    pub fn of_entries(store: &'static str, entries: usize, each: usize) -> Self {
        Self { store, entries, bytes: entries.saturating_mul(each) }
    }

    /// The same bound, if its entries cannot take more than `bytes` either.
    #[must_use]
    pub fn within(self, bytes: usize) -> Self {
        Self { bytes: self.bytes.min(bytes), ..self }
    }
}
