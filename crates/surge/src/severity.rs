//! Severity of an incident, and its score for coordinated posting.

/// The figures of an incident from which its severity is computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeverityInput {
    /// Number of mentions.
    pub mentions: i64,
    /// Number of mentions expected in the same time.
    pub expected: f64,
    /// Number of negative mentions.
    pub negative: i64,
    /// Total followers of the authors.
    pub reach: i64,
}

/// The severity, from 1 to 10: a base of 1; up to 3 for the ratio of mentions to the expected count
/// (2, 4, 16); up to 3 for the mentions beyond it (30, 300, 3000); up to 2 for the share of
/// negative mentions (a third, two thirds); 1 for a reach of a million.
#[must_use]
pub fn severity(weight: &SeverityInput) -> i32 {
    let SeverityInput { mentions, expected, negative, reach } = *weight;
    let steps_reached =
        |value: f64, steps: [f64; 3]| steps.iter().filter(|step| value >= **step).count();
    let ratio = steps_reached(mentions as f64 / expected.max(0.1), [2.0, 4.0, 16.0]);
    let surplus = steps_reached(mentions as f64 - expected, [30.0, 300.0, 3000.0]);
    let anger = usize::from(3 * negative >= mentions) + usize::from(3 * negative >= 2 * mentions);
    let anger = if negative > 0 { anger } else { 0 };
    (1 + ratio + surplus + anger + usize::from(reach >= 1_000_000)).min(10) as i32
}

/// The figures of an incident from which its coordination is computed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PostingPattern {
    /// Number of mentions.
    pub mentions: i64,
    /// Number of distinct authors.
    pub authors: i64,
    /// Mentions by accounts younger than 30 days.
    pub young: i64,
    /// Maximum number of mentions within five minutes.
    pub burst: i64,
    /// Number of mentions whose text nearly equals that of another author.
    pub same_text: i64,
}

/// The score for coordinated posting, from 0 to 1: 0.4 for young accounts (rising from a share of
/// 0.1 to 0.6 of the mentions), 0.3 for the same text (0.3 to 0.9), 0.2 for the fullest five
/// minutes (0.2 to 0.8), 0.1 for authors with several mentions. 0 below ten mentions, which are too
/// few to judge. Sentiment plays no part.
#[must_use]
pub fn coordination(manner: &PostingPattern) -> f32 {
    let PostingPattern { mentions, authors, young, burst, same_text: same } = *manner;
    if mentions < 10 {
        return 0.0;
    }
    let share = |n: i64| n as f64 / mentions as f64;
    let ramp = |value: f64, from: f64, to: f64| ((value - from) / (to - from)).clamp(0.0, 1.0);
    let repeated = ramp(1.0 - share(authors), 0.2, 0.8);
    let score = 0.4 * ramp(share(young), 0.1, 0.6)
        + 0.3 * ramp(share(same), 0.3, 0.9)
        + 0.2 * ramp(share(burst), 0.2, 0.8)
        + 0.1 * repeated;
    score as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_grows_with_ratio_volume_negativity_and_reach() {
        let cases = [
            ("a few more than expected", (12, 7.0, 0, 0), 1),
            ("twice the expected count, not negative", (20, 10.0, 0, 0), 2),
            ("twice the expected count, negative", (20, 10.0, 15, 0), 4),
            ("an outage", (400, 20.0, 300, 50_000), 8),
            ("every limit exceeded", (90_000, 100.0, 80_000, 9_000_000), 10),
            ("praise with a large reach", (400, 20.0, 0, 2_000_000), 7),
        ];
        for (name, (mentions, expected, negative, reach), severity) in cases {
            let weight = SeverityInput { mentions, expected, negative, reach };
            assert_eq!(super::severity(&weight), severity, "{name}");
        }
    }

    #[test]
    fn coordination_grows_with_young_accounts_same_text_and_a_burst() {
        let cases = [
            ("too few mentions to judge", (9, 9, 9, 9, 9), 0.0),
            ("an outage: many authors, texts of their own", (400, 380, 20, 60, 10), 0.0),
            ("bots: young accounts, the same text, at once", (200, 200, 160, 190, 200), 0.9),
            ("a few authors with many mentions", (100, 10, 0, 10, 0), 0.1),
            ("one text, copied over a day", (100, 95, 5, 10, 95), 0.3),
        ];
        for (name, (mentions, authors, young, burst, same), expected) in cases {
            let manner = PostingPattern { mentions, authors, young, burst, same_text: same };
            assert!(
                (coordination(&manner) - expected).abs() < 1e-6,
                "{name}: {}",
                coordination(&manner)
            );
        }
    }
}
