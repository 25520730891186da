//! How old mentions are at each stage, as a histogram.

/// The upper bounds of the buckets, in seconds; beyond the last comes one more.
pub(crate) const BOUNDS: [f64; 16] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0,
];

/// How many buckets there are.
pub(crate) const BUCKETS: usize = BOUNDS.len() + 1;

/// Where on its way a mention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Point {
    /// Heard, counted from its publication.
    Heard,
    /// Scored, counted from its receipt.
    Scored,
    /// Routed, counted from its receipt.
    Routed,
}

impl Point {
    /// Every point; the place of one is its code in the state.
    pub(crate) const ALL: [Point; 3] = [Point::Heard, Point::Scored, Point::Routed];
}

/// A histogram of ages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ages {
    /// Records in each bucket, not added up.
    pub(crate) counts: [i64; BUCKETS],
    /// The sum of all ages, in microseconds.
    pub(crate) sum: i64,
}

impl Ages {
    /// Counts one age; clocks that disagree make no negative one.
    pub(crate) fn add(&mut self, micros: i64) {
        let micros = micros.max(0);
        let seconds = micros as f64 / 1e6;
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        self.counts[bucket.unwrap_or(BOUNDS.len())] += 1;
        self.sum = self.sum.saturating_add(micros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_falls_into_the_first_bucket_that_holds_it() {
        let cases = [(-7, 0), (0, 0), (5_000, 0), (5_001, 1), (1_000_000, 7), (i64::MAX, 16)];
        for (micros, bucket) in cases {
            let mut ages = Ages::default();
            ages.add(micros);
            assert_eq!(ages.counts[bucket], 1, "{micros}");
            assert_eq!(ages.sum, micros.max(0), "{micros}");
        }
    }
}
