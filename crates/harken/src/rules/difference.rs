//! Compares the decisions of two days.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mention::Routed;

use super::decision_fields::DecisionFields;

/// Maximum number of differing decisions listed in detail.
const MAX_LISTED: usize = 20;

/// Decisions by mention id and sequence number of the decision about that mention.
type Decisions = BTreeMap<DecisionKey, DecisionFields>;

type DecisionKey = (String, i64);

/// The decisions of one day.
#[derive(Debug, Default)]
pub(crate) struct DecidedDay {
    decisions: Decisions,
    /// Number of escalations.
    pub(crate) raised: usize,
    /// Number of mentions dropped by a filter.
    pub(crate) filtered: usize,
}

impl DecidedDay {
    /// Adds a decision.
    pub(crate) fn record(&mut self, routed: Routed) {
        let decided = DecisionFields::from_routed(&routed);
        self.decisions.insert((routed.mention_id, routed.decision_seq), decided);
    }

    /// Whether the day has no decision and no filtered mention.
    pub(crate) fn is_empty(&self) -> bool {
        self.decisions.is_empty() && self.filtered == 0
    }
}

/// Renders the differences between two days as text: totals, changed fields by frequency, then the
/// first differing decisions in detail.
pub(crate) fn render_differences(old: &DecidedDay, new: &DecidedDay) -> String {
    let mut keys: Vec<&DecisionKey> = old.decisions.keys().chain(new.decisions.keys()).collect();
    keys.sort();
    keys.dedup();
    let (mut details, mut different) = (String::new(), 0);
    let mut changes: BTreeMap<String, usize> = BTreeMap::new();
    for key in &keys {
        let changed = changed_fields(old.decisions.get(key), new.decisions.get(key));
        if changed.is_empty() {
            continue;
        }
        different += 1;
        if different <= MAX_LISTED {
            // Writing to a string cannot fail.
            let _ = writeln!(details, "{} ({}): {}", key.0, key.1, changed.join("; "));
        }
        for change in changed {
            *changes.entry(change).or_default() += 1;
        }
    }
    if different > MAX_LISTED {
        let _ = writeln!(details, "… and {} more", different - MAX_LISTED);
    }
    let mut out = format!("{different} of {} decisions would be different\n", keys.len());
    out += &totals(old, new);
    out += &by_frequency(changes);
    if !details.is_empty() {
        out += &format!("\n{details}");
    }
    out
}

/// The fields in which two decisions differ, as `name: old -> new`. A missing decision has no fields.
fn changed_fields(old: Option<&DecisionFields>, new: Option<&DecisionFields>) -> Vec<String> {
    let none = DecisionFields::default();
    let changed = match (old, new) {
        (Some(old), new) => old.differences(new.unwrap_or(&none)),
        // `differences` lists set fields only, so compare from the side that has them.
        (None, Some(new)) => {
            let added = new.differences(&none).into_iter();
            added.map(|(name, new, old)| (name, old, new)).collect()
        }
        (None, None) => Vec::new(),
    };
    changed.into_iter().map(|(name, old, new)| format!("{name}: {old} -> {new}")).collect()
}

/// The totals that differ, one per line.
fn totals(old: &DecidedDay, new: &DecidedDay) -> String {
    let totals =
        [("deadlines missed", old.raised, new.raised), ("filtered", old.filtered, new.filtered)];
    let changed = totals.into_iter().filter(|(_, old, new)| old != new);
    changed.map(|(name, old, new)| format!("{name}: {old} -> {new}\n")).collect()
}

/// Changes with their number of occurrences, the most frequent first, one per line.
fn by_frequency(changes: BTreeMap<String, usize>) -> String {
    let mut changes: Vec<_> = changes.into_iter().collect();
    changes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    changes.into_iter().map(|(change, times)| format!("{times:>8}  {change}\n")).collect()
}
