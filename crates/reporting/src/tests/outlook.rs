//! Candidates, drift and the next hour, as Prometheus is shown them.

use mention::{Scored, Shadow, topics};
use stage::memory::Broker;

use super::journey::{End, HOUR, Journey, MINUTE, put};
use super::readings::{assert_reads, at, readings};
use crate::Settings;

#[test]
fn a_candidate_is_counted_beside_the_model_that_decides() {
    let broker = Broker::new(1);
    for (minute, needs_answer) in [(1, 0.9), (2, 0.1)] {
        let journey = at(minute, 1, End::Routed);
        let mut scored = Scored { mention: journey.mention(), ..Scored::default() };
        scored.understanding.needs_answer = Some(0.8);
        let shadow = Shadow { needs_answer: Some(needs_answer), ..Shadow::default() };
        scored.understanding.shadow = Some(shadow);
        put(&broker, &journey, topics::SCORED, journey.received_at, &scored);
    }
    at(3, 2, End::Routed).write(&broker);
    let readings = readings(&broker, &Settings::default(), 400_000 * HOUR + 50 * MINUTE);
    let expected = [
        ("harken_shadow_answers_total acme sentiment agreed", 2.0),
        ("harken_shadow_answers_total acme needs_answer agreed", 1.0),
        ("harken_shadow_answers_total acme needs_answer differed", 1.0),
    ];
    assert_reads(&readings, &expected);
}

#[test]
fn scores_that_are_spread_otherwise_than_in_the_first_week_have_drifted() {
    let scored = |broker: &Broker, hour: i64, complaint: f32, model: &str| {
        let journey = Journey { received_at: (400_000 + hour) * HOUR, ..at(0, 1, End::Routed) };
        let mut scored = Scored { mention: journey.mention(), ..Scored::default() };
        (scored.understanding.complaint, scored.understanding.model) =
            (Some(complaint), model.to_owned());
        put(broker, &journey, topics::SCORED, journey.received_at, &scored);
    };
    let drift = |later: &dyn Fn(i64) -> f32, model: &str| {
        let broker = Broker::new(1);
        (0..168).for_each(|hour| (0..10).for_each(|n| scored(&broker, hour, n as f32 / 10.0, "a")));
        for hour in 168..192 {
            (0..50).for_each(|n| scored(&broker, hour, later(n), model));
        }
        let read = |until: i64| readings(&broker, &Settings::default(), (400_000 + until) * HOUR);
        read(193)["harken_score_drift_index acme complaint"]
    };
    let same = drift(&|n| (n % 10) as f32 / 10.0, "a");
    assert!(same < 0.1, "{same}");
    let moved = drift(&|n| if n % 2 == 0 { 0.95 } else { (n % 10) as f32 / 10.0 }, "a");
    assert!(moved > 0.25, "{moved}");
    assert_eq!(drift(&|_| 0.95, "b"), 0.0, "another model has another reference");
}

#[test]
fn the_next_hour_is_expected_once_four_weeks_are_known() {
    for (weeks, is_expected) in [(3, false), (5, true)] {
        let broker = Broker::new(2);
        for day in 0..weeks * 7 {
            for author in 0..4 {
                let received_at = (400_008 + day * 24) * HOUR + i64::from(author) * MINUTE;
                Journey { received_at, ..at(0, author, End::Routed) }.write(&broker);
            }
        }
        let until = (400_008 + weeks * 7 * 24 - 1) * HOUR + 10 * MINUTE;
        let readings = readings(&broker, &Settings::default(), until);
        let mean = readings.get("harken_forecast_answers acme mean").copied();
        assert_eq!(mean.is_some(), is_expected, "{mean:?}");
        if let Some(mean) = mean {
            assert!((2.0..6.0).contains(&mean), "{mean}");
            assert!(readings["harken_forecast_agents acme erlang_c"] >= 1.0);
            assert!(readings["harken_forecast_agents acme backlog_simulation"] >= 1.0);
        }
    }
}
