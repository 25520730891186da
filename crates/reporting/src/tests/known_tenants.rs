//! Names of tenants that the rules do not have.

use std::collections::BTreeSet;

use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::MemoryBroker;
use stage::{State as _, TimeDelta};

use super::lifecycle::{LifecycleEnd, MentionLifecycle};
use crate::config::start_of_hour;
use crate::{Reporting, State};

#[test]
fn records_of_unknown_tenants_are_counted_as_one() {
    let broker = MemoryBroker::new(1);
    for (tenant, minute) in [("acme", 0), ("made-up", 1), ("invented", 2)] {
        let received_at = start_of_hour(400_000) + minute * TimeDelta::MINUTE;
        let end = LifecycleEnd::Routed;
        MentionLifecycle { tenant, author: 1, received_at, delay: TimeDelta::MILLISECOND, end }
            .write(&broker);
    }
    let known: crate::KnownTenants = ["acme".to_owned()].into_iter().collect();
    run_to_end(Reporting::default(), known, &broker, FaultPlan::default());
    let mut state = State::default();
    for (_, key, value) in broker.changelog("metrics") {
        state.restore("metrics", &key, Some(&value)).unwrap();
    }
    assert_eq!(state.tenants, BTreeSet::from(["acme".to_owned(), "other".to_owned()]));
    let received = |tenant: &str| state.hours[&(tenant.to_owned(), 400_000)].received;
    assert_eq!(["acme", "other"].map(received), [1, 2]);
    assert!(state.cases.values().all(|case| state.tenants.contains(&case.tenant)));
}
