//! The equations of the crate's head, over the counts of an hour.

use crate::Hour;

/// The stages whose lines the balance has.
pub const STEPS: [&str; 4] = ["dedupe", "sentiment", "priority", "escalation"];

/// What became of the mentions heard in an hour.
///
/// `heard` is the sum of all other numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// Mentions heard.
    pub heard: i64,
    /// Reposts.
    pub reposts: i64,
    /// Copies by the same author.
    pub copies: i64,
    /// Heard before.
    pub redelivered: i64,
    /// By the brand itself.
    pub own: i64,
    /// Deletions.
    pub withdrawn: i64,
    /// Routed with a judgement.
    pub routed: i64,
    /// Routed without a judgement.
    pub abstained: i64,
    /// Kept back by a filter.
    pub filtered: i64,
    /// Sent to the dead letters of a stage, and not sent through again since.
    pub rejected: i64,
    /// What each of [`STEPS`] took in and neither passed on nor rejected; negative when it wrote
    /// one twice.
    pub missing: [i64; 4],
}

impl Balance {
    /// Balances an hour.
    #[must_use]
    pub fn of(hour: &Hour) -> Self {
        let mut balance = Self {
            heard: hour.heard,
            reposts: hour.reposts,
            copies: hour.copies,
            routed: hour.routed,
            abstained: hour.abstained,
            filtered: hour.filtered,
            rejected: hour.rejected.iter().sum(),
            ..Self::default()
        };
        let decided = hour.routed + hour.abstained + hour.filtered;
        let steps = [hour.unique, hour.scored, hour.prioritized];
        let (mut before, mut rejected) = (None, 0);
        for (i, passed) in steps.iter().enumerate() {
            rejected += hour.rejected[i];
            let later: i64 = steps[i + 1..].iter().map(|step| step.total()).sum();
            if passed.total() == 0 && later + decided > 0 {
                continue; // A topic that is not written: there are no taps.
            }
            let gone = passed.total() + rejected;
            let lacking = match before {
                None => balance.first(gone),
                Some(before) => before - gone,
            };
            let reader = (i + 1..3).find(|next| steps[*next].total() > 0).unwrap_or(3);
            balance.missing[i] =
                balance.replay(lacking, hour.rejected[i + 1..=reader].iter().sum());
            (before, rejected) = (Some(passed.total()), 0);
            (balance.own, balance.withdrawn) = (passed.own, passed.withdrawn);
        }
        let gone = decided + rejected + hour.rejected[3];
        balance.missing[3] += match before {
            Some(total) => total - balance.own - balance.withdrawn - gone,
            None => balance.first(gone),
        };
        balance
    }

    /// What is heard and does not come out of the first line was heard before; gives what comes
    /// out too much, as a negative number.
    fn first(&mut self, gone: i64) -> i64 {
        let lacking = self.heard - self.reposts - self.copies - gone;
        self.redelivered = lacking.max(0);
        lacking.min(0)
    }

    /// What a topic holds too much was sent through again, as far as its reader has rejected it
    /// before: then it is no longer rejected. Gives what still lacks.
    fn replay(&mut self, lacking: i64, rejected: i64) -> i64 {
        let replayed = (-lacking).clamp(0, rejected.max(0));
        self.rejected -= replayed;
        lacking + replayed
    }

    /// What is heard and has become nothing.
    #[must_use]
    pub fn difference(&self) -> i64 {
        self.missing.iter().sum()
    }

    /// What became of mentions, by name.
    #[must_use]
    pub fn outcomes(&self) -> [(&'static str, i64); 10] {
        [
            ("heard", self.heard),
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
    use crate::Passed;

    fn passed(owed: i64, own: i64, withdrawn: i64) -> Passed {
        Passed { owed, own, withdrawn }
    }

    fn whole() -> Hour {
        let all = passed(6, 1, 2);
        let (unique, scored, prioritized) = (all, all, all);
        let (heard, reposts, copies, routed, abstained) = (15, 2, 1, 4, 2);
        let hour = Hour::default();
        Hour { heard, reposts, copies, unique, scored, prioritized, routed, abstained, ..hour }
    }

    /// Name, hour, redelivered, missing.
    type Case = (&'static str, Hour, i64, [i64; 4]);

    #[test]
    fn each_line_names_the_stage_that_lacks_a_mention() {
        let none = Passed::default();
        let cases: [Case; 19] = [
            ("nothing heard", Hour::default(), 0, [0; 4]),
            ("nothing lacks", whole(), 3, [0; 4]),
            ("too many unique", Hour { heard: 11, ..whole() }, 0, [-1, 0, 0, 0]),
            ("sentiment", Hour { scored: passed(5, 1, 2), ..whole() }, 3, [0, 1, -1, 0]),
            ("priority", Hour { prioritized: passed(6, 1, 0), ..whole() }, 3, [0, 0, 2, 0]),
            ("escalation", Hour { routed: 3, ..whole() }, 3, [0, 0, 0, 1]),
            ("a filter", Hour { routed: 3, filtered: 1, ..whole() }, 3, [0; 4]),
            ("routed twice", Hour { routed: 5, ..whole() }, 3, [0, 0, 0, -1]),
            ("filtered, and routed", Hour { filtered: 1, ..whole() }, 3, [0, 0, 0, -1]),
            ("no scored topic", Hour { scored: none, ..whole() }, 3, [0; 4]),
            ("nothing routed", Hour { routed: 0, abstained: 0, ..whole() }, 3, [0, 0, 0, 6]),
            (
                "no taps at all",
                Hour { unique: none, scored: none, prioritized: none, ..whole() },
                6,
                [0; 4],
            ),
            ("dedupe rejects", Hour { heard: 16, rejected: [1, 0, 0, 0], ..whole() }, 3, [0; 4]),
            (
                "sentiment rejects",
                Hour {
                    scored: passed(5, 1, 2),
                    prioritized: passed(5, 1, 2),
                    routed: 3,
                    rejected: [0, 1, 0, 0],
                    ..whole()
                },
                3,
                [0; 4],
            ),
            (
                "escalation rejects",
                Hour { routed: 3, rejected: [0, 0, 0, 1], ..whole() },
                3,
                [0; 4],
            ),
            (
                "escalation rejects one and loses one",
                Hour { routed: 2, rejected: [0, 0, 0, 1], ..whole() },
                3,
                [0, 0, 0, 1],
            ),
            (
                "what escalation rejected is sent through again",
                Hour { prioritized: passed(7, 1, 2), rejected: [0, 0, 0, 1], ..whole() },
                3,
                [0; 4],
            ),
            (
                "sentiment rejects, without taps",
                Hour {
                    scored: none,
                    prioritized: none,
                    routed: 3,
                    rejected: [0, 1, 0, 0],
                    ..whole()
                },
                3,
                [0; 4],
            ),
            (
                "sentiment stands still",
                Hour { scored: none, prioritized: none, routed: 0, abstained: 0, ..whole() },
                3,
                [0, 9, 0, 0],
            ),
        ];
        for (name, hour, redelivered, missing) in cases {
            let balance = Balance::of(&hour);
            assert_eq!(balance.redelivered, redelivered, "{name}");
            assert_eq!(balance.filtered, hour.filtered, "{name}");
            assert_eq!(balance.missing, missing, "{name}");
            let outcomes: i64 = balance.outcomes()[1..].iter().map(|(_, n)| n).sum();
            assert_eq!(balance.heard, outcomes + balance.difference(), "{name}");
        }
    }
}
