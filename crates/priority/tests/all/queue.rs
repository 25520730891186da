//! A queue served by place bounds the waiting time; one served by level alone does not.

use mention::{Level, Novelty, Prioritized};
use priority::order;
use proptest::prelude::*;
use stage::memory::MemoryBroker;
use stage::{EventTime, TimeDelta};

use crate::scene::{append, complaint, edited, prioritized, profile, run, second, weights};

#[derive(Debug, Clone, Copy)]
struct QueuedMention {
    received_at: EventTime,
    score: i32,
    level: Level,
}

/// The time at which each mention is served by one agent, who needs `service` for each and always
/// takes the waiting mention with the least `rank`.
fn serve<R: Ord>(
    waiting: &[QueuedMention],
    service: TimeDelta,
    rank: impl Fn(&QueuedMention) -> R,
) -> Vec<EventTime> {
    let mut served = vec![None; waiting.len()];
    let mut now = EventTime::default();
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
    let one = (0..4 * TimeDelta::HOUR.as_micros(), -2_000..3_000_i32, any::<bool>());
    proptest::collection::vec(one, 1..120).prop_map(|all| {
        let of = |(received_at, score, is_raised)| {
            let level = weights().level(score);
            let level = if is_raised { level.min(Level::P1) } else { level };
            let received_at = EventTime::from_micros(received_at);
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
        let service = TimeDelta::from_secs(service);
        let served = serve(&waiting, service, place);
        let bound = order::max_head_start(&weights);
        for (one, at) in waiting.iter().zip(&served) {
            // The agent is never idle while it waits, and only mentions received within the bound
            // can be served first.
            let ahead = waiting.iter().filter(|other| other.received_at <= one.received_at + bound);
            let work = ahead.count() as i64 * service;
            prop_assert!(*at <= one.received_at + work, "{one:?} served at {at}");
            let later = waiting.iter().zip(&served);
            for (other, _) in later.filter(|(other, _)| other.received_at > one.received_at + bound) {
                prop_assert!(place(one) < place(other), "{other:?} overtakes {one:?}");
            }
        }
    }

    #[test]
    fn a_mention_with_a_higher_score_received_no_later_is_served_first(
        at in 0..1_000_000_000_i64,
        behind in 0..1_000_000_000_i64,
        scores in (-500..500_i32, 0..500_i32),
    ) {
        let weights = weights();
        let (low, more) = scores;
        let place = |at, score| order::place(at, score, weights.level(score), &weights);
        let (at, behind) = (EventTime::from_micros(at), TimeDelta::from_micros(behind));
        prop_assert!(place(at, low + more) <= place(at + behind, low));
    }
}

/// For a day, outages arrive as fast as they can be served, and one praise waits among them.
#[test]
fn praise_among_outages_is_served_within_the_bound_by_place_but_not_by_level() {
    let weights = weights();
    let outage =
        |n: i64| QueuedMention { received_at: second(n * 60), score: 95, level: Level::P1 };
    let mut waiting: Vec<_> = (0..1_440).map(outage).collect();
    waiting.insert(0, QueuedMention { received_at: second(0), score: -20, level: Level::P5 });
    let place = |one: &QueuedMention| order::place(one.received_at, one.score, one.level, &weights);
    let bound = order::max_head_start(&weights);
    let waited = serve(&waiting, TimeDelta::MINUTE, place)[0] - waiting[0].received_at;
    let is_in_time = waited > TimeDelta::ZERO && waited <= bound + TimeDelta::MINUTE;
    assert!(is_in_time, "served after {} s", waited.as_secs());
    let strict = serve(&waiting, TimeDelta::MINUTE, |one| one.level)[0];
    assert!(
        strict - waiting[0].received_at >= TimeDelta::DAY,
        "by level alone it waits until the outages end"
    );
}

#[test]
fn a_place_is_the_received_time_less_a_head_start_for_each_point() {
    // Seconds. The sample weights give -75 points at least: spam (-60) in a positive text (-15).
    let cases = [
        ("the least score has no head start", 10_000, -75, Level::P5, 60, 10_000),
        ("one point more is one minute ahead", 10_000, -74, Level::P5, 60, 9_940),
        ("no points are 75 more than the least", 10_000, 0, Level::P5, 60, 5_500),
        ("a point may be worth one second", 10_000, 0, Level::P5, 1, 9_925),
        ("a later mention is as much later in the queue", 10_007, 0, Level::P5, 1, 9_932),
        ("a floor counts as the least score of its level", 20_000, 0, Level::P1, 60, 9_500),
        ("a score above that counts itself", 20_000, 110, Level::P1, 60, 8_900),
        ("a score below the least counts as the least", 10_000, -500, Level::P5, 60, 10_000),
        ("the place of an early mention is negative", 0, 0, Level::P5, 60, -4_500),
    ];
    for (case, received_at, score, level, seconds_per_point, expected) in cases {
        let mut weights = weights();
        weights.seconds_per_point = seconds_per_point;
        let place = order::place(second(received_at), score, level, &weights);
        assert_eq!(place, second(expected), "{case}");
    }
    let greatest = order::place(second(0), i32::MAX, Level::P1, &weights());
    assert_eq!(
        second(0) - greatest,
        order::max_head_start(&weights()),
        "the head start is bounded"
    );
}

/// A mention without anything that gives points but its author's 100 followers.
fn statement(by: &str, id: &str, at: i64) -> mention::Scored {
    let mut scored = complaint(by, id, at, "lighthouse");
    scored.understanding = mention::Understanding {
        sentiment: Some(mention::Sentiment { negative: 0.0, neutral: 1.0, positive: 0.0 }),
        intents: vec![mention::IntentFinding { probability: 1.0, ..Default::default() }],
        ..mention::Understanding::default()
    };
    scored
}

/// The place that the sample weights give a decision about a mention received at this second.
fn place_of(fact: &Prioritized, received_at: i64) -> Option<EventTime> {
    let priority = &fact.priority;
    Some(order::place(second(received_at), priority.score, priority.level, &weights()))
}

#[test]
fn a_complaint_overtakes_a_statement_received_shortly_before_and_none_received_long_before() {
    let broker = MemoryBroker::new(1);
    append(&broker, &statement("ann", "statement", 10));
    append(&broker, &complaint("bob", "soon", 20 * 60, "my router is broken"));
    append(&broker, &complaint("eve", "late", 120 * 60, "my router is broken"));
    run(&broker, None);
    let mut facts = prioritized(&broker);
    let places: Vec<_> = facts.iter().map(|fact| fact.priority.place).collect();
    let received = facts.iter().zip([10, 20 * 60, 120 * 60]);
    assert_eq!(places, received.map(|(fact, at)| place_of(fact, at)).collect::<Vec<_>>());
    facts.sort_by_key(|fact| fact.priority.place);
    let order: Vec<_> = facts.iter().map(|fact| fact.mention.id.as_str()).collect();
    assert_eq!(order, ["soon", "statement", "late"]);
}

#[test]
fn a_revision_and_an_edit_have_new_places_from_the_time_of_the_first_version() {
    let broker = MemoryBroker::new(1);
    let first = complaint("ann", "1", 10, "my router is broken");
    append(&broker, &first);
    profile(&broker, "ann", 30, Some("platinum"));
    let mut calm = edited(first, Novelty::Edit, 50);
    calm.understanding = statement("ann", "1", 10).understanding;
    append(&broker, &calm);
    run(&broker, None);
    let facts = prioritized(&broker);
    assert_eq!(facts[2].mention.received_at, second(50));
    let places: Vec<_> = facts.iter().map(|fact| fact.priority.place).collect();
    assert_eq!(places, facts.iter().map(|fact| place_of(fact, 10)).collect::<Vec<_>>());
    assert!(places[1] < places[0], "the tier gives points");
    assert!(places[2] > places[0], "the edit takes points away");
}

#[test]
fn mentions_that_need_no_answer_have_a_place_too() {
    let broker = MemoryBroker::new(1);
    let mut own = complaint("ann", "1", 10, "sorry to hear that");
    own.mention.is_own = true;
    append(&broker, &own);
    let first = complaint("bob", "2", 20, "my router is broken");
    append(&broker, &first);
    append(&broker, &edited(first, Novelty::Withdrawal, 30));
    run(&broker, None);
    let facts = prioritized(&broker);
    let no_points = |received_at: i64| Some(second(received_at - 75 * 60));
    assert_eq!(facts[0].priority.place, no_points(10), "the brand's own mention");
    assert_eq!(facts[2].priority.place, no_points(20), "a withdrawn mention");
}
