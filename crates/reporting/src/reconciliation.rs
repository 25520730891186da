//! Reconciles the counts of an hour; the crate documentation has the equations.

use crate::HourCounts;

/// The reconciled stages, in the order of the pipeline.
pub const RECONCILED_STAGES: [&str; 4] = ["dedupe", "sentiment", "priority", "escalation"];

/// Outcomes of the mentions received in an hour.
///
/// `received` is the sum of all other numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reconciliation {
    /// Mentions received.
    pub received: i64,
    /// Reposts.
    pub reposts: i64,
    /// Copies by the same author.
    pub copies: i64,
    /// Redelivered mentions.
    pub redelivered: i64,
    /// Mentions by owned accounts.
    pub own: i64,
    /// Deletions.
    pub withdrawn: i64,
    /// Mentions routed with a sentiment.
    pub routed: i64,
    /// Mentions routed without a sentiment.
    pub abstained: i64,
    /// Mentions dropped by a filter.
    pub filtered: i64,
    /// Dead letters that were not replayed since.
    pub rejected: i64,
    /// Mentions that each of [`RECONCILED_STAGES`] consumed and neither passed on nor rejected;
    /// negative if it passed on a mention twice.
    pub missing: [i64; 4],
}

impl Reconciliation {
    /// Reconciles the counts of an hour.
    #[must_use]
    pub fn of(hour: &HourCounts) -> Self {
        let mut reconciliation = Self {
            received: hour.received,
            reposts: hour.reposts,
            copies: hour.copies,
            routed: hour.routed,
            abstained: hour.abstained,
            filtered: hour.filtered,
            rejected: hour.rejected.iter().sum(),
            ..Self::default()
        };
        reconciliation.reconcile_stages(hour);
        reconciliation
    }

    /// Solves the equations of the crate documentation, first stage to last.
    fn reconcile_stages(&mut self, hour: &HourCounts) {
        let decided = hour.routed + hour.abstained + hour.filtered;
        let topics = [hour.unique, hour.scored, hour.prioritized];
        // The number of records on the latest topic that exists, and the rejections since then.
        let (mut input, mut rejected) = (None, 0);
        for (i, counts) in topics.iter().enumerate() {
            rejected += hour.rejected[i];
            let later: i64 = topics[i + 1..].iter().map(|topic| topic.total()).sum();
            // An empty topic followed by records belongs to a fused chain without taps: the equation
            // of the next topic covers both stages.
            if counts.total() == 0 && later + decided > 0 {
                continue;
            }
            let accounted = counts.total() + rejected;
            let missing = match input {
                None => self.settle_dedupe(accounted),
                Some(input) => input - accounted,
            };
            let reader = (i + 1..3).find(|next| topics[*next].total() > 0).unwrap_or(3);
            let rejected_by_reader = hour.rejected[i + 1..=reader].iter().sum();
            self.missing[i] = self.settle_replays(missing, rejected_by_reader);
            (input, rejected) = (Some(counts.total()), 0);
            (self.own, self.withdrawn) = (counts.own, counts.withdrawn);
        }
        let accounted = decided + rejected + hour.rejected[3];
        self.missing[3] += match input {
            Some(input) => input - self.own - self.withdrawn - accounted,
            None => self.settle_dedupe(accounted),
        };
    }

    /// Counts as redelivered the received mentions that dedupe did not account for. Returns the
    /// surplus as a negative number if dedupe passed on more than it received.
    fn settle_dedupe(&mut self, accounted: i64) -> i64 {
        let missing = self.received - self.reposts - self.copies - accounted;
        self.redelivered = missing.max(0);
        missing.min(0)
    }

    /// Attributes a surplus on a topic to replayed dead letters, up to the number that its reader
    /// rejected; these no longer count as rejected. Returns the remaining difference.
    fn settle_replays(&mut self, missing: i64, rejected_by_reader: i64) -> i64 {
        let replayed = (-missing).clamp(0, rejected_by_reader.max(0));
        self.rejected -= replayed;
        missing + replayed
    }

    /// Returns the number of received mentions without an outcome; negative for a surplus.
    #[must_use]
    pub fn difference(&self) -> i64 {
        self.missing.iter().sum()
    }

