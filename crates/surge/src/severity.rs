//! How bad an incident is, and how much it looks arranged.

/// What is known of an incident when it is weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight {
    /// Mentions it has had.
    pub mentions: i64,
    /// Mentions there would have been on an ordinary day.
    pub expected: f64,
    /// Of them, negative ones.
    pub negative: i64,
    /// Followers that its authors have together.
    pub reach: i64,
}

/// From 1 to 10: one, up to three for how many times the usual it is (2, 4, 16), up to three for
/// how many mentions come on top (30, 300, 3000), up to two for the share of negative ones (a
/// third, two thirds), one for a reach of a million.
#[must_use]
pub fn severity(weight: &Weight) -> i32 {
    let Weight { mentions, expected, negative, reach } = *weight;
    let reached = |value: f64, steps: [f64; 3]| steps.iter().filter(|step| value >= **step).count();
    let times = reached(mentions as f64 / expected.max(0.1), [2.0, 4.0, 16.0]);
    let more = reached(mentions as f64 - expected, [30.0, 300.0, 3000.0]);
    let anger = usize::from(3 * negative >= mentions) + usize::from(3 * negative >= 2 * mentions);
    let anger = if negative > 0 { anger } else { 0 };
    (1 + times + more + anger + usize::from(reach >= 1_000_000)).min(10) as i32
}

/// What is known of how an incident comes about.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Manner {
    /// Mentions.
    pub mentions: i64,
    /// Distinct authors.
    pub authors: i64,
    /// Mentions by accounts younger than 30 days.
    pub young: i64,
    /// The most mentions within five minutes.
    pub burst: i64,
    /// Mentions that repeat a text of others.
    pub same: i64,
}

/// From 0 to 1: two fifths for young accounts (none at a tenth of the mentions, all at six
/// tenths), three tenths for the same text, a fifth for how much falls into five minutes (none at
/// a fifth, all at four fifths), a tenth for authors who speak again and again. 0 below ten
/// mentions, of which nothing can be said. Whether it is meant well does not matter.
#[must_use]
pub fn coordination(manner: &Manner) -> f32 {
    let Manner { mentions, authors, young, burst, same } = *manner;
    if mentions < 10 {
        return 0.0;
    }
    let share = |n: i64| n as f64 / mentions as f64;
    let within = |value: f64, from: f64, to: f64| ((value - from) / (to - from)).clamp(0.0, 1.0);
    let again = within(1.0 - share(authors), 0.2, 0.8);
    let score = 0.4 * within(share(young), 0.1, 0.6)
        + 0.3 * within(share(same), 0.3, 0.9)
        + 0.2 * within(share(burst), 0.2, 0.8)
        + 0.1 * again;
    score as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_grows_with_times_volume_anger_and_reach() {
        let cases = [
            ("a handful more than usual", (12, 7.0, 0, 0), 1),
            ("twice as much, content", (20, 10.0, 0, 0), 2),
            ("twice as much, angry", (20, 10.0, 15, 0), 4),
            ("an outage", (400, 20.0, 300, 50_000), 8),
            ("everybody, everywhere", (90_000, 100.0, 80_000, 9_000_000), 10),
            ("much praise", (400, 20.0, 0, 2_000_000), 7),
        ];
        for (name, (mentions, expected, negative, reach), severity) in cases {
            let weight = Weight { mentions, expected, negative, reach };
            assert_eq!(super::severity(&weight), severity, "{name}");
        }
    }

    #[test]
    fn coordination_shows_in_young_accounts_same_text_and_a_burst() {
        let cases = [
            ("too few to say", (9, 9, 9, 9, 9), 0.0),
            ("an outage: many people, in their own words", (400, 380, 20, 60, 10), 0.0),
            ("bots: young, alike, at once", (200, 200, 160, 190, 200), 0.9),
            ("a few who shout", (100, 10, 0, 10, 0), 0.1),
            ("one copied text over a day", (100, 95, 5, 10, 95), 0.3),
        ];
        for (name, (mentions, authors, young, burst, same), expected) in cases {
            let manner = Manner { mentions, authors, young, burst, same };
            assert!(
                (coordination(&manner) - expected).abs() < 1e-6,
                "{name}: {}",
                coordination(&manner)
            );
        }
    }
}
