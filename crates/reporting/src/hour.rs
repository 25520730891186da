//! What was counted about the mentions heard in one hour.

use mention::{Mention, Novelty};

/// Records of a topic inside the pipeline, by what must become of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Passed {
    /// To be routed.
    pub owed: i64,
    /// By the brand itself.
    pub own: i64,
    /// Deletions.
    pub withdrawn: i64,
}

impl Passed {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.owed + self.own + self.withdrawn
    }

    /// Counts a mention.
    pub(crate) fn add(&mut self, mention: &Mention, novelty: Novelty) {
        match fate(mention, novelty) {
            Fate::Owed => self.owed += 1,
            Fate::Own => self.own += 1,
            Fate::Withdrawn => self.withdrawn += 1,
        }
    }
}

/// What must become of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It must be routed.
    Owed,
    /// The brand's own are no work.
    Own,
    /// A deletion is no work.
    Withdrawn,
}

/// What must become of a mention: the same answer on every topic.
pub(crate) fn fate(mention: &Mention, novelty: Novelty) -> Fate {
    match novelty {
        _ if mention.is_own => Fate::Own,
        Novelty::Withdrawal => Fate::Withdrawn,
        Novelty::New | Novelty::Edit => Fate::Owed,
    }
}

/// The counts of one hour and tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hour {
    /// Mentions received.
    pub heard: i64,
    /// Spread as reposts.
    pub reposts: i64,
    /// Spread as copies.
    pub copies: i64,
    /// Passed by dedupe.
    pub unique: Passed,
    /// Passed by sentiment.
    pub scored: Passed,
    /// Passed by priority.
    pub prioritized: Passed,
    /// Routed with a judgement.
    pub routed: i64,
    /// Routed without a judgement.
    pub abstained: i64,
    /// Kept back by a filter.
    pub filtered: i64,
    /// Sent to the dead letters by each of [`crate::STEPS`].
    pub rejected: [i64; 4],
    /// How often it was closed.
    pub revision: i64,
    /// Whether something was counted since it was closed last.
    pub is_changed: bool,
}

/// How many numbers an hour is kept as.
pub(crate) const NUMBERS: usize = 21;

impl Hour {
    /// Its numbers, in the order of the changelog.
    pub(crate) fn numbers(&self) -> [i64; NUMBERS] {
        let passed = |p: &Passed| [p.owed, p.own, p.withdrawn];
        let [a, b, c] = passed(&self.unique);
        let [d, e, f] = passed(&self.scored);
        let [g, h, i] = passed(&self.prioritized);
        let [heard, reposts, copies] = [self.heard, self.reposts, self.copies];
        let [routed, abstained, revision] = [self.routed, self.abstained, self.revision];
        let (is_changed, filtered) = (i64::from(self.is_changed), self.filtered);
        let [p, q, r] = [heard, reposts, copies];
        let last = [routed, abstained, revision, is_changed, filtered];
        let [s, t, u, v, w] = last;
        let [j, k, l, m] = self.rejected;
        [p, q, r, a, b, c, d, e, f, g, h, i, s, t, u, v, w, j, k, l, m]
    }

    /// The hour of these numbers.
    pub(crate) fn of(numbers: [i64; NUMBERS]) -> Self {
        let [heard, reposts, copies, a, b, c, d, e, f, g, h, i, ..] = numbers;
        let [.., routed, abstained, revision, is_changed, filtered, j, k, l, m] = numbers;
        let passed = |owed, own, withdrawn| Passed { owed, own, withdrawn };
        Self {
            heard,
            reposts,
            copies,
            unique: passed(a, b, c),
            scored: passed(d, e, f),
            prioritized: passed(g, h, i),
            routed,
            abstained,
            filtered,
            rejected: [j, k, l, m],
            revision,
            is_changed: is_changed != 0,
        }
    }
}
