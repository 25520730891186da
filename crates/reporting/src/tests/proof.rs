//! The proof that every stage owes.

use mention::{codec, topics};
use stage::memory::Broker;
use stage::prove::{Outcome, drive, prove};

use super::journey::{End, HOUR, Journey, afternoon};
use crate::{Metrics, Settings, Window};

/// What was written. The windows of several partitions share a topic, in which only those of one
/// partition are in order.
fn books(broker: &Broker) -> Outcome {
    let mut outcome = Outcome::of(broker, &[topics::METRICS_WINDOW], &["metrics"]);
    outcome.records.sort_by_cached_key(|(_, _, _, value)| {
        let window: Window = codec::read(value.as_deref().unwrap()).unwrap();
        window.partition
    });
    outcome
}

#[test]
fn the_books_are_the_same_under_every_trouble() {
    let until = 400_060 * HOUR;
    let plans = prove(Some(until), &|trouble| {
        let broker = Broker::new(2);
        afternoon(&broker);
        drive(Metrics::default(), &broker, trouble);
        books(&broker)
    });
    assert!(plans > 300, "{plans}");
}

#[test]
fn the_books_of_open_hours_are_the_same_under_every_trouble() {
    prove(None, &|trouble| {
        let broker = Broker::new(2);
        afternoon(&broker);
        let settings = Settings { hours: 2, open_hours: 3, ..Settings::default() };
        drive(Metrics::new(settings), &broker, trouble);
        books(&broker)
    });
}

#[test]
fn what_is_no_fact_goes_to_the_dead_letters() {
    let broker = Broker::new(2);
    afternoon(&broker);
    drive(Metrics::default(), &broker, stage::prove::Trouble::default());
    let dead = broker.dead();
    let mut topics: Vec<_> = dead.iter().map(|letter| letter.at.topic).collect();
    topics.sort_unstable();
    assert_eq!(topics, [topics::ROUTED, topics::SPREAD]);
}

#[test]
fn what_is_no_longer_kept_leaves_the_changelog() {
    let broker = Broker::new(1);
    afternoon(&broker);
    let until = Some((400_000 + 24 * 60) * HOUR);
    let plan = stage::memory::Plan { until, ..stage::memory::Plan::default() };
    drive(Metrics::default(), &broker, stage::prove::Trouble { plan, panic: None });
    let kinds: std::collections::BTreeSet<u8> =
        broker.changelog("metrics").iter().map(|(_, key, _)| key[0]).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [0, 1, 2], "only clock, totals and ages");
}

#[test]
fn an_hour_is_written_once_and_again_only_for_a_late_fact() {
    let broker = Broker::new(1);
    let received_at = 400_000 * HOUR;
    let on_time = Journey { tenant: "acme", author: 1, received_at, delay: 0, end: End::Routed };
    on_time.write(&broker);
    Journey { end: End::Repost, delay: 2 * HOUR, ..on_time.clone() }.write(&broker);
    Journey { received_at: received_at + 5 * HOUR, ..on_time }.write(&broker);
    let plan = stage::memory::Plan { until: Some(400_009 * HOUR), ..Default::default() };
    drive(Metrics::default(), &broker, stage::prove::Trouble { plan, panic: None });
    let windows = broker.records(topics::METRICS_WINDOW).into_iter().map(|raw| {
        let window: Window = codec::read(raw.value.as_deref().unwrap()).unwrap();
        let hours = |time: i64| time.div_euclid(HOUR) - 400_000;
        (hours(window.hour_at), window.revision, window.reposts, hours(window.closed_at))
    });
    assert_eq!(windows.collect::<Vec<_>>(), [(0, 1, 0, 1), (0, 2, 1, 2), (5, 1, 0, 6)]);
}
