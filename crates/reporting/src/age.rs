//! Histograms of the age of mentions at milestones of the pipeline.

use stage::TimeDelta;

/// Upper bounds of the buckets, in seconds. One more bucket holds everything above the last bound.
pub(crate) const BUCKET_BOUNDS: [f64; 16] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0,
];

/// Number of buckets.
pub(crate) const BUCKET_COUNT: usize = BUCKET_BOUNDS.len() + 1;

/// A milestone of a mention in the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Milestone {
    /// Received; the age counts from publication.
    Received,
    /// Scored; the age counts from receiving.
    Scored,
    /// Routed; the age counts from receiving.
    Routed,
}

impl Milestone {
    /// All milestones. The position is the code in the state.
    pub(crate) const ALL: [Milestone; 3] =
        [Milestone::Received, Milestone::Scored, Milestone::Routed];
}

/// A histogram of ages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgeHistogram {
    /// Records per bucket, not cumulative.
    pub(crate) counts: [i64; BUCKET_COUNT],
    /// Sum of all ages.
    pub(crate) sum: TimeDelta,
}

impl AgeHistogram {
    /// Counts one age.
    pub(crate) fn add(&mut self, age: TimeDelta) {
        // The clocks of platform and ingest may differ, so an age may come out negative.
        let age = age.max(TimeDelta::ZERO);
        let seconds = age.as_secs_f64();
        let bucket = BUCKET_BOUNDS.iter().position(|bound| seconds <= *bound);
        self.counts[bucket.unwrap_or(BUCKET_BOUNDS.len())] += 1;
        self.sum += age;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_counted_in_the_first_bucket_whose_bound_it_does_not_exceed() {
        let cases = [(-7, 0), (0, 0), (5_000, 0), (5_001, 1), (1_000_000, 7), (i64::MAX, 16)];
        for (micros, bucket) in cases {
            let mut ages = AgeHistogram::default();
            ages.add(TimeDelta::from_micros(micros));
            assert_eq!(ages.counts[bucket], 1, "{micros}");
            assert_eq!(ages.sum.as_micros(), micros.max(0), "{micros}");
        }
    }
}
