//! Measurements of volume, age, backlog and reconciliation.

use std::collections::BTreeMap;

use mention::{CaseEventKind, Clock};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{CommitObserver, EventTime, Quarantine, TimeDelta, run};

use super::lifecycle::{LifecycleEnd, MentionLifecycle};
use crate::config::start_of_hour;
use crate::{Config, MeasuredValue, Measurement, Reporting, State, dead_letter};

/// Measured values by name and label values, added up over the partitions.
pub(super) type Numbers = BTreeMap<String, f64>;

struct MeasurementObserver(crate::StateMeter, Numbers);

impl CommitObserver<Reporting> for MeasurementObserver {
    fn on_commit(&mut self, states: &BTreeMap<i32, State>) {
        self.1.clear();
        for Measurement { name, labels, value: reading } in self.0.measure(states.values()) {
            let labels: Vec<_> = labels.into_iter().map(|(_, value)| value).collect();
            let number = match reading {
                MeasuredValue::Counter(number) | MeasuredValue::Gauge(number) => number,
                MeasuredValue::Histogram { sum, .. } => sum,
            };
            *self.1.entry(format!("{name} {}", labels.join(" "))).or_default() += number;
        }
    }
}

pub(super) fn measure(broker: &MemoryBroker, config: &Config, until: EventTime) -> Numbers {
    let plan = DeliveryPlan { end_time: Some(until), ..DeliveryPlan::default() };
    let mut log = MemoryLog::new::<Reporting>(broker, crate::KnownTenants::any(), plan);
    let mut shown = MeasurementObserver(crate::StateMeter::new(config.clone()), Numbers::new());
    run(&Reporting::new(config.clone()), &mut log, &mut Quarantine::default(), &mut shown).unwrap();
    shown.1
}

pub(super) fn lifecycle_at(minute: i64, author: u8, end: LifecycleEnd) -> MentionLifecycle {
    let received_at = start_of_hour(400_000) + minute * TimeDelta::MINUTE;
    MentionLifecycle {
        tenant: "acme",
        author,
        received_at,
        delay: 500 * TimeDelta::MILLISECOND,
        end,
    }
}

pub(super) fn assert_measured(measured: &Numbers, expected: &[(&str, f64)]) {
    for (name, number) in expected {
        assert_eq!(measured.get(*name), Some(number), "{name}");
    }
}

#[test]
fn counters_are_0_before_the_first_mention() {
    let config = Config { tenants: vec!["acme".to_owned()], ..Config::default() };
    let measured = measure(&MemoryBroker::new(1), &config, EventTime::default());
    let expected = [
        ("harken_mention_records_total acme mention.routed.v1", 0.0),
        ("harken_sentiment_mentions_total acme abstained", 0.0),
        ("harken_priority_mentions_total acme P1", 0.0),
        ("harken_balance_records acme heard", 0.0),
        ("harken_balance_difference_records acme dedupe", 0.0),
        ("harken_mention_age_seconds acme routed", 0.0),
    ];
    assert_measured(&measured, &expected);
    assert!(measured.values().all(|number| *number == 0.0), "{measured:#?}");
}

#[test]
fn volume_age_levels_and_breaches_are_counted() {
    let broker = MemoryBroker::new(3);
    lifecycle_at(1, 1, LifecycleEnd::Routed).write(&broker);
    lifecycle_at(2, 2, LifecycleEnd::Routed).write(&broker);
    lifecycle_at(3, 3, LifecycleEnd::Abstained).write(&broker);
    lifecycle_at(4, 4, LifecycleEnd::Repost).write(&broker);
    lifecycle_at(5, 1, LifecycleEnd::Own).write(&broker);
    lifecycle_at(1, 1, LifecycleEnd::Routed).write_breach(
        &broker,
        start_of_hour(400_000) + 30 * TimeDelta::MINUTE,
        Clock::Respond,
    );
    let measured =
        measure(&broker, &Config::default(), start_of_hour(400_000) + 50 * TimeDelta::MINUTE);
    let expected = [
        ("harken_mention_records_total acme mention.received.v1", 5.0),
        ("harken_mention_records_total acme mention.spread.v1", 1.0),
        ("harken_mention_records_total acme mention.routed.v1", 3.0),
        ("harken_sentiment_mentions_total acme negative", 2.0),
        ("harken_sentiment_mentions_total acme abstained", 1.0),
        ("harken_priority_mentions_total acme P2", 3.0),
        ("harken_route_records_total acme care routed", 3.0),
        ("harken_escalation_breaches_total acme care respond", 1.0),
        ("harken_mention_delay_seconds acme", 10.0),
        ("harken_mention_age_seconds acme scored", 4.0),
        ("harken_mention_age_seconds acme routed", 6.0),
        ("harken_balance_records acme heard", 0.0),
    ];
    assert_measured(&measured, &expected);
}

