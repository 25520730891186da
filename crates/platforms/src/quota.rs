//! Rate limits of tenants: one token bucket per tenant.
//!
//! A bucket refills at `per_minute` tokens per minute up to `burst`; each mention costs one token.
//! The mentions of a request are accepted together or not at all. A request larger than `burst` is
//! accepted when the bucket is full and leaves a negative balance, so the long-run rate holds.
//!
//! Must not know: clocks (`now` is a parameter), HTTP, files.

use std::collections::BTreeMap;

use stage::{TimeDelta, WallTime};

/// Rate limit of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantQuota {
    /// Long-run rate, in mentions per minute.
    pub per_minute: u32,
    /// Capacity of the bucket, in mentions.
    pub burst: u32,
}

/// A tenant is over its quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaExceeded {
    /// The tenant.
    pub tenant: String,
    /// Wait until the same request would be accepted.
    pub wait: TimeDelta,
}

/// The buckets of all tenants.
#[derive(Debug, Clone, Default)]
pub struct QuotaBuckets(BTreeMap<String, TokenBucket>);

/// A bucket at one time. `tokens` is in units of 1 / (60 million) of a mention, because one
/// microsecond at a rate of one per minute refills one unit; so nothing is rounded.
#[derive(Debug, Clone, Copy)]
struct TokenBucket {
    tokens: i128,
    at: WallTime,
}

/// Units that one mention costs.
const TOKEN_UNITS: i128 = TimeDelta::MINUTE.as_micros() as i128;

impl QuotaBuckets {
    /// Consumes quota for one mention of each listed tenant at `now`: for all of them or for none.
    /// A tenant without a quota is not limited.
    ///
    /// # Errors
    /// With the tenant that must wait longest.
    pub fn acquire<'a>(
        &mut self,
        mentions: impl IntoIterator<Item = &'a str>,
        quota: impl Fn(&str) -> Option<TenantQuota>,
        now: WallTime,
    ) -> Result<(), QuotaExceeded> {
        let mut counts = BTreeMap::<&str, i128>::new();
        for tenant in mentions {
            *counts.entry(tenant).or_default() += 1;
        }
        let mut updated = Vec::new();
        let mut exceeded: Option<QuotaExceeded> = None;
        for (tenant, count) in counts {
            let Some(quota) = quota(tenant) else { continue };
            let bucket = self.0.get(tenant).copied();
            let bucket = bucket.unwrap_or(TokenBucket::full(quota, now)).refilled(quota, now);
            match bucket.wait(quota, count) {
                TimeDelta::ZERO => {
                    let tokens = bucket.tokens - count * TOKEN_UNITS;
                    updated.push((tenant, TokenBucket { tokens, ..bucket }));
                }
                wait if exceeded.as_ref().is_none_or(|longest| wait > longest.wait) => {
                    exceeded = Some(QuotaExceeded { tenant: tenant.to_owned(), wait });
                }
                _ => {}
            }
        }
        // Store the buckets only now: a request over one quota must not consume another's.
        if let Some(exceeded) = exceeded {
            return Err(exceeded);
        }
        for (tenant, bucket) in updated {
            self.0.insert(tenant.to_owned(), bucket);
        }
        Ok(())
    }
}

impl TokenBucket {
    fn full(quota: TenantQuota, now: WallTime) -> Self {
        Self { tokens: i128::from(quota.burst) * TOKEN_UNITS, at: now }
    }

    /// Refills the bucket up to `now`. A clock that runs backwards refills nothing.
    fn refilled(self, quota: TenantQuota, now: WallTime) -> Self {
        let passed = i128::from((now - self.at).max(TimeDelta::ZERO).as_micros());
        let tokens = self.tokens.saturating_add(passed * i128::from(quota.per_minute));
        Self { tokens: tokens.min(i128::from(quota.burst) * TOKEN_UNITS), at: self.at.max(now) }
    }

