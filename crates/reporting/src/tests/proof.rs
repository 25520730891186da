//! Fault injection, dead letters and retention.

use mention::{codec, topics};
use stage::fault_injection::{RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::MemoryBroker;
use stage::{EventTime, TimeDelta};

use super::lifecycle::{LifecycleEnd, MentionLifecycle, write_afternoon};
use crate::config::start_of_hour;
use crate::{Config, HourWindow, Reporting};

/// Returns the published windows and the changelog. Windows of several partitions share a topic on
/// which only those of one partition are ordered, so they are sorted by partition.
fn published_windows(broker: &MemoryBroker) -> RunOutcome {
    let mut outcome = RunOutcome::read(broker, &[topics::METRICS_WINDOW], &["metrics"]);
    outcome.records.sort_by_cached_key(|(_, _, _, value)| {
        let window: HourWindow = codec::read(value.as_deref().unwrap()).unwrap();
        window.partition
    });
    outcome
}

#[test]
fn closed_hours_are_the_same_under_every_fault_plan() {
    let until = start_of_hour(400_060);
    let plans = assert_fault_tolerant(Some(until), &|fault_plan| {
        let broker = MemoryBroker::new(2);
        write_afternoon(&broker);
        run_to_end(Reporting::default(), crate::KnownTenants::any(), &broker, fault_plan);
        published_windows(&broker)
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn open_hours_are_the_same_under_every_fault_plan() {
    assert_fault_tolerant(None, &|fault_plan| {
        let broker = MemoryBroker::new(2);
        write_afternoon(&broker);
        let config = Config { hours: 2, open_hours: 3, ..Config::default() };
        run_to_end(Reporting::new(config), crate::KnownTenants::any(), &broker, fault_plan);
        published_windows(&broker)
    });
}

#[test]
fn malformed_records_become_dead_letters() {
    let broker = MemoryBroker::new(2);
    write_afternoon(&broker);
    run_to_end(
        Reporting::default(),
        crate::KnownTenants::any(),
        &broker,
        stage::fault_injection::FaultPlan::default(),
    );
    let dead = broker.dead_letters();
    let mut topics: Vec<_> = dead.iter().map(|letter| letter.record.at.topic).collect();
    topics.sort_unstable();
    assert_eq!(topics, [topics::ROUTED, topics::SPREAD]);
}

#[test]
fn expired_entries_are_removed_from_the_changelog() {
    let broker = MemoryBroker::new(1);
    write_afternoon(&broker);
    let until = Some(start_of_hour(400_000 + 24 * 60));
    let plan =
        stage::memory::DeliveryPlan { end_time: until, ..stage::memory::DeliveryPlan::default() };
    run_to_end(
        Reporting::default(),
        crate::KnownTenants::any(),
        &broker,
        stage::fault_injection::FaultPlan { delivery: plan, panicking_call: None },
    );
    let kinds: std::collections::BTreeSet<u8> =
        broker.changelog("metrics").iter().map(|(_, key, _)| key[0]).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [0, 1, 2], "only clock, counters and ages");
}

#[test]
fn an_hour_is_published_once_and_again_only_after_a_late_record() {
    let broker = MemoryBroker::new(1);
    let received_at = start_of_hour(400_000);
    let on_time = MentionLifecycle {
        tenant: "acme",
        author: 1,
        received_at,
        delay: TimeDelta::ZERO,
        end: LifecycleEnd::Routed,
    };
    on_time.write(&broker);
    MentionLifecycle { end: LifecycleEnd::Repost, delay: 2 * TimeDelta::HOUR, ..on_time.clone() }
        .write(&broker);
    MentionLifecycle { received_at: received_at + 5 * TimeDelta::HOUR, ..on_time }.write(&broker);
    let plan = stage::memory::DeliveryPlan {
        end_time: Some(start_of_hour(400_009)),
        ..Default::default()
    };
    run_to_end(
        Reporting::default(),
        crate::KnownTenants::any(),
        &broker,
        stage::fault_injection::FaultPlan { delivery: plan, panicking_call: None },
    );
    let windows = broker.records(topics::METRICS_WINDOW).into_iter().map(|raw| {
        let window: HourWindow = codec::read(raw.value.as_deref().unwrap()).unwrap();
        let hours = |time: EventTime| time.interval(TimeDelta::HOUR) - 400_000;
        (hours(window.hour_at), window.revision, window.reposts, hours(window.closed_at))
    });
    assert_eq!(windows.collect::<Vec<_>>(), [(0, 1, 0, 1), (0, 2, 1, 2), (5, 1, 0, 6)]);
}