#[test]
fn only_closed_hours_are_reconciled() {
    let until = start_of_hour(401_000);
    let cases = [
        (start_of_hour(400_001) + 4 * TimeDelta::MINUTE, 0.0, 0.0, 0.0),
        (start_of_hour(400_001) + 5 * TimeDelta::MINUTE, 4.0, 1.0, 1.0),
        (until, 0.0, 0.0, 0.0),
    ];
    for (until, received, filtered, lost) in cases {
        // A new broker for each case: a consumer group does not read the same records again.
        let broker = MemoryBroker::new(1);
        lifecycle_at(1, 1, LifecycleEnd::Routed).write(&broker);
        lifecycle_at(2, 2, LifecycleEnd::LostByEscalation).write(&broker);
        lifecycle_at(3, 3, LifecycleEnd::Redelivered).write(&broker);
        lifecycle_at(4, 4, LifecycleEnd::Filtered).write(&broker);
        let measured = measure(&broker, &Config::default(), until);
        let expected = [
            ("harken_balance_records acme heard", received),
            ("harken_balance_records acme filtered", filtered),
            ("harken_balance_difference_records acme escalation", lost),
        ];
        assert_measured(&measured, &expected);
    }
}

#[test]
fn the_backlog_follows_case_events_in_any_order_of_the_topics() {
    let cases: [(&[CaseEventKind], f64, f64); 4] = [
        (&[], 2.0, 2.0),
        (&[CaseEventKind::Accepted], 2.0, 1.0),
        (&[CaseEventKind::Accepted, CaseEventKind::Resolved], 1.0, 1.0),
        (&[CaseEventKind::Resolved, CaseEventKind::Reopened], 2.0, 2.0),
    ];
    for (events, open, waiting) in cases {
        for offset in [-1, 10] {
            let broker = MemoryBroker::new(2);
            lifecycle_at(1, 1, LifecycleEnd::Routed).write(&broker);
            lifecycle_at(2, 2, LifecycleEnd::Routed).write(&broker);
            for kind in events {
                let lifecycle = lifecycle_at(1, 1, LifecycleEnd::Routed);
                lifecycle.write_case_event(
                    &broker,
                    lifecycle.received_at + offset * TimeDelta::MINUTE,
                    *kind,
                );
            }
            let until = start_of_hour(400_000) + 50 * TimeDelta::MINUTE;
            let measured = measure(&broker, &Config::default(), until);
            let expected = [
                ("harken_backlog_open_cases acme care", open),
                ("harken_queue_waiting_cases acme care", waiting),
            ];
            assert_measured(&measured, &expected);
        }
    }
}

#[test]
fn a_mention_routed_twice_is_a_surplus_and_its_case_belongs_to_the_last_owner() {
    let broker = MemoryBroker::new(1);
    let lifecycle = lifecycle_at(1, 1, LifecycleEnd::Routed);
    lifecycle.write(&broker);
    lifecycle.write_second_routing(&broker, lifecycle.received_at + TimeDelta::MINUTE, "press");
    let measured = measure(&broker, &Config::default(), start_of_hour(400_002));
    let expected = [
        ("harken_backlog_open_cases acme care", 0.0),
        ("harken_backlog_open_cases acme press", 1.0),
        ("harken_route_records_total acme press routed", 1.0),
        ("harken_balance_records acme abstained", 1.0),
        ("harken_balance_records acme routed", 1.0),
        ("harken_balance_difference_records acme escalation", -1.0),
    ];
    assert_measured(&measured, &expected);
}

#[test]
fn a_case_whose_only_mention_is_withdrawn_is_in_no_backlog() {
    let broker = MemoryBroker::new(1);
    lifecycle_at(1, 1, LifecycleEnd::Routed).write(&broker);
    lifecycle_at(2, 2, LifecycleEnd::Routed).write(&broker);
    lifecycle_at(3, 2, LifecycleEnd::Withdrawn).write(&broker);
    let measured = measure(&broker, &Config::default(), start_of_hour(400_000));
    assert_measured(&measured, &[("harken_backlog_open_cases acme care", 1.0)]);
}

#[test]
fn a_record_of_an_expired_hour_is_counted_as_late() {
    let broker = MemoryBroker::new(1);
    lifecycle_at(1, 1, LifecycleEnd::Routed).write(&broker);
    let slow = MentionLifecycle {
        delay: 49 * TimeDelta::HOUR,
        ..lifecycle_at(2, 1, LifecycleEnd::Repost)
    };
    slow.write(&broker);
    let measured = measure(&broker, &Config::default(), start_of_hour(400_060));
    assert_measured(
        &measured,
        &[("harken_balance_late_records_total acme mention.spread.v1", 1.0)],
    );
}

#[test]
fn an_hour_with_a_missing_mention_and_an_hour_with_a_surplus_are_both_unbalanced() {
    let broker = MemoryBroker::new(1);
    lifecycle_at(1, 1, LifecycleEnd::LostByEscalation).write(&broker);
    lifecycle_at(2, 1, LifecycleEnd::Routed).write(&broker);
    let twice = lifecycle_at(61, 1, LifecycleEnd::Routed);
    twice.write(&broker);
    twice.write_second_routing(&broker, twice.received_at + TimeDelta::MINUTE, "press");
    lifecycle_at(121, 1, LifecycleEnd::RejectedByEscalation).write(&broker);
    let unreadable = Some(b"no record".to_vec());
    let time = start_of_hour(400_002);
    broker.append(dead_letter::TOPICS[0], time, b"acme/x/1", unreadable);
    let measured = measure(&broker, &Config::default(), start_of_hour(400_004));
    let expected = [
        ("harken_balance_difference_records acme escalation", 0.0),
        ("harken_balance_unbalanced_hours acme", 2.0),
        ("harken_balance_records acme rejected", 1.0),
    ];
    assert_measured(&measured, &expected);
    assert!(
        broker.dead_letters().is_empty(),
        "an undecodable dead letter must not become a dead letter again"
    );
}