    /// Wait until `count` mentions are accepted; zero means now.
    fn wait(self, quota: TenantQuota, count: i128) -> TimeDelta {
        // A full bucket suffices for any request, otherwise one larger than `burst` would never pass.
        let needed = (count * TOKEN_UNITS).min(i128::from(quota.burst) * TOKEN_UNITS) - self.tokens;
        if needed <= 0 {
            return TimeDelta::ZERO;
        }
        let each = i128::from(quota.per_minute.max(1));
        let micros = i64::try_from((needed + each - 1) / each).unwrap_or(i64::MAX);
        TimeDelta::from_micros(micros)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The wall clock `seconds` after the epoch.
    fn after(seconds: i64) -> WallTime {
        WallTime::default() + TimeDelta::from_secs(seconds)
    }

    fn sixty(_: &str) -> Option<TenantQuota> {
        Some(TenantQuota { per_minute: 60, burst: 10 })
    }

    fn of(tenant: &str, count: usize) -> Vec<&str> {
        vec![tenant; count]
    }

    #[test]
    fn a_burst_is_accepted_at_once_and_then_one_mention_per_second() {
        let mut quotas = QuotaBuckets::default();
        assert_eq!(quotas.acquire(of("a", 10), sixty, after(0)), Ok(()));
        let wait = |wait| Err(QuotaExceeded { tenant: "a".to_owned(), wait });
        assert_eq!(quotas.acquire(of("a", 1), sixty, after(0)), wait(TimeDelta::SECOND));
        assert_eq!(quotas.acquire(of("a", 3), sixty, after(1)), wait(2 * TimeDelta::SECOND));
        assert_eq!(quotas.acquire(of("a", 1), sixty, after(1)), Ok(()));
        assert_eq!(
            quotas.acquire(of("a", 10), sixty, after(3600)),
            Ok(()),
            "the bucket never exceeds the burst"
        );
        assert_eq!(quotas.acquire(of("a", 1), sixty, after(3600)), wait(TimeDelta::SECOND));
        assert_eq!(
            quotas.acquire(of("a", 1), sixty, after(0)),
            wait(TimeDelta::SECOND),
            "a clock that runs backwards"
        );
    }

    #[test]
    fn a_request_is_accepted_as_a_whole_and_the_error_names_the_longest_wait() {
        let mut quotas = QuotaBuckets::default();
        assert_eq!(quotas.acquire(of("a", 10), sixty, after(0)), Ok(()));
        assert_eq!(quotas.acquire(of("b", 9), sixty, after(0)), Ok(()));
        let both = [of("a", 1), of("b", 3)].concat();
        let over = quotas.acquire(both, sixty, after(0));
        assert_eq!(
            over,
            Err(QuotaExceeded { tenant: "b".to_owned(), wait: 2 * TimeDelta::SECOND })
        );
        assert_eq!(
            quotas.acquire(of("b", 1), sixty, after(0)),
            Ok(()),
            "the rejected request consumed nothing"
        );
        assert_eq!(
            quotas.acquire(of("c", 99), |_| None, after(0)),
            Ok(()),
            "a tenant without a quota is not limited"
        );
    }

    #[test]
    fn a_request_above_the_burst_is_accepted_by_a_full_bucket_and_leaves_a_debt() {
        let mut quotas = QuotaBuckets::default();
        assert_eq!(quotas.acquire(of("a", 30), sixty, after(0)), Ok(()));
        let over = quotas.acquire(of("a", 1), sixty, after(0));
        assert_eq!(
            over,
            Err(QuotaExceeded { tenant: "a".to_owned(), wait: 21 * TimeDelta::SECOND })
        );
        assert_eq!(quotas.acquire(of("a", 1), sixty, after(21)), Ok(()));
    }

    proptest! {
        #[test]
        fn a_request_is_accepted_exactly_after_its_wait_and_the_long_run_rate_holds(
            requests in prop::collection::vec((1..20_usize, 0..5_000_000_i64), 1..60),
            per_minute in 1..600_u32,
            burst in 1..40_u32,
        ) {
            let quota = |_: &str| Some(TenantQuota { per_minute, burst });
            let (mut quotas, mut now, mut accepted, mut largest) =
                (QuotaBuckets::default(), after(0), 0, 0);
            for (count, passed) in requests {
                now += TimeDelta::from_micros(passed);
                if let Err(over) = quotas.acquire(of("a", count), quota, now) {
                    let too_early = now + over.wait - TimeDelta::from_micros(1);
                    let early = quotas.clone().acquire(of("a", count), quota, too_early);
                    prop_assert!(early.is_err(), "the wait is longer than necessary");
                    now += over.wait;
                    prop_assert_eq!(quotas.acquire(of("a", count), quota, now), Ok(()));
                }
                accepted += count as i64;
                largest = largest.max(count as i64);
                let filled = (now - after(0)) * i64::from(per_minute) / TimeDelta::MINUTE + 1;
                prop_assert!(accepted <= i64::from(burst).max(largest) + largest + filled);
            }
        }
    }
}
