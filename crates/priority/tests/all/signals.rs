//! Signals: the parts of a second add up to a plain count of the mentions.

use std::collections::BTreeMap;

use mention::{Facet, Novelty, Signal, topics};
use proptest::prelude::*;
use stage::TimeDelta;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};

use crate::scene::{append, complaint, edited, run, second, signals, stage, tenants};

fn of(signals: &[Signal], facet: Facet, value: &str, at: i64) -> Vec<Signal> {
    let is = |s: &&Signal| s.facet == facet && s.value == value && s.second_at == second(at);
    signals.iter().filter(is).cloned().collect()
}

#[test]
fn a_second_is_published_by_facet_once_it_is_over() {
    let broker = MemoryBroker::new(1);
    let mut young = complaint("bob", "2", 10, "FibreOne is down in leeds");
    young.mention.author.created_at = Some(second(0));
    young.findings.cluster = Some("00ff".into());
    young.findings.cluster_size = 3;
    append(&broker, &complaint("ann", "1", 10, "fibreone is down in Leeds again"));
    append(&broker, &young);
    append(&broker, &complaint("ann", "3", 10, "still down in leeds"));
    run(&broker, None);
    assert_eq!(signals(&broker), [], "the second may not be over");
    run(&broker, Some(11));
    let published = signals(&broker);
    assert_eq!(published.len(), 4, "all, reason, product and cluster");
    let all = &of(&published, Facet::All, "", 10)[0];
    assert_eq!((all.mentions, all.negative, all.reach, all.young), (3, 3, 200, 1));
    assert_eq!(all.authors.len(), 2, "each author once");
    assert_eq!(all.terms[0], "leeds");
    assert_eq!(all.posts, ["northline/x/1", "northline/x/2", "northline/x/3"]);
    assert_eq!(of(&published, Facet::Reason, "technical_failure", 10)[0].mentions, 3);
    assert_eq!(of(&published, Facet::Product, "FibreOne", 10)[0].mentions, 2);
    assert_eq!(of(&published, Facet::Cluster, "00ff", 10)[0].mentions, 1);
    let key = |raw: stage::RawRecord| String::from_utf8(raw.key).unwrap();
    let keys: Vec<_> = broker.records(topics::SIGNAL).into_iter().map(key).collect();
    assert!(keys.contains(&"northline/product/FibreOne".to_owned()), "{keys:?}");
}

#[test]
fn only_new_mentions_are_counted() {
    let broker = MemoryBroker::new(1);
    let scored = complaint("ann", "1", 10, "my router is broken");
    append(&broker, &scored);
    append(&broker, &edited(scored.clone(), Novelty::Edit, 10));
    append(&broker, &edited(scored.clone(), Novelty::Withdrawal, 10));
    let mut own = complaint("northline", "2", 10, "we are on it");
    own.mention.is_own = true;
    append(&broker, &own);
    run(&broker, Some(20));
    assert_eq!(of(&signals(&broker), Facet::All, "", 10)[0].mentions, 1);
}

#[test]
fn a_viral_subject_costs_one_record_a_second_and_partition() {
    let broker = MemoryBroker::new(4);
    for n in 0..1_000 {
        append(&broker, &complaint(&format!("author-{n}"), &n.to_string(), 10, "router broken"));
    }
    run(&broker, Some(20));
    let published = of(&signals(&broker), Facet::Reason, "technical_failure", 10);
    assert_eq!(published.len(), 4, "one for each partition");
    assert_eq!(published.iter().map(|signal| signal.mentions).sum::<i64>(), 1_000);
    assert_eq!(published.iter().map(|signal| signal.authors.len()).sum::<usize>(), 1_000);
}

#[test]
fn a_second_with_many_mentions_is_published_in_parts() {
    let broker = MemoryBroker::new(1);
    let many = 2 * priority::signals::MAX_PART + 7;
    for n in 0..many {
        append(&broker, &complaint(&format!("author-{n}"), &n.to_string(), 10, "router broken"));
    }
    run(&broker, Some(20));
    let published = of(&signals(&broker), Facet::All, "", 10);
    let parts: Vec<_> = published.iter().map(|signal| signal.mentions).collect();
    assert_eq!(parts, [512, 512, 7]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With late mentions in any order and batches of any size.
    #[test]
    fn the_parts_add_up_to_a_plain_count(
        mentions in proptest::collection::vec((0..5_i64, 0..9_u32, any::<bool>()), 1..60),
        batch in 1..20_usize,
    ) {
        let broker = MemoryBroker::new(3);
        let mut expected = BTreeMap::<(i64, bool), i64>::new();
        for (n, (at, by, is_reasoned)) in mentions.iter().enumerate() {
            let mut scored = complaint(&format!("author-{by}"), &n.to_string(), *at, "router");
            if !is_reasoned {
                scored.understanding.reason = None;
            }
            *expected.entry((*at, false)).or_default() += 1;
            *expected.entry((*at, true)).or_default() += i64::from(*is_reasoned);
            append(&broker, &scored);
        }
        expected.retain(|_, count| *count > 0);
        let delivery = DeliveryPlan { max_batch: batch, end_time: Some(second(100)), ..DeliveryPlan::default() };
        run_to_end(stage(), tenants(), &broker, FaultPlan { delivery, panicking_call: None });
        let mut counted = BTreeMap::<(i64, bool), i64>::new();
        for signal in signals(&broker) {
            let key = (signal.second_at.interval(TimeDelta::SECOND), signal.facet == Facet::Reason);
            *counted.entry(key).or_default() += signal.mentions;
        }
        prop_assert_eq!(counted, expected);
    }
}
