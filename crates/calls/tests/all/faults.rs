//! Every fault plan gives the same calls, changelog and dead letters.

use calls::{Bounds, Calls, Config};
use mention::topics;
use stage::fault_injection::{RunOutcome, assert_fault_tolerant, run_to_end};
use stage::{EventTime, TimeDelta};

use crate::storm::{self, Escalation, START};

/// Calls at once, held cases, a summary before a record, cases beyond a full list, an eviction.
fn afternoon() -> Vec<Escalation> {
    let at = |seconds: i64| START + seconds * TimeDelta::SECOND;
    let mut storm = Vec::new();
    for n in 0..6 {
        storm.push(Escalation::new(at(n), "ada", &format!("p{}", n % 2), &n.to_string()));
        storm.push(Escalation::new(at(2 * n), "bob", "p0", &n.to_string()));
    }
    storm.push(Escalation::new(at(70), "ada", "p0", "7"));
    storm.push(Escalation::new(at(71), "cem", "p1", "1"));
    storm.push(Escalation::new(at(72), "dee", "p1", "1"));
    storm.push(Escalation::new(at(73), "dee", "p1", "2"));
    storm.push(Escalation::new(at(4_000), "ada", "p0", "8"));
    storm
}

#[test]
fn faults_change_neither_calls_nor_state() {
    let memory = Bounds { contacts_most: 2, cases_most: 5 };
    let config = Config { per_hour: 3, memory, ..Config::default() };
    let ends: [Option<EventTime>; 3] =
        [None, Some(START + 2 * TimeDelta::HOUR), Some(START + 1_000 * TimeDelta::HOUR)];
    for end in ends {
        let plans = assert_fault_tolerant(end, &|plan| {
            let broker = storm::broker(2, &afternoon());
            broker.append(topics::RAISED, START, b"x", Some(b"no escalation".to_vec()));
            run_to_end(Calls::new(config), (), &broker, plan);
            RunOutcome::read(&broker, &[topics::CALL], &["calls"])
        });
        assert!(plans >= 300, "{plans}");
    }
}

#[test]
fn contacts_that_nothing_limits_any_more_are_forgotten() {
    let broker = storm::broker(1, &afternoon());
    storm::run(&broker, Config::default(), START + 1_000 * TimeDelta::HOUR);
    assert_eq!(broker.changelog("calls"), []);
}
