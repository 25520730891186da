//! Interns the names of teams, policies, paths and rules, so that a packed case holds numbers.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// Names by number. Never shrinks: it holds the names of the rules in force since the restore.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    by_number: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, u32>,
}

impl Interner {
    /// The number of a name; assigns one to a new name.
    pub(crate) fn intern(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        // One allocation serves both directions.
        let (name, number) = (Arc::<str>::from(name), self.by_number.len() as u32);
        self.by_number.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    /// The name with this number; empty for an unknown number.
    pub(crate) fn resolve(&self, number: u64) -> String {
        let name = usize::try_from(number).ok().and_then(|number| self.by_number.get(number));
        name.map_or_else(String::new, ToString::to_string)
    }

    /// The number of a name that was interned before.
    pub(crate) fn lookup(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}
