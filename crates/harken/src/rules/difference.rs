//! Two days of decisions, and where they differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mention::Routed;

use super::decided::Decided;

/// As many differences are told one by one.
const TOLD: usize = 20;

/// What was decided, by mention and by how often it was decided about.
type Decisions = BTreeMap<(String, i64), Decided>;

/// A day as one set of rules decides it.
#[derive(Debug, Default)]
pub(crate) struct Day {
    decisions: Decisions,
    /// Deadlines missed.
    pub(crate) raised: usize,
    /// Mentions that a filter dropped.
    pub(crate) filtered: usize,
}

impl Day {
    /// Takes a decision.
    pub(crate) fn hear(&mut self, routed: Routed) {
        let decided = Decided::of(&routed);
        self.decisions.insert((routed.mention_id, routed.decision_seq), decided);
    }

    /// Whether nothing was decided.
    pub(crate) fn is_empty(&self) -> bool {
        self.decisions.is_empty() && self.filtered == 0
    }
}

/// Where a day differs from another, as a text.
pub(crate) fn told(old: &Day, new: &Day) -> String {
    let (mut one_by_one, mut many) = (String::new(), 0);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let nothing = Decided::default();
    let mut all: Vec<&(String, i64)> = old.decisions.keys().chain(new.decisions.keys()).collect();
    all.sort();
    all.dedup();
    for key in &all {
        let [was, is] = [old, new].map(|day| day.decisions.get(key));
        let differences = match (was, is) {
            (Some(was), Some(is)) => was.differences(is),
            (Some(was), None) => was.differences(&nothing),
            (None, Some(is)) => is
                .differences(&nothing)
                .into_iter()
                .map(|(name, is, was)| (name, was, is))
                .collect(),
            (None, None) => Vec::new(),
        };
        if differences.is_empty() {
            continue;
        }
        many += 1;
        let each = differences.iter().map(|(name, was, is)| format!("{name}: {was} -> {is}"));
        let each: Vec<_> = each.collect();
        for kind in &each {
            *kinds.entry(kind.clone()).or_default() += 1;
        }
        if many <= TOLD {
            // Writing to a string does not fail.
            let _ = writeln!(one_by_one, "{} ({}): {}", key.0, key.1, each.join("; "));
        }
    }
    if many > TOLD {
        let _ = writeln!(one_by_one, "… and {} more", many - TOLD);
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(kind, times)| (std::cmp::Reverse(*times), kind.clone()));
    let mut out = format!("{many} of {} decisions would be different\n", all.len());
    let counts =
        [("deadlines missed", old.raised, new.raised), ("filtered", old.filtered, new.filtered)];
    for (what, was, is) in counts.iter().filter(|(_, was, is)| was != is) {
        let _ = writeln!(out, "{what}: {was} -> {is}");
    }
    for (kind, times) in kinds {
        let _ = writeln!(out, "{times:>8}  {kind}");
    }
    if !one_by_one.is_empty() {
        let _ = write!(out, "\n{one_by_one}");
    }
    out
}
