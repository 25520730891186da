//! A histogram of processing latency, in wall-clock time.

use std::time::Duration;

/// One bucket per microsecond, up to 100 ms; longer times count in the last one.
const BUCKETS: usize = 100_000;

/// Number of mentions by processing time.
#[derive(Debug)]
pub(super) struct LatencyHistogram {
    buckets: Vec<u64>,
    total: u64,
}

impl LatencyHistogram {
    pub(super) fn new() -> Self {
        Self { buckets: vec![0; BUCKETS], total: 0 }
    }

    /// Records that `mentions` were processed together in this time.
    pub(super) fn record(&mut self, mentions: u64, took: Duration) {
        let bucket = usize::try_from(took.as_micros()).unwrap_or(BUCKETS).min(BUCKETS - 1);
        self.buckets[bucket] += mentions;
        self.total += mentions;
    }

    /// The given percentile, in microseconds; 0 if nothing was recorded.
    pub(super) fn percentile(&self, percent: u64) -> usize {
        // Nearest-rank percentile.
        let (rank, mut seen) = ((self.total * percent).div_ceil(100), 0);
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
    fn a_percentile_is_the_time_within_which_that_share_was_processed() {
        let mut latency = LatencyHistogram::new();
        (1..=100).for_each(|n| latency.record(1, Duration::from_micros(n)));
        latency.record(0, Duration::from_secs(9));
        for (percent, micros) in [(50, 50), (99, 99), (100, 100)] {
            assert_eq!(latency.percentile(percent), micros);
        }
        assert_eq!(LatencyHistogram::new().percentile(50), 0);
    }
}
