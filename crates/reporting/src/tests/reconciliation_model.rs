//! The reconciliation against a naive model that counts the outcome of each mention directly.

use std::collections::BTreeMap;

use mention::{codec, topics};
use proptest::prelude::*;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, TimeDelta};

use super::lifecycle::{ALL_ENDS, LifecycleEnd, MentionLifecycle};
use crate::config::start_of_hour;
use crate::{HourWindow, Reporting};

const START: i64 = 500_000;

fn lifecycle() -> impl Strategy<Value = MentionLifecycle> {
    let tenants = prop::sample::select(vec!["acme", "globex"]);
    let delays = prop::sample::select(vec![
        TimeDelta::ZERO,
        20 * TimeDelta::MILLISECOND,
        7 * TimeDelta::MINUTE,
        50 * TimeDelta::MINUTE,
    ]);
    let minutes = 0..5 * 60_i64;
    (tenants, 0..6_u8, minutes, delays, prop::sample::select(ALL_ENDS.to_vec())).prop_map(
        |(tenant, author, minute, delay, end)| {
            let received_at = start_of_hour(START) + minute * TimeDelta::MINUTE;
            MentionLifecycle { tenant, author, received_at, delay, end }
        },
    )
}

/// Returns the expected counts of each tenant and hour: received, then each outcome.
fn expected(lifecycles: &[MentionLifecycle]) -> BTreeMap<(String, EventTime), [i64; 11]> {
    let mut counts = BTreeMap::new();
    for lifecycle in lifecycles {
        let hour_at = lifecycle.received_at.floor(TimeDelta::HOUR);
        let counted: &mut [i64; 11] =
            counts.entry((lifecycle.tenant.to_owned(), hour_at)).or_default();
        counted[0] += 1;
        counted[match lifecycle.end {
            LifecycleEnd::Repost => 1,
            LifecycleEnd::Copy => 2,
            LifecycleEnd::Redelivered => 3,
            LifecycleEnd::Own => 4,
            LifecycleEnd::Withdrawn => 5,
            LifecycleEnd::Routed | LifecycleEnd::Updated | LifecycleEnd::Replayed => 6,
            LifecycleEnd::Abstained => 7,
            LifecycleEnd::Filtered => 8,
            LifecycleEnd::LostByPriority | LifecycleEnd::LostByEscalation => 9,
            LifecycleEnd::RejectedByDedupe
            | LifecycleEnd::RejectedBySentiment
            | LifecycleEnd::RejectedByPriority
            | LifecycleEnd::RejectedByEscalation => 10,
        }] += 1;
    }
    counts
}

/// Returns the last revisions of all windows, added up over the partitions.
fn written(broker: &MemoryBroker) -> BTreeMap<(String, EventTime), [i64; 11]> {
    let mut last = BTreeMap::<(String, EventTime, i32), HourWindow>::new();
    for raw in broker.records(topics::METRICS_WINDOW) {
        let window: HourWindow = codec::read(&raw.value.unwrap()).unwrap();
        let key = (window.tenant.clone(), window.hour_at, window.partition);
        if last.get(&key).is_none_or(|before| before.revision < window.revision) {
            last.insert(key, window);
        }
    }
    let mut counts = BTreeMap::new();
    for ((tenant, hour_at, _), w) in last {
        let counted: &mut [i64; 11] = counts.entry((tenant, hour_at)).or_default();
        let numbers = [w.heard, w.reposts, w.copies, w.redelivered, w.own, w.withdrawn];
        let numbers = numbers.into_iter().chain([w.routed, w.abstained, w.filtered, w.difference]);
        let numbers = numbers.chain([w.rejected]);
        counted.iter_mut().zip(numbers).for_each(|(sum, n)| *sum += n);
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_last_revisions_add_up_to_the_outcomes_of_all_mentions(
        lifecycles in prop::collection::vec(lifecycle(), 1..60),
        max_batch in 1..40_usize,
        partitions in 1..4_i32,
    ) {
        // A topic without records in an hour counts as not written, so every hour gets a routed mention.
        let broker = MemoryBroker::new(partitions);
        lifecycles.iter().for_each(|lifecycle| lifecycle.write(&broker));
        let anchors = anchors(&lifecycles);
        anchors.iter().for_each(|lifecycle| lifecycle.write(&broker));
        let delivery = DeliveryPlan { max_batch, end_time: Some(start_of_hour(START + 12)), ..DeliveryPlan::default() };
        run_to_end(Reporting::default(), crate::KnownTenants::any(), &broker, FaultPlan { delivery, panicking_call: None });
        prop_assert_eq!(written(&broker), expected(&[lifecycles, anchors].concat()));
    }
}

/// One routed mention for each author and hour.
fn anchors(lifecycles: &[MentionLifecycle]) -> Vec<MentionLifecycle> {
    lifecycles
        .iter()
        .map(|lifecycle| MentionLifecycle { end: LifecycleEnd::Routed, ..lifecycle.clone() })
        .collect()
}
