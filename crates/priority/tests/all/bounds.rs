//! The bounds of the state: what full stores forget, and that it goes some at a time.

use std::collections::BTreeMap;

use mention::Novelty;
use priority::signals::MAX_PENDING;
use priority::{Bounds, Prioritizer, State};
use stage::fault_injection::{assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{CommitObserver, Eviction, Quarantine, State as _, run as run_loop};

use crate::scene::*;

#[derive(Default)]
struct Observed {
    evicted: BTreeMap<&'static str, u64>,
    /// The most mentions to count at a commit.
    pending: usize,
}

impl CommitObserver<Prioritizer> for Observed {
    fn on_commit(&mut self, states: &BTreeMap<i32, State>) {
        let pending = states.values().map(|state| state.sizes()[3]).max();
        self.pending = self.pending.max(pending.unwrap_or(0));
    }

    fn on_evictions(&mut self, evictions: &[Eviction]) {
        for it in evictions {
            *self.evicted.entry(it.store).or_default() += it.entries;
        }
    }
}

fn observe(bounds: Bounds, broker: &MemoryBroker) -> Observed {
    let mut observed = Observed::default();
    let mut log = MemoryLog::new::<Prioritizer>(broker, tenants(), DeliveryPlan::default());
    let stage = Prioritizer::new(bounds);
    run_loop(&stage, &mut log, &mut Quarantine::default(), &mut observed).unwrap();
    observed
}

/// Customers, authors, open mentions and mentions to count, as restored.
fn restored(broker: &MemoryBroker) -> [usize; 4] {
    let mut state = State::default();
    for (_, key, value) in broker.changelog("priority") {
        state.restore("priority", &key, Some(&value)).unwrap();
    }
    state.sizes()
}

fn few(most: usize) -> Bounds {
    Bounds { open_most: most, authors_most: most, customers_most: most, ..Bounds::default() }
}

/// A profile and a complaint of each of `count` authors, one a minute.
fn authors(broker: &MemoryBroker, count: i64) {
    for n in 0..count {
        profile(broker, &format!("by-{n}"), n * 60, Some("gold"));
        append(broker, &complaint(&format!("by-{n}"), &n.to_string(), n * 60, "it is broken"));
    }
}

#[test]
fn full_stores_forget_the_oldest_and_keep_the_customers_that_they_know() {
    let broker = MemoryBroker::new(1);
    authors(&broker, 30);
    let observed = observe(few(10), &broker);
    assert_eq!(restored(&broker)[..3], [10; 3]);
    let expected = [("authors", 20), ("customers", 20), ("open_mentions", 20)];
    assert_eq!(observed.evicted, BTreeMap::from(expected));
    // A known customer can still change, and make room.
    profile(&broker, "by-3", 2000, Some("platinum"));
    profile(&broker, "by-4", 2001, None);
    profile(&broker, "by-99", 2002, Some("gold"));
    let observed = observe(few(10), &broker);
    assert_eq!((restored(&broker)[0], observed.evicted.get("customers")), (10, None));
}

#[test]
fn customers_are_bounded_in_bytes_too() {
    let broker = MemoryBroker::new(1);
    authors(&broker, 100);
    let observed = observe(Bounds { customers_bytes: 10_000, ..Bounds::default() }, &broker);
    let [customers, ..] = restored(&broker);
    assert!((30..60).contains(&customers), "{customers}");
    assert_eq!(observed.evicted["customers"] as usize, 100 - customers);
}

#[test]
fn expired_entries_go_some_at_a_time_and_are_not_scored_again_meanwhile() {
    let broker = MemoryBroker::new(1);
    for n in 0..300 {
        append(&broker, &complaint(&format!("by-{n:03}"), &n.to_string(), n, "it is broken"));
    }
    run(&broker, None);
    // Days later: each record removes 64 of a kind.
    let later = 4 * 24 * 3600;
    profile(&broker, "by-299", later, Some("platinum"));
    let before = prioritized(&broker).len();
    run_to_end(stage(), tenants(), &broker, without_faults(None));
    assert_eq!(prioritized(&broker).len(), before, "expired, although it is still there");
    let [_, authors, open, _] = restored(&broker);
    assert_eq!([authors, open], [0, 0], "the rest goes while no record arrives");

    // An edit of an expired mention is a mention without an earlier score.
    let edit = edited(complaint("by-000", "0", 0, "it is broken"), Novelty::Edit, later);
    append(&broker, &edit);
    run(&broker, None);
    assert_eq!(prioritized(&broker).last().map(|it| it.priority.revision), Some(1));
}

#[test]
fn mentions_to_count_are_bounded_when_time_goes_backwards() {
    let broker = MemoryBroker::new(1);
    let count = MAX_PENDING as i64 + 500;
    for n in 0..count {
        append(&broker, &complaint("ann", &n.to_string(), 100_000 - n, "it is broken"));
    }
    let observed = observe(Bounds::default(), &broker);
    assert!((500..=MAX_PENDING).contains(&observed.pending), "{}", observed.pending);
    let counted = signals(&broker).iter().filter(|it| it.facet == mention::Facet::All).count();
    assert_eq!(counted + restored(&broker)[3], count as usize, "none is lost");
}

#[test]
fn full_stores_give_the_same_under_every_fault() {
    let plans = assert_fault_tolerant(Some(second(7 * 24 * 3600)), &|plan| {
        let broker = MemoryBroker::new(2);
        authors(&broker, 12);
        run_to_end(Prioritizer::new(few(2)), tenants(), &broker, plan);
        outcome(&broker)
    });
    assert!(plans > 300, "{plans}");
}