    /// Returns the received mentions and their outcomes with the values of the label `outcome`.
    #[must_use]
    pub fn outcomes(&self) -> [(&'static str, i64); 10] {
        [
            ("heard", self.received),
            ("repost", self.reposts),
            ("copy", self.copies),
            ("redelivered", self.redelivered),
            ("own", self.own),
            ("withdrawn", self.withdrawn),
            ("routed", self.routed),
            ("abstained", self.abstained),
            ("filtered", self.filtered),
            ("rejected", self.rejected),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClassCounts;

    fn counts(routable: i64, own: i64, withdrawn: i64) -> ClassCounts {
        ClassCounts { routable, own, withdrawn }
    }

    /// An hour with 15 received mentions, all accounted for.
    fn balanced() -> HourCounts {
        let all = counts(6, 1, 2);
        HourCounts {
            received: 15,
            reposts: 2,
            copies: 1,
            unique: all,
            scored: all,
            prioritized: all,
            routed: 4,
            abstained: 2,
            ..HourCounts::default()
        }
    }

    /// Name, hour, redelivered, missing.
    type ReconciliationCase = (&'static str, HourCounts, i64, [i64; 4]);

    fn assert_reconciled(cases: impl IntoIterator<Item = ReconciliationCase>) {
        for (name, hour, redelivered, missing) in cases {
            let reconciliation = Reconciliation::of(&hour);
            assert_eq!(reconciliation.redelivered, redelivered, "{name}");
            assert_eq!(reconciliation.filtered, hour.filtered, "{name}");
            assert_eq!(reconciliation.missing, missing, "{name}");
            let outcomes: i64 = reconciliation.outcomes()[1..].iter().map(|(_, n)| n).sum();
            assert_eq!(reconciliation.received, outcomes + reconciliation.difference(), "{name}");
        }
    }

    #[test]
    fn a_lost_or_duplicated_mention_is_attributed_to_its_stage() {
        let hour = balanced;
        assert_reconciled([
            ("nothing received", HourCounts::default(), 0, [0; 4]),
            ("nothing missing", hour(), 3, [0; 4]),
            ("surplus of dedupe", HourCounts { received: 11, ..hour() }, 0, [-1, 0, 0, 0]),
            ("sentiment", HourCounts { scored: counts(5, 1, 2), ..hour() }, 3, [0, 1, -1, 0]),
            ("priority", HourCounts { prioritized: counts(6, 1, 0), ..hour() }, 3, [0, 0, 2, 0]),
            ("escalation", HourCounts { routed: 3, ..hour() }, 3, [0, 0, 0, 1]),
            ("a filter", HourCounts { routed: 3, filtered: 1, ..hour() }, 3, [0; 4]),
            ("routed twice", HourCounts { routed: 5, ..hour() }, 3, [0, 0, 0, -1]),
            ("filtered and routed", HourCounts { filtered: 1, ..hour() }, 3, [0, 0, 0, -1]),
        ]);
    }

    #[test]
    fn an_empty_topic_is_skipped_unless_all_later_topics_are_empty() {
        let none = ClassCounts::default();
        let no_taps = HourCounts { unique: none, scored: none, prioritized: none, ..balanced() };
        let nothing_routed = HourCounts { routed: 0, abstained: 0, ..balanced() };
        let sentiment_stopped =
            HourCounts { scored: none, prioritized: none, ..nothing_routed.clone() };
        assert_reconciled([
            ("no scored topic", HourCounts { scored: none, ..balanced() }, 3, [0; 4]),
            ("no taps", no_taps, 6, [0; 4]),
            ("nothing routed", nothing_routed, 3, [0, 0, 0, 6]),
            ("sentiment stopped", sentiment_stopped, 3, [0, 9, 0, 0]),
        ]);
    }

    #[test]
    fn a_rejected_mention_is_not_missing() {
        let none = ClassCounts::default();
        let (by_dedupe, by_sentiment) = ([1, 0, 0, 0], [0, 1, 0, 0]);
        let by_escalation = [0, 0, 0, 1];
        let sentiment = HourCounts {
            scored: counts(5, 1, 2),
            prioritized: counts(5, 1, 2),
            routed: 3,
            rejected: by_sentiment,
            ..balanced()
        };
        let without_taps = HourCounts { scored: none, prioritized: none, ..sentiment.clone() };
        let dedupe = HourCounts { received: 16, rejected: by_dedupe, ..balanced() };
        let escalation = HourCounts { routed: 3, rejected: by_escalation, ..balanced() };
        let rejected_and_lost = HourCounts { routed: 2, rejected: by_escalation, ..balanced() };
        let replayed =
            HourCounts { prioritized: counts(7, 1, 2), rejected: by_escalation, ..balanced() };
        assert_reconciled([
            ("dedupe", dedupe, 3, [0; 4]),
            ("sentiment", sentiment, 3, [0; 4]),
            ("sentiment, without taps", without_taps, 3, [0; 4]),
            ("escalation", escalation, 3, [0; 4]),
            ("escalation, and another lost", rejected_and_lost, 3, [0, 0, 0, 1]),
            ("a replayed dead letter of escalation", replayed, 3, [0; 4]),
        ]);
    }
}
