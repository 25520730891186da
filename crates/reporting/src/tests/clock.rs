//! A clock that jumped ahead.

use stage::TimeDelta;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};

use super::lifecycle::{LifecycleEnd, MentionLifecycle};
use crate::Reporting;
use crate::config::start_of_hour;

const HOUR: i64 = 400_000;

#[test]
fn a_clock_that_jumped_ahead_comes_back_while_no_record_arrives() {
    let broker = MemoryBroker::new(1);
    let write = |author, hour| {
        let (received_at, delay) = (start_of_hour(hour), TimeDelta::MILLISECOND);
        let end = LifecycleEnd::Routed;
        MentionLifecycle { tenant: "acme", author, received_at, delay, end }.write(&broker);
    };
    let run_until = |hour| {
        let end_time = Some(start_of_hour(hour));
        let delivery = DeliveryPlan { end_time, ..DeliveryPlan::default() };
        let plan = FaultPlan { delivery, panicking_call: None };
        let known: crate::KnownTenants = ["acme".to_owned()].into_iter().collect();
        run_to_end(Reporting::default(), known, &broker, plan);
    };
    write(1, HOUR);
    write(2, HOUR + 9_000);
    run_until(HOUR + 1);
    write(3, HOUR + 1);
    run_until(HOUR + 3);
    let windows = broker.records(mention::topics::METRICS_WINDOW).into_iter();
    let hours: Vec<_> = windows
        .map(|raw| mention::codec::read::<crate::HourWindow>(&raw.value.unwrap()).unwrap())
        .map(|window| (window.hour_at, window.heard))
        .collect();
    assert!(hours.contains(&(start_of_hour(HOUR + 1), 1)), "the hour is closed: {hours:?}");
}
