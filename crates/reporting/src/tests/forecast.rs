//! Measurements of candidates, drift and the forecast.

use mention::{CandidateScores, Scored, topics};
use stage::TimeDelta;
use stage::memory::MemoryBroker;

use super::lifecycle::{LifecycleEnd, MentionLifecycle, put};
use super::measurements::{assert_measured, lifecycle_at, measure};
use crate::Config;
use crate::config::start_of_hour;

#[test]
fn the_answers_of_a_candidate_are_compared_with_the_active_model() {
    let broker = MemoryBroker::new(1);
    for (minute, needs_answer) in [(1, 0.9), (2, 0.1)] {
        let lifecycle = lifecycle_at(minute, 1, LifecycleEnd::Routed);
        let mut scored = Scored { mention: lifecycle.mention(), ..Scored::default() };
        scored.understanding.needs_answer = Some(0.8);
        let shadow =
            CandidateScores { needs_answer: Some(needs_answer), ..CandidateScores::default() };
        scored.understanding.shadow = Some(shadow);
        put(&broker, &lifecycle, topics::SCORED, lifecycle.received_at, &scored);
    }
    lifecycle_at(3, 2, LifecycleEnd::Routed).write(&broker);
    let measured =
        measure(&broker, &Config::default(), start_of_hour(400_000) + 50 * TimeDelta::MINUTE);
    let expected = [
        ("harken_shadow_answers_total acme sentiment agreed", 2.0),
        ("harken_shadow_answers_total acme needs_answer agreed", 1.0),
        ("harken_shadow_answers_total acme needs_answer differed", 1.0),
    ];
    assert_measured(&measured, &expected);
}

#[test]
fn scores_distributed_differently_from_the_first_week_have_drifted() {
    let scored = |broker: &MemoryBroker, hour: i64, complaint: f32, model: &str| {
        let lifecycle = MentionLifecycle {
            received_at: start_of_hour(400_000 + hour),
            ..lifecycle_at(0, 1, LifecycleEnd::Routed)
        };
        let mut scored = Scored { mention: lifecycle.mention(), ..Scored::default() };
        (scored.understanding.complaint, scored.understanding.model) =
            (Some(complaint), model.to_owned());
        put(broker, &lifecycle, topics::SCORED, lifecycle.received_at, &scored);
    };
    let drift = |later: &dyn Fn(i64) -> f32, model: &str| {
        let broker = MemoryBroker::new(1);
        (0..168).for_each(|hour| (0..10).for_each(|n| scored(&broker, hour, n as f32 / 10.0, "a")));
        for hour in 168..192 {
            (0..50).for_each(|n| scored(&broker, hour, later(n), model));
        }
        let read =
            |until: i64| measure(&broker, &Config::default(), start_of_hour(400_000 + until));
        read(193)["harken_score_drift_index acme complaint"]
    };
    let same = drift(&|n| (n % 10) as f32 / 10.0, "a");
    assert!(same < 0.1, "{same}");
    let moved = drift(&|n| if n % 2 == 0 { 0.95 } else { (n % 10) as f32 / 10.0 }, "a");
    assert!(moved > 0.25, "{moved}");
    assert_eq!(drift(&|_| 0.95, "b"), 0.0, "each model has its own reference");
}

#[test]
fn the_next_hour_is_forecast_after_four_weeks_of_history() {
    for (weeks, is_expected) in [(3, false), (5, true)] {
        let broker = MemoryBroker::new(2);
        for day in 0..weeks * 7 {
            for author in 0..4 {
                let received_at =
                    start_of_hour(400_008 + day * 24) + i64::from(author) * TimeDelta::MINUTE;
                MentionLifecycle { received_at, ..lifecycle_at(0, author, LifecycleEnd::Routed) }
                    .write(&broker);
            }
        }
        let until = start_of_hour(400_008 + weeks * 7 * 24 - 1) + 10 * TimeDelta::MINUTE;
        let measured = measure(&broker, &Config::default(), until);
        let mean = measured.get("harken_forecast_answers acme mean").copied();
        assert_eq!(mean.is_some(), is_expected, "{mean:?}");
        if let Some(mean) = mean {
            assert!((2.0..6.0).contains(&mean), "{mean}");
            assert!(measured["harken_forecast_agents acme erlang_c"] >= 1.0);
            assert!(measured["harken_forecast_agents acme backlog_simulation"] >= 1.0);
        }
    }
}
