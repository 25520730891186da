//! The books against a naive model: what became of each mention, counted by hand.

use std::collections::BTreeMap;

use mention::{codec, topics};
use proptest::prelude::*;
use stage::memory::{Broker, Plan};
use stage::prove::{Trouble, drive};

use super::journey::{ENDS, End, HOUR, Journey, MINUTE};
use crate::{Metrics, Window};

const START: i64 = 500_000;

fn journey() -> impl Strategy<Value = Journey> {
    let tenants = prop::sample::select(vec!["acme", "globex"]);
    let delays = prop::sample::select(vec![0, 20_000, 7 * MINUTE, 50 * MINUTE]);
    let minutes = 0..5 * 60_i64;
    (tenants, 0..6_u8, minutes, delays, prop::sample::select(ENDS.to_vec())).prop_map(
        |(tenant, author, minute, delay, end)| {
            let received_at = START * HOUR + minute * MINUTE;
            Journey { tenant, author, received_at, delay, end }
        },
    )
}

/// What must stand in the books of an hour: heard, then each outcome.
fn expected(journeys: &[Journey]) -> BTreeMap<(String, i64), [i64; 11]> {
    let mut books = BTreeMap::new();
    for journey in journeys {
        let hour_at = journey.received_at / HOUR * HOUR;
        let book: &mut [i64; 11] = books.entry((journey.tenant.to_owned(), hour_at)).or_default();
        book[0] += 1;
        book[match journey.end {
            End::Repost => 1,
            End::Copy => 2,
            End::Redelivered => 3,
            End::Own => 4,
            End::Withdrawn => 5,
            End::Routed | End::Updated | End::SentThroughAgain => 6,
            End::Abstained => 7,
            End::Filtered => 8,
            End::LostByPriority | End::LostByEscalation => 9,
            End::RejectedByDedupe
            | End::RejectedBySentiment
            | End::RejectedByPriority
            | End::RejectedByEscalation => 10,
        }] += 1;
    }
    books
}

/// The last revisions of all windows, added up over the partitions.
fn written(broker: &Broker) -> BTreeMap<(String, i64), [i64; 11]> {
    let mut last = BTreeMap::<(String, i64, i32), Window>::new();
    for raw in broker.records(topics::METRICS_WINDOW) {
        let window: Window = codec::read(&raw.value.unwrap()).unwrap();
        let key = (window.tenant.clone(), window.hour_at, window.partition);
        if last.get(&key).is_none_or(|before| before.revision < window.revision) {
            last.insert(key, window);
        }
    }
    let mut books = BTreeMap::new();
    for ((tenant, hour_at, _), w) in last {
        let book: &mut [i64; 11] = books.entry((tenant, hour_at)).or_default();
        let numbers = [w.heard, w.reposts, w.copies, w.redelivered, w.own, w.withdrawn];
        let numbers = numbers.into_iter().chain([w.routed, w.abstained, w.filtered, w.difference]);
        let numbers = numbers.chain([w.rejected]);
        book.iter_mut().zip(numbers).for_each(|(sum, n)| *sum += n);
    }
    books
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_last_revisions_add_up_to_what_became_of_each_mention(
        journeys in prop::collection::vec(journey(), 1..60),
        batch in 1..40_usize,
        partitions in 1..4_i32,
    ) {
        // A stage whose topic is empty in a whole book is taken for one without a topic.
        let broker = Broker::new(partitions);
        journeys.iter().for_each(|journey| journey.write(&broker));
        let anchors = anchors(&journeys);
        anchors.iter().for_each(|journey| journey.write(&broker));
        let plan = Plan { batch, until: Some((START + 12) * HOUR), ..Plan::default() };
        drive(Metrics::default(), &broker, Trouble { plan, panic: None });
        prop_assert_eq!(written(&broker), expected(&[journeys, anchors].concat()));
    }
}

/// One routed mention for each author and hour.
fn anchors(journeys: &[Journey]) -> Vec<Journey> {
    journeys.iter().map(|journey| Journey { end: End::Routed, ..journey.clone() }).collect()
}
