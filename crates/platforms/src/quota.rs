//! How much of a tenant is taken: a token bucket each, pure.
//!
//! A bucket fills with `per_minute` tokens a minute up to `burst`, and each mention takes one. What
//! comes together is taken together or not at all; more at once than the bucket can ever hold is
//! taken when it is full, and owed: the long run is kept in any case. Must not know: clocks, HTTP,
//! files.

use std::collections::BTreeMap;

use stage::Micros;

const MINUTE: Micros = 60_000_000;

/// How much of a tenant is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Mentions a minute in the long run.
    pub per_minute: u32,
    /// Mentions at once.
    pub burst: u32,
}

/// A tenant is over its quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Over {
    /// The tenant.
    pub tenant: String,
    /// After how long the same is taken, in microseconds.
    pub wait: Micros,
}

/// The buckets of all tenants.
#[derive(Debug, Clone, Default)]
pub struct Quotas(BTreeMap<String, Bucket>);

/// What is in a bucket is counted in millionths of a minute's token, so that nothing is rounded.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: i128,
    at: Micros,
}

/// What one mention takes.
const TOKEN: i128 = MINUTE as i128;

impl Quotas {
    /// Takes mentions of several tenants at this time, in microseconds: all of them or none.
    ///
    /// # Errors
    /// With the tenant that has to wait the longest. A tenant without a quota never has to.
    pub fn take<'a>(
        &mut self,
        mentions: impl IntoIterator<Item = &'a str>,
        quota: impl Fn(&str) -> Option<Quota>,
        now: Micros,
    ) -> Result<(), Over> {
        let mut counts = BTreeMap::<&str, i128>::new();
        for tenant in mentions {
            *counts.entry(tenant).or_default() += 1;
        }
        let mut taken = Vec::new();
        let mut over: Option<Over> = None;
        for (tenant, count) in counts {
            let Some(quota) = quota(tenant) else { continue };
            let bucket = self.0.get(tenant).copied();
            let bucket = bucket.unwrap_or(Bucket::full(quota, now)).filled(quota, now);
            match bucket.wait(quota, count) {
                0 => {
                    let tokens = bucket.tokens - count * TOKEN;
                    taken.push((tenant, Bucket { tokens, ..bucket }));
                }
                wait if over.as_ref().is_none_or(|over| wait > over.wait) => {
                    over = Some(Over { tenant: tenant.to_owned(), wait });
                }
                _ => {}
            }
        }
        if let Some(over) = over {
            return Err(over);
        }
        for (tenant, bucket) in taken {
            self.0.insert(tenant.to_owned(), bucket);
        }
        Ok(())
    }
}

impl Bucket {
    fn full(quota: Quota, now: Micros) -> Self {
        Self { tokens: i128::from(quota.burst) * TOKEN, at: now }
    }

    /// The bucket as it is now. A clock that goes back fills nothing.
    fn filled(self, quota: Quota, now: Micros) -> Self {
        let passed = i128::from(now.saturating_sub(self.at).max(0));
        let tokens = self.tokens.saturating_add(passed * i128::from(quota.per_minute));
        Self { tokens: tokens.min(i128::from(quota.burst) * TOKEN), at: self.at.max(now) }
    }

    /// How long until so many mentions may be taken, in microseconds: 0 for now.
    fn wait(self, quota: Quota, count: i128) -> Micros {
        let needed = (count * TOKEN).min(i128::from(quota.burst) * TOKEN) - self.tokens;
        if needed <= 0 {
            return 0;
        }
        let each = i128::from(quota.per_minute.max(1));
        Micros::try_from((needed + each - 1) / each).unwrap_or(Micros::MAX)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Micros = 1_000_000;

    fn sixty(_: &str) -> Option<Quota> {
        Some(Quota { per_minute: 60, burst: 10 })
    }

    fn of(tenant: &str, count: usize) -> Vec<&str> {
        vec![tenant; count]
    }

    #[test]
    fn a_burst_is_taken_at_once_and_then_one_a_second() {
        let mut quotas = Quotas::default();
        assert_eq!(quotas.take(of("a", 10), sixty, 0), Ok(()));
        let wait = |wait| Err(Over { tenant: "a".to_owned(), wait });
        assert_eq!(quotas.take(of("a", 1), sixty, 0), wait(SECOND));
        assert_eq!(quotas.take(of("a", 3), sixty, SECOND), wait(2 * SECOND));
        assert_eq!(quotas.take(of("a", 1), sixty, SECOND), Ok(()));
        assert_eq!(quotas.take(of("a", 10), sixty, 3600 * SECOND), Ok(()), "never above the burst");
        assert_eq!(quotas.take(of("a", 1), sixty, 3600 * SECOND), wait(SECOND));
        assert_eq!(quotas.take(of("a", 1), sixty, 0), wait(SECOND), "a clock that goes back");
    }

    #[test]
    fn what_comes_together_is_taken_together_and_the_tenant_that_waits_longest_is_named() {
        let mut quotas = Quotas::default();
        assert_eq!(quotas.take(of("a", 10), sixty, 0), Ok(()));
        assert_eq!(quotas.take(of("b", 9), sixty, 0), Ok(()));
        let both = [of("a", 1), of("b", 3)].concat();
        let over = quotas.take(both, sixty, 0);
        assert_eq!(over, Err(Over { tenant: "b".to_owned(), wait: 2 * SECOND }));
        assert_eq!(quotas.take(of("b", 1), sixty, 0), Ok(()), "nothing was taken before");
        assert_eq!(quotas.take(of("c", 99), |_| None, 0), Ok(()), "no quota, no bound");
    }

    #[test]
    fn more_than_a_bucket_holds_is_taken_when_it_is_full_and_owed() {
        let mut quotas = Quotas::default();
        assert_eq!(quotas.take(of("a", 30), sixty, 0), Ok(()));
        let over = quotas.take(of("a", 1), sixty, 0);
        assert_eq!(over, Err(Over { tenant: "a".to_owned(), wait: 21 * SECOND }));
        assert_eq!(quotas.take(of("a", 1), sixty, 21 * SECOND), Ok(()));
    }

    proptest! {
        #[test]
        fn whoever_waits_as_long_as_told_is_taken_and_the_long_run_is_kept(
            asked in prop::collection::vec((1..20_usize, 0..5_000_000_i64), 1..60),
            per_minute in 1..600_u32,
            burst in 1..40_u32,
        ) {
            let quota = |_: &str| Some(Quota { per_minute, burst });
            let (mut quotas, mut now, mut taken, mut largest) = (Quotas::default(), 0, 0, 0);
            for (count, passed) in asked {
                now += passed;
                if let Err(over) = quotas.take(of("a", count), quota, now) {
                    let early = quotas.clone().take(of("a", count), quota, now + over.wait - 1);
                    prop_assert!(early.is_err(), "no longer than needed");
                    now += over.wait;
                    prop_assert_eq!(quotas.take(of("a", count), quota, now), Ok(()));
                }
                taken += count as i64;
                largest = largest.max(count as i64);
                let filled = now * i64::from(per_minute) / MINUTE + 1;
                prop_assert!(taken <= i64::from(burst).max(largest) + largest + filled);
            }
        }
    }
}
