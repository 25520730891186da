//! Counts of the mentions received in one hour.

use mention::{Mention, Novelty};

/// Records of an intermediate topic, by class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClassCounts {
    /// Mentions that escalation must route.
    pub routable: i64,
    /// Mentions by owned accounts.
    pub own: i64,
    /// Deletions.
    pub withdrawn: i64,
}

impl ClassCounts {
    /// Returns the number of records of all classes.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.routable + self.own + self.withdrawn
    }

    fn to_numbers(self) -> [i64; 3] {
        [self.routable, self.own, self.withdrawn]
    }

    /// Counts a mention.
    pub(crate) fn add(&mut self, mention: &Mention, novelty: Novelty) {
        match mention_class(mention, novelty) {
            MentionClass::Routable => self.routable += 1,
            MentionClass::Own => self.own += 1,
            MentionClass::Withdrawn => self.withdrawn += 1,
        }
    }
}

/// Class of a mention: how escalation must handle it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MentionClass {
    /// Must be routed.
    Routable,
    /// Written by an owned account; not routed.
    Own,
    /// A deletion; not routed.
    Withdrawn,
}

/// Returns the class of a mention. It depends only on fields that are the same on every topic.
pub(crate) fn mention_class(mention: &Mention, novelty: Novelty) -> MentionClass {
    match novelty {
        _ if mention.is_own => MentionClass::Own,
        Novelty::Withdrawal => MentionClass::Withdrawn,
        Novelty::New | Novelty::Edit => MentionClass::Routable,
    }
}

/// Counts of one hour and tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HourCounts {
    /// Mentions received.
    pub received: i64,
    /// Reposts.
    pub reposts: i64,
    /// Copies by the same author.
    pub copies: i64,
    /// Mentions passed on by dedupe.
    pub unique: ClassCounts,
    /// Mentions passed on by the understanding stage.
    pub scored: ClassCounts,
    /// Mentions passed on by priority.
    pub prioritized: ClassCounts,
    /// Mentions routed with a sentiment.
    pub routed: i64,
    /// Mentions routed without a sentiment.
    pub abstained: i64,
    /// Mentions dropped by a filter.
    pub filtered: i64,
    /// Dead letters of each of [`crate::RECONCILED_STAGES`].
    pub rejected: [i64; 4],
    /// Number of times the hour was closed.
    pub revision: i64,
    /// Whether a record was counted since the hour was last closed.
    pub is_changed: bool,
}

/// Length of [`HourCounts::to_numbers`].
pub(crate) const NUMBER_COUNT: usize = 21;

impl HourCounts {
    /// Returns all numbers in the order of the changelog. [`Self::from_numbers`] is the inverse.
    pub(crate) fn to_numbers(&self) -> [i64; NUMBER_COUNT] {
        let [unique_routable, unique_own, unique_withdrawn] = self.unique.to_numbers();
        let [scored_routable, scored_own, scored_withdrawn] = self.scored.to_numbers();
        let [routable, own, withdrawn] = self.prioritized.to_numbers();
        let [rejected_1, rejected_2, rejected_3, rejected_4] = self.rejected;
        [
            self.received,
            self.reposts,
            self.copies,
            unique_routable,
            unique_own,
            unique_withdrawn,
            scored_routable,
            scored_own,
            scored_withdrawn,
            routable,
            own,
            withdrawn,
            self.routed,
            self.abstained,
            self.revision,
            i64::from(self.is_changed),
            self.filtered,
            rejected_1,
            rejected_2,
            rejected_3,
            rejected_4,
        ]
    }

    /// Builds the counts from their numbers in the order of the changelog.
    pub(crate) fn from_numbers(numbers: [i64; NUMBER_COUNT]) -> Self {
        let class_counts = |first: usize| {
            let [routable, own, withdrawn] =
                [numbers[first], numbers[first + 1], numbers[first + 2]];
            ClassCounts { routable, own, withdrawn }
        };
        Self {
            received: numbers[0],
            reposts: numbers[1],
            copies: numbers[2],
            unique: class_counts(3),
            scored: class_counts(6),
            prioritized: class_counts(9),
            routed: numbers[12],
            abstained: numbers[13],
            revision: numbers[14],
            is_changed: numbers[15] != 0,
            filtered: numbers[16],
            rejected: std::array::from_fn(|stage| numbers[17 + stage]),
        }
    }
}
