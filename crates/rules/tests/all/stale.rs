//! Stale entries are reported and do not reject the rules.

use rules::{Rules, Severity};
use stage::TimeDelta;

use crate::small::{NOON, SMALL, source};

fn stale_problems(days: i64) -> Vec<String> {
    let problems = Rules::problems(&[source(SMALL)], NOON + days * TimeDelta::DAY);
    assert!(problems.iter().all(|problem| problem.severity == Severity::Stale));
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn an_entry_is_reported_from_the_day_on_which_it_becomes_stale() {
    let rules = Rules::load(&[source(SMALL)]).unwrap();
    let unconfirmed = "rules.toml, line 36: stale: \"Ann\" was last confirmed 91 days ago; ask them and update `confirmed`";
    let holidays = "rules.toml, line 10: stale: calendar \"office\" has no holiday after 2026-12-28; add those of the coming year";
    let run_out =
        "rules.toml, line 88: stale: playbook entry \"rest\" has expired; extend or remove it";
    let cases: [(i64, &[&str]); 5] = [
        (0, &[]),
        (35, &[]),
        (36, &[holidays]),
        (39, &[holidays, run_out]),
        (69, &[holidays, unconfirmed, run_out]),
    ];
    for (days, expected) in cases {
        assert_eq!(stale_problems(days), expected, "{days}");
        let is_stale = expected.contains(&unconfirmed);
        assert_eq!(
            rules.stale_persons(NOON + days * TimeDelta::DAY),
            usize::from(is_stale),
            "{days}"
        );
    }
}

#[test]
fn a_person_who_has_left_makes_their_duty_stale() {
    let problems = stale_problems(240);
    assert!(
        problems.iter().any(|t| t.contains("line 35: stale: \"Ann\" has left; name the successor")),
        "{problems:#?}"
    );
    assert!(
        problems.iter().any(|t| t.contains("line 39: stale: duty \"lead\" has no valid person")),
        "{problems:#?}"
    );
}
