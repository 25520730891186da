//! What Prometheus is shown.

use std::collections::BTreeMap;

use mention::{CaseEventKind, Clock};
use stage::memory::{Broker, Memory, Plan};
use stage::{Observe, Quarantine, run};

use super::journey::{End, HOUR, Journey, MINUTE};
use crate::{Metrics, Reading, Sample, Settings, State, refused};

/// Readings by name and labels, added up over the partitions.
pub(super) type Numbers = BTreeMap<String, f64>;

struct Shown(crate::Readings, Numbers);

impl Observe<Metrics> for Shown {
    fn committed(&mut self, states: &BTreeMap<i32, State>) {
        self.1.clear();
        for Sample { name, labels, reading } in self.0.of(states.values()) {
            let labels: Vec<_> = labels.into_iter().map(|(_, value)| value).collect();
            let number = match reading {
                Reading::Counter(number) | Reading::Gauge(number) => number,
                Reading::Histogram { sum, .. } => sum,
            };
            *self.1.entry(format!("{name} {}", labels.join(" "))).or_default() += number;
        }
    }
}

pub(super) fn readings(broker: &Broker, settings: &Settings, until: i64) -> Numbers {
    let plan = Plan { until: Some(until), ..Plan::default() };
    let mut log = Memory::new::<Metrics>(broker, plan);
    let mut shown = Shown(crate::Readings::new(settings.clone()), Numbers::new());
    run(&Metrics::new(settings.clone()), &mut log, &mut Quarantine::default(), &mut shown).unwrap();
    shown.1
}

pub(super) fn at(minute: i64, author: u8, end: End) -> Journey {
    let received_at = 400_000 * HOUR + minute * MINUTE;
    Journey { tenant: "acme", author, received_at, delay: 500_000, end }
}

pub(super) fn assert_reads(readings: &Numbers, expected: &[(&str, f64)]) {
    for (name, number) in expected {
        assert_eq!(readings.get(*name), Some(number), "{name}");
    }
}

#[test]
fn counters_stand_at_zero_before_the_first_mention() {
    let settings = Settings { tenants: vec!["acme".to_owned()], ..Settings::default() };
    let readings = readings(&Broker::new(1), &settings, 0);
    let expected = [
        ("harken_mention_records_total acme mention.routed.v1", 0.0),
        ("harken_sentiment_mentions_total acme abstained", 0.0),
        ("harken_priority_mentions_total acme P1", 0.0),
        ("harken_balance_records acme heard", 0.0),
        ("harken_balance_difference_records acme dedupe", 0.0),
        ("harken_mention_age_seconds acme routed", 0.0),
    ];
    assert_reads(&readings, &expected);
    assert!(readings.values().all(|number| *number == 0.0), "{readings:#?}");
}

#[test]
fn volume_age_breaches_and_labels_are_counted() {
    let broker = Broker::new(3);
    at(1, 1, End::Routed).write(&broker);
    at(2, 2, End::Routed).write(&broker);
    at(3, 3, End::Abstained).write(&broker);
    at(4, 4, End::Repost).write(&broker);
    at(5, 1, End::Own).write(&broker);
    at(1, 1, End::Routed).raise(&broker, 400_000 * HOUR + 30 * MINUTE, Clock::Respond);
    let readings = readings(&broker, &Settings::default(), 400_000 * HOUR + 50 * MINUTE);
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
    assert_reads(&readings, &expected);
}

#[test]
fn only_closed_hours_have_a_balance() {
    let until = 401 * 1000 * HOUR;
    let cases = [
        (400_001 * HOUR + 4 * MINUTE, 0.0, 0.0, 0.0),
        (400_001 * HOUR + 5 * MINUTE, 4.0, 1.0, 1.0),
        (until, 0.0, 0.0, 0.0),
    ];
    for (until, heard, filtered, lost) in cases {
        // Each case is a group of its own over the same records.
        let broker = Broker::new(1);
        at(1, 1, End::Routed).write(&broker);
        at(2, 2, End::LostByEscalation).write(&broker);
        at(3, 3, End::Redelivered).write(&broker);
        at(4, 4, End::Filtered).write(&broker);
        let readings = readings(&broker, &Settings::default(), until);
        let expected = [
            ("harken_balance_records acme heard", heard),
            ("harken_balance_records acme filtered", filtered),
            ("harken_balance_difference_records acme escalation", lost),
        ];
        assert_reads(&readings, &expected);
    }
}

