//! What time has passed over is told, and refuses nothing.

use rules::{Gravity, Rules};

use crate::small::{NOON, SMALL, source};

const DAY: i64 = 24 * 3_600_000_000;

fn told(days: i64) -> Vec<String> {
    let problems = Rules::problems(&[source(SMALL)], NOON + days * DAY);
    assert!(problems.iter().all(|problem| problem.gravity == Gravity::Stale));
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn what_time_has_passed_over_is_told_on_the_day_it_does() {
    let rules = Rules::load(&[source(SMALL)]).unwrap();
    let unconfirmed = "rules.toml, line 36: stale: nobody has confirmed \"Ann\" for 91 days; ask them, and write today's date";
    let holidays = "rules.toml, line 10: stale: calendar \"office\" knows no holiday after 2026-12-28; enter those of the coming year";
    let run_out =
        "rules.toml, line 88: stale: playbook entry \"rest\" has run out; prolong or remove it";
    let cases: [(i64, &[&str]); 5] = [
        (0, &[]),
        (35, &[]),
        (36, &[holidays]),
        (39, &[holidays, run_out]),
        (69, &[holidays, unconfirmed, run_out]),
    ];
    for (days, expected) in cases {
        assert_eq!(told(days), expected, "{days}");
        let is_stale = expected.contains(&unconfirmed);
        assert_eq!(rules.stale_persons(NOON + days * DAY), usize::from(is_stale), "{days}");
    }
}

#[test]
fn somebody_who_has_left_leaves_a_duty_behind() {
    let told = told(240);
    assert!(
        told.iter().any(|t| t.contains("line 35: stale: \"Ann\" has left; name who took over")),
        "{told:#?}"
    );
    assert!(
        told.iter().any(|t| t.contains("line 39: stale: nobody of the duty \"lead\" is there")),
        "{told:#?}"
    );
}
