//! A queue served by place bounds the waiting time; one served by level alone does not.

use crate::scene::weights;
use mention::Level;
use priority::order;
use proptest::prelude::*;

const SECOND: i64 = 1_000_000;

#[derive(Debug, Clone, Copy)]
struct QueuedMention {
    received_at: i64,
    score: i32,
    level: Level,
}

/// The time at which each mention is served by one agent, who needs `service` for each and always
/// takes the waiting mention with the least `rank`.
fn serve(
    waiting: &[QueuedMention],
    service: i64,
    rank: impl Fn(&QueuedMention) -> i64,
) -> Vec<i64> {
    let mut served = vec![None; waiting.len()];
    let mut now = 0;
    while let Some(next) = (0..waiting.len()).filter(|n| served[*n].is_none()).min_by_key(|n| {
        let one = &waiting[*n];
        (one.received_at.max(now), rank(one), *n)
    }) {
        now = now.max(waiting[next].received_at);
        served[next] = Some(now);
        now += service;
    }
    served.into_iter().flatten().collect()
}

fn any_waiting() -> impl Strategy<Value = Vec<QueuedMention>> {
    let one = (0..4 * 3_600 * SECOND, -2_000..3_000_i32, any::<bool>());
    proptest::collection::vec(one, 1..120).prop_map(|all| {
        let of = |(received_at, score, is_raised)| {
            let level = weights().level(score);
            let level = if is_raised { level.min(Level::P1) } else { level };
            QueuedMention { received_at, score, level }
        };
        all.into_iter().map(of).collect()
    })
}

proptest! {
    #[test]
    fn no_mention_is_overtaken_by_one_received_later_than_the_greatest_head_start(
        waiting in any_waiting(),
        seconds_a_point in 1..600_i64,
        service in 1..600_i64,
    ) {
        let mut weights = weights();
        weights.seconds_per_point = seconds_a_point;
        let place = |one: &QueuedMention| order::place(one.received_at, one.score, one.level, &weights);
        let served = serve(&waiting, service * SECOND, place);
        let bound = order::max_head_start(&weights);
        for (one, at) in waiting.iter().zip(&served) {
            // The agent is never idle while it waits, and only mentions received within the bound
            // can be served first.
            let ahead = waiting.iter().filter(|other| other.received_at <= one.received_at + bound);
            let work = ahead.count() as i64 * service * SECOND;
            prop_assert!(*at <= one.received_at + work, "{one:?} served at {at}");
            let later = waiting.iter().zip(&served);
            for (other, _) in later.filter(|(other, _)| other.received_at > one.received_at + bound) {
                prop_assert!(place(one) < place(other), "{other:?} overtakes {one:?}");
            }
        }
    }

    #[test]
    fn a_mention_with_a_higher_score_received_no_later_is_served_first(
        at in 0..1_000 * SECOND,
        behind in 0..1_000 * SECOND,
        scores in (-500..500_i32, 0..500_i32),
    ) {
        let weights = weights();
        let (low, more) = scores;
        let place = |at, score| order::place(at, score, weights.level(score), &weights);
        prop_assert!(place(at, low + more) <= place(at + behind, low));
    }
}

/// For a day, outages arrive as fast as they can be served, and one praise waits among them.
#[test]
fn praise_among_outages_is_served_within_the_bound_by_place_but_not_by_level() {
    let weights = weights();
    let outage =
        |n: i64| QueuedMention { received_at: n * 60 * SECOND, score: 95, level: Level::P1 };
    let mut waiting: Vec<_> = (0..1_440).map(outage).collect();
    waiting.insert(0, QueuedMention { received_at: 0, score: -20, level: Level::P5 });
    let place = |one: &QueuedMention| order::place(one.received_at, one.score, one.level, &weights);
    let bound = order::max_head_start(&weights);
    let in_time = serve(&waiting, 60 * SECOND, place)[0];
    assert!((1..=bound + 60 * SECOND).contains(&in_time), "served after {} s", in_time / SECOND);
    let strict = serve(&waiting, 60 * SECOND, |one| one.level as i64)[0];
    assert!(strict >= 1_440 * 60 * SECOND, "by level alone it waits until the outages end");
}
