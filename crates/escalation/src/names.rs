//! Names of teams, policies, paths, rules and agents, each kept once and known by a number.

use std::sync::Arc;

use rustc_hash::FxHashMap;

/// Names by number. There are as many as the rules, and the agents, have ever had.
#[derive(Debug, Default)]
pub(crate) struct Names {
    by_number: Vec<Arc<str>>,
    numbers: FxHashMap<Arc<str>, u32>,
}

impl Names {
    /// The number of a name.
    pub(crate) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let (name, number) = (Arc::<str>::from(name), self.by_number.len() as u32);
        self.by_number.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    /// A name by its number; empty for one that was never given.
    pub(crate) fn name(&self, number: u64) -> String {
        let name = usize::try_from(number).ok().and_then(|number| self.by_number.get(number));
        name.map_or_else(String::new, ToString::to_string)
    }

    /// The number of a name that was used before.
    pub(crate) fn known(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}