#[test]
fn the_backlog_follows_the_contact_centre_in_whatever_order_it_is_heard() {
    let cases: [(&[CaseEventKind], f64, f64); 4] = [
        (&[], 2.0, 2.0),
        (&[CaseEventKind::Accepted], 2.0, 1.0),
        (&[CaseEventKind::Accepted, CaseEventKind::Resolved], 1.0, 1.0),
        (&[CaseEventKind::Resolved, CaseEventKind::Reopened], 2.0, 2.0),
    ];
    for (events, open, waiting) in cases {
        for offset in [-1, 10] {
            let broker = Broker::new(2);
            at(1, 1, End::Routed).write(&broker);
            at(2, 2, End::Routed).write(&broker);
            for kind in events {
                let journey = at(1, 1, End::Routed);
                journey.tell(&broker, journey.received_at + offset * MINUTE, *kind);
            }
            let until = 400_000 * HOUR + 50 * MINUTE;
            let readings = readings(&broker, &Settings::default(), until);
            let expected = [
                ("harken_backlog_open_cases acme care", open),
                ("harken_queue_waiting_cases acme care", waiting),
            ];
            assert_reads(&readings, &expected);
        }
    }
}

#[test]
fn a_mention_routed_twice_shows_and_its_case_is_the_work_of_the_last_owner() {
    let broker = Broker::new(1);
    let journey = at(1, 1, End::Routed);
    journey.write(&broker);
    journey.hand_over(&broker, journey.received_at + MINUTE, "press");
    let readings = readings(&broker, &Settings::default(), 400_002 * HOUR);
    let expected = [
        ("harken_backlog_open_cases acme care", 0.0),
        ("harken_backlog_open_cases acme press", 1.0),
        ("harken_route_records_total acme press routed", 1.0),
        ("harken_balance_records acme abstained", 1.0),
        ("harken_balance_records acme routed", 1.0),
        ("harken_balance_difference_records acme escalation", -1.0),
    ];
    assert_reads(&readings, &expected);
}

#[test]
fn a_case_whose_only_mention_is_withdrawn_is_nobodys_work() {
    let broker = Broker::new(1);
    at(1, 1, End::Routed).write(&broker);
    at(2, 2, End::Routed).write(&broker);
    at(3, 2, End::Withdrawn).write(&broker);
    let readings = readings(&broker, &Settings::default(), 400_000 * HOUR);
    assert_reads(&readings, &[("harken_backlog_open_cases acme care", 1.0)]);
}

#[test]
fn a_fact_of_an_hour_no_longer_kept_is_counted_as_late() {
    let broker = Broker::new(1);
    at(1, 1, End::Routed).write(&broker);
    let slow = Journey { delay: 49 * HOUR, ..at(2, 1, End::Repost) };
    slow.write(&broker);
    let readings = readings(&broker, &Settings::default(), 400_060 * HOUR);
    assert_reads(&readings, &[("harken_balance_late_records_total acme mention.spread.v1", 1.0)]);
}

#[test]
fn an_hour_that_lacks_one_and_an_hour_that_has_one_too_much_are_both_unbalanced() {
    let broker = Broker::new(1);
    at(1, 1, End::LostByEscalation).write(&broker);
    at(2, 1, End::Routed).write(&broker);
    let twice = at(61, 1, End::Routed);
    twice.write(&broker);
    twice.hand_over(&broker, twice.received_at + MINUTE, "press");
    at(121, 1, End::RejectedByEscalation).write(&broker);
    let unreadable = Some(b"no record".to_vec());
    let time = 400_002 * HOUR;
    broker.append(refused::TOPICS[0], time, b"acme/x/1", unreadable);
    let readings = readings(&broker, &Settings::default(), 400_004 * HOUR);
    let expected = [
        ("harken_balance_difference_records acme escalation", 0.0),
        ("harken_balance_unbalanced_hours acme", 2.0),
        ("harken_balance_records acme rejected", 1.0),
    ];
    assert_reads(&readings, &expected);
    assert!(broker.dead().is_empty(), "a dead letter that cannot be read dies no second time");
}
