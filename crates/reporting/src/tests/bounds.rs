//! The bounds of the state: what full stores do not keep, and that batches and faults do not show.

use std::collections::{BTreeMap, BTreeSet};

use mention::{CaseEventKind, topics};
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{CommitObserver, Eviction, Quarantine, State as _, TimeDelta, run};

use super::lifecycle::{LifecycleEnd, MentionLifecycle, write_afternoon};
use crate::config::start_of_hour;
use crate::{Bounds, Config, Reporting, State};

#[derive(Default)]
struct Evicted(BTreeMap<&'static str, u64>);

impl CommitObserver<Reporting> for Evicted {
    fn on_commit(&mut self, _: &BTreeMap<i32, State>) {}

    fn on_evictions(&mut self, evictions: &[Eviction]) {
        for it in evictions {
            *self.0.entry(it.store).or_default() += it.entries;
        }
    }
}

fn bounded(memory: Bounds) -> Reporting {
    Reporting::new(Config { memory, ..Config::default() })
}

/// Runs the stage; the restored state, and the evictions by store.
fn run_bounded(memory: Bounds, broker: &MemoryBroker) -> (State, BTreeMap<&'static str, u64>) {
    let mut evicted = Evicted::default();
    let mut log =
        MemoryLog::new::<Reporting>(broker, crate::KnownTenants::any(), DeliveryPlan::default());
    run(&bounded(memory), &mut log, &mut Quarantine::default(), &mut evicted).unwrap();
    let mut state = State::default();
    for (_, key, value) in broker.changelog("metrics") {
        state.restore("metrics", &key, Some(&value)).unwrap();
    }
    (state, evicted.0)
}

/// A routed mention of an author, `minute` minutes into the afternoon.
fn routed(tenant: &'static str, author: u8, minute: i64) -> MentionLifecycle {
    MentionLifecycle {
        tenant,
        author,
        received_at: start_of_hour(400_000) + minute * TimeDelta::MINUTE,
        delay: TimeDelta::MILLISECOND,
        end: LifecycleEnd::Routed,
    }
}

#[test]
fn tenants_beyond_the_bound_are_counted_as_other() {
    let broker = MemoryBroker::new(1);
    for (tenant, n) in ["acme", "globex", "initech", "umbrella", "acme"].into_iter().zip(0..) {
        routed(tenant, 1, n).write(&broker);
    }
    let (state, evicted) = run_bounded(Bounds { tenants_most: 2, ..Bounds::default() }, &broker);
    let names = |names: [&str; 3]| names.map(str::to_owned).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(state.tenants, names(["acme", "globex", "other"]));
    let of_hours: BTreeSet<_> = state.hours.keys().map(|(tenant, _)| tenant.clone()).collect();
    assert_eq!(of_hours, state.tenants);
    let received = |tenant: &str| state.hours[&(tenant.to_owned(), 400_000)].received;
    assert_eq!(["acme", "globex", "other"].map(received), [2, 1, 2]);
    assert!(state.cases.values().all(|case| state.tenants.contains(&case.tenant)));
    // Each of the two has five records.
    assert_eq!(evicted, BTreeMap::from([("tenants", 10)]));
}

#[test]
fn cases_without_open_work_are_forgotten_before_open_ones() {
    let broker = MemoryBroker::new(1);
    // One an hour, of which the even ones are resolved.
    for author in 0..20_u8 {
        let lifecycle = routed("acme", author, i64::from(author) * 60);
        lifecycle.write(&broker);
        if author % 2 == 0 {
            let later = lifecycle.received_at + TimeDelta::MINUTE;
            lifecycle.write_case_event(&broker, later, CaseEventKind::Resolved);
        }
    }
    let (state, evicted) = run_bounded(Bounds { cases_most: 12, ..Bounds::default() }, &broker);
    let held: BTreeSet<String> = state.cases.keys().cloned().collect();
    let expected = (1..20).step_by(2).chain([16, 18]).map(|author| format!("acme-{author}"));
    assert_eq!(held, expected.collect());
    assert_eq!(evicted, BTreeMap::from([("cases", 8)]));

    let (state, evicted) = run_bounded(Bounds { cases_most: 4, ..Bounds::default() }, &{
        let broker = MemoryBroker::new(1);
        (0..10_u8).for_each(|n| routed("acme", n, i64::from(n) * 60).write(&broker));
        broker
    });
    let held: BTreeSet<String> = state.cases.keys().cloned().collect();
    assert_eq!(held, (6..10).map(|author| format!("acme-{author}")).collect());
    assert_eq!(evicted, BTreeMap::from([("open_cases", 6)]));
    let backlog = state.backlogs[&("acme".to_owned(), "care".to_owned())];
    assert_eq!((backlog.open, backlog.waiting), (4, 4));
}

#[test]
fn a_full_store_keeps_counting_what_it_has() {
    let count = |broker: &MemoryBroker| {
        write_afternoon(broker);
        run_bounded(Bounds::default(), broker).0.counters
    };
    let whole = count(&MemoryBroker::new(1));
    let broker = MemoryBroker::new(1);
    write_afternoon(&broker);
    let bounds = Bounds { counters_most: 5, models_most: 0, ..Bounds::default() };
    let (state, evicted) = run_bounded(bounds, &broker);
    assert_eq!(state.counters.len(), 5);
    assert!(state.counters.iter().all(|(key, count)| whole[key] == *count));
    assert_eq!((state.references.len(), state.scores.len()), (0, 0));
    assert!(evicted["counters"] > 10 && evicted["models"] > 5, "{evicted:?}");
}

#[test]
fn names_that_are_too_long_are_not_kept() {
    let broker = MemoryBroker::new(1);
    routed("acme", 1, 0).write(&broker);
    let at = start_of_hour(400_000) + TimeDelta::MINUTE;
    routed("acme", 1, 0).write_second_routing(&broker, at, &"x".repeat(1000));
    let (state, evicted) = run_bounded(Bounds::default(), &broker);
    assert!(state.counters.keys().all(|key| key.breakdown.len() < 100));
    assert!(state.cases.values().all(|case| case.owner == "care"));
    assert_eq!(evicted, BTreeMap::from([("counters", 1)]));
}

#[test]
fn full_stores_hold_the_same_under_every_fault() {
    let bounds = Bounds { tenants_most: 1, counters_most: 12, models_most: 1, cases_most: 1 };
    let broker = MemoryBroker::new(2);
    write_afternoon(&broker);
    let (_, evicted) = run_bounded(bounds, &broker);
    for store in ["tenants", "counters", "models", "open_cases"] {
        assert!(evicted.get(store).is_some_and(|n| *n > 0), "{store}: {evicted:?}");
    }
    let plans = assert_fault_tolerant(Some(start_of_hour(400_060)), &|plan: FaultPlan| {
        let broker = MemoryBroker::new(2);
        write_afternoon(&broker);
        run_to_end(bounded(bounds), crate::KnownTenants::any(), &broker, plan);
        let mut outcome = RunOutcome::read(&broker, &[topics::METRICS_WINDOW], &["metrics"]);
        // Windows of several partitions share a topic, on which only those of one are in order.
        outcome.records.sort();
        outcome
    });
    assert!(plans > 300, "{plans}");
}
