//! The rules of a process: reads the files, loads them, and replaces them when they change.
//!
//! Must not know what makes rules valid or how they decide: the crate `rules` does.

mod loaded;
mod read;
mod watcher;

pub use loaded::{FromRuleset, LoadedRules, Ruleset, lane_filter};
pub use read::{CASES_SUFFIX, invalid_rules, list_files, load, read_source, read_sources};
pub use watcher::{PollOutcome, RulesWatcher};
