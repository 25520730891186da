//! How long mentions took to be processed, in real time.

use std::time::Duration;

/// One bucket a microsecond, up to a tenth of a second.
const BUCKETS: usize = 100_000;

/// How often each time was measured.
#[derive(Debug)]
pub(super) struct Latency {
    buckets: Vec<u64>,
    all: u64,
}

impl Latency {
    pub(super) fn new() -> Self {
        Self { buckets: vec![0; BUCKETS], all: 0 }
    }

    /// So many mentions took so long.
    pub(super) fn note(&mut self, mentions: u64, took: Duration) {
        let bucket = usize::try_from(took.as_micros()).unwrap_or(BUCKETS).min(BUCKETS - 1);
        self.buckets[bucket] += mentions;
        self.all += mentions;
    }

    /// The time within which so many of a hundred were processed, in microseconds.
    pub(super) fn percentile(&self, percent: u64) -> usize {
        let (rank, mut seen) = ((self.all * percent).div_ceil(100), 0);
        let reached = self.buckets.iter().position(|mentions| {
            seen += mentions;
            seen >= rank
        });
        reached.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_time_within_which_that_share_was_done() {
        let mut latency = Latency::new();
        (1..=100).for_each(|n| latency.note(1, Duration::from_micros(n)));
        latency.note(0, Duration::from_secs(9));
        for (percent, micros) in [(50, 50), (99, 99), (100, 100)] {
            assert_eq!(latency.percentile(percent), micros);
        }
        assert_eq!(Latency::new().percentile(50), 0);
    }
}
