//! Partial counts by the second: what is told adds up to what was heard.

use std::collections::BTreeMap;

use mention::{Facet, Novelty, Signal, topics};
use proptest::prelude::*;
use stage::memory::{Broker, Plan};
use stage::prove::{Trouble, drive};

use crate::scene::{SECOND, edited, run, says, signals, stage, tell};

fn of(signals: &[Signal], facet: Facet, value: &str, second: i64) -> Vec<Signal> {
    let is = |s: &&Signal| s.facet == facet && s.value == value && s.second_at == second * SECOND;
    signals.iter().filter(is).cloned().collect()
}

#[test]
fn a_second_is_told_by_facet_once_it_is_over() {
    let broker = Broker::new(1);
    let mut young = says("bob", "2", 10, "FibreOne is down in leeds");
    young.mention.author.created_at = Some(0);
    young.findings.cluster = Some("00ff".into());
    young.findings.cluster_size = 3;
    tell(&broker, &says("ann", "1", 10, "fibreone is down in Leeds again"));
    tell(&broker, &young);
    tell(&broker, &says("ann", "3", 10, "still down in leeds"));
    run(&broker, None);
    assert_eq!(signals(&broker), [], "the second may not be over");
    run(&broker, Some(11));
    let told = signals(&broker);
    assert_eq!(told.len(), 4, "all, reason, product and cluster");
    let all = &of(&told, Facet::All, "", 10)[0];
    assert_eq!((all.mentions, all.negative, all.reach, all.young), (3, 3, 200, 1));
    assert_eq!(all.authors.len(), 2, "each author once");
    assert_eq!(all.terms[0], "leeds");
    assert_eq!(all.posts, ["northline/x/1", "northline/x/2", "northline/x/3"]);
    assert_eq!(of(&told, Facet::Reason, "technical_failure", 10)[0].mentions, 3);
    assert_eq!(of(&told, Facet::Product, "FibreOne", 10)[0].mentions, 2);
    assert_eq!(of(&told, Facet::Cluster, "00ff", 10)[0].mentions, 1);
    let key = |raw: stage::Raw| String::from_utf8(raw.key).unwrap();
    let keys: Vec<_> = broker.records(topics::SIGNAL).into_iter().map(key).collect();
    assert!(keys.contains(&"northline/product/FibreOne".to_owned()), "{keys:?}");
}

#[test]
fn what_is_new_is_counted_and_nothing_else() {
    let broker = Broker::new(1);
    let said = says("ann", "1", 10, "my router is broken");
    tell(&broker, &said);
    tell(&broker, &edited(said.clone(), Novelty::Edit, 10));
    tell(&broker, &edited(said.clone(), Novelty::Withdrawal, 10));
    let mut own = says("northline", "2", 10, "we are on it");
    own.mention.is_own = true;
    tell(&broker, &own);
    run(&broker, Some(20));
    assert_eq!(of(&signals(&broker), Facet::All, "", 10)[0].mentions, 1);
}

#[test]
fn a_viral_topic_is_a_record_a_second_and_partition_however_many_say_it() {
    let broker = Broker::new(4);
    for n in 0..1_000 {
        tell(&broker, &says(&format!("author-{n}"), &n.to_string(), 10, "router broken"));
    }
    run(&broker, Some(20));
    let told = of(&signals(&broker), Facet::Reason, "technical_failure", 10);
    assert_eq!(told.len(), 4, "one for each partition");
    assert_eq!(told.iter().map(|signal| signal.mentions).sum::<i64>(), 1_000);
    assert_eq!(told.iter().map(|signal| signal.authors.len()).sum::<usize>(), 1_000);
}

#[test]
fn a_second_with_very_many_is_told_in_parts() {
    let broker = Broker::new(1);
    let many = 2 * priority::signals::PART + 7;
    for n in 0..many {
        tell(&broker, &says(&format!("author-{n}"), &n.to_string(), 10, "router broken"));
    }
    run(&broker, Some(20));
    let told = of(&signals(&broker), Facet::All, "", 10);
    let parts: Vec<_> = told.iter().map(|signal| signal.mentions).collect();
    assert_eq!(parts, [512, 512, 7]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Late mentions, any order, any way to cut the work: the sums are those of a plain count.
    #[test]
    fn the_parts_add_up_to_a_plain_count(
        said in proptest::collection::vec((0..5_i64, 0..9_u32, any::<bool>()), 1..60),
        batch in 1..20_usize,
    ) {
        let broker = Broker::new(3);
        let mut expected = BTreeMap::<(i64, bool), i64>::new();
        for (n, (at, by, is_reasoned)) in said.iter().enumerate() {
            let mut scored = says(&format!("author-{by}"), &n.to_string(), *at, "router");
            if !is_reasoned {
                scored.understanding.reason = None;
            }
            *expected.entry((*at, false)).or_default() += 1;
            *expected.entry((*at, true)).or_default() += i64::from(*is_reasoned);
            tell(&broker, &scored);
        }
        expected.retain(|_, count| *count > 0);
        let plan = Plan { batch, until: Some(SECOND * 100), ..Plan::default() };
        drive(stage(), &broker, Trouble { plan, panic: None });
        let mut counted = BTreeMap::<(i64, bool), i64>::new();
        for signal in signals(&broker) {
            let key = (signal.second_at / SECOND, signal.facet == Facet::Reason);
            *counted.entry(key).or_default() += signal.mentions;
        }
        prop_assert_eq!(counted, expected);
    }
}
