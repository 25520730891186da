//! A queue served by place lets nobody wait for ever; one served by level alone does.

use crate::scene::weights;
use mention::Level;
use priority::order;
use proptest::prelude::*;

const SECOND: i64 = 1_000_000;

#[derive(Debug, Clone, Copy)]
struct Waiting {
    heard_at: i64,
    score: i32,
    level: Level,
}

/// When each is served, by one agent who takes `service` for each and always the first by `rank`.
fn serve(waiting: &[Waiting], service: i64, rank: impl Fn(&Waiting) -> i64) -> Vec<i64> {
    let mut served = vec![None; waiting.len()];
    let mut now = 0;
    while let Some(next) = (0..waiting.len()).filter(|n| served[*n].is_none()).min_by_key(|n| {
        let one = &waiting[*n];
        (one.heard_at.max(now), rank(one), *n)
    }) {
        now = now.max(waiting[next].heard_at);
        served[next] = Some(now);
        now += service;
    }
    served.into_iter().flatten().collect()
}

fn any_waiting() -> impl Strategy<Value = Vec<Waiting>> {
    let one = (0..4 * 3_600 * SECOND, -2_000..3_000_i32, any::<bool>());
    proptest::collection::vec(one, 1..120).prop_map(|all| {
        let of = |(heard_at, score, is_raised)| {
            let level = weights().level(score);
            let level = if is_raised { level.min(Level::P1) } else { level };
            Waiting { heard_at, score, level }
        };
        all.into_iter().map(of).collect()
    })
}

proptest! {
    #[test]
    fn nobody_is_overtaken_by_what_is_heard_later_than_the_most_head_start(
        waiting in any_waiting(),
        seconds_a_point in 1..600_i64,
        service in 1..600_i64,
    ) {
        let mut config = weights();
        config.seconds_a_point = seconds_a_point;
        let place = |one: &Waiting| order::place(one.heard_at, one.score, one.level, &config);
        let served = serve(&waiting, service * SECOND, place);
        let bound = order::most_head_start(&config);
        for (one, at) in waiting.iter().zip(&served) {
            // Nobody rests while it waits, and only what was heard up to then can come first.
            let ahead = waiting.iter().filter(|other| other.heard_at <= one.heard_at + bound);
            let work = ahead.count() as i64 * service * SECOND;
            prop_assert!(*at <= one.heard_at + work, "{one:?} served at {at}");
            let later = waiting.iter().zip(&served);
            for (other, _) in later.filter(|(other, _)| other.heard_at > one.heard_at + bound) {
                prop_assert!(place(one) < place(other), "{other:?} overtakes {one:?}");
            }
        }
    }

    #[test]
    fn whoever_is_more_urgent_and_heard_no_later_comes_first(
        at in 0..1_000 * SECOND,
        behind in 0..1_000 * SECOND,
        scores in (-500..500_i32, 0..500_i32),
    ) {
        let config = weights();
        let (low, more) = scores;
        let place = |at, score| order::place(at, score, config.level(score), &config);
        prop_assert!(place(at, low + more) <= place(at + behind, low));
    }
}

/// A praise among outages that come as fast as they can be served, for a day.
#[test]
fn under_a_day_of_outages_a_praise_is_served_in_time_and_by_level_alone_it_is_not() {
    let config = weights();
    let outage = |n: i64| Waiting { heard_at: n * 60 * SECOND, score: 95, level: Level::P1 };
    let mut waiting: Vec<_> = (0..1_440).map(outage).collect();
    waiting.insert(0, Waiting { heard_at: 0, score: -20, level: Level::P5 });
    let place = |one: &Waiting| order::place(one.heard_at, one.score, one.level, &config);
    let bound = order::most_head_start(&config);
    let in_time = serve(&waiting, 60 * SECOND, place)[0];
    assert!((1..=bound + 60 * SECOND).contains(&in_time), "served after {} s", in_time / SECOND);
    let strict = serve(&waiting, 60 * SECOND, |one| one.level as i64)[0];
    assert!(strict >= 1_440 * 60 * SECOND, "by level alone it waits for the end of the day");
}
