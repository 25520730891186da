use super::*;
use crate::Running;
use crate::rules::{NORTHLINE, parse};
use CaseEventKind::{Accepted, LabelCorrected, Reopened, Resolved, Responded, Returned};
use mention::Level;

const MINUTE: Micros = 60_000_000;

fn rules() -> Rules {
    parse(NORTHLINE).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn case() -> Case {
    let mut case = Case {
        id: 1,
        level: Level::P2,
        owner: "care-urgent".into(),
        policy: "urgent".into(),
        path: "care-duty".into(),
        live: 1,
        ..Case::default()
    };
    clocks::start_all(&mut case, 0, &rules());
    case
}

fn event(kind: CaseEventKind, minute: i64) -> CaseEvent {
    CaseEvent { case_id: name(1), kind, occurred_at: minute * MINUTE, ..CaseEvent::default() }
}

/// The clocks that run: A, S (response), R; and whether the case is closed.
fn clocks_of(case: &Case) -> String {
    let clocks = [("A", case.acknowledge), ("S", case.respond), ("R", case.resolve)];
    let running = clocks.into_iter().filter(|(_, clock)| clock.is_some()).map(|(name, _)| name);
    running.chain(case.is_closed.then_some("closed")).collect::<Vec<_>>().join(" ")
}

#[test]
fn whatever_the_order_of_events_the_clocks_that_run_are_defined() {
    let cases: [(&[(CaseEventKind, i64)], &str); 16] = [
        (&[], "A S R"),
        (&[(Accepted, 1)], "S R"),
        (&[(Responded, 1)], "R"),
        (&[(Accepted, 1), (Responded, 2), (Resolved, 3)], "closed"),
        (&[(Resolved, 1)], "closed"),
        (&[(Resolved, 1), (Responded, 2)], "closed"),
        (&[(Accepted, 1), (Returned, 2)], "A S R"),
        (&[(Returned, 2), (Accepted, 1)], "A S R"),
        (&[(Responded, 2), (Accepted, 1)], "R"),
        (&[(Responded, 1), (Returned, 2)], "A R"),
        (&[(Resolved, 1), (Reopened, 2)], "A S R"),
        (&[(Reopened, 2), (Resolved, 1)], "A S R"),
        (&[(Resolved, 2), (Reopened, 1)], "closed"),
        (&[(Resolved, 1), (Resolved, 1), (Reopened, 2), (Resolved, 1)], "A S R"),
        (&[(Accepted, 1), (Responded, 1)], "R"),
        (&[(LabelCorrected, 9), (Accepted, 1)], "S R"),
    ];
    for (events, expected) in cases {
        let mut case = case();
        for (kind, minute) in events {
            apply(&mut case, &event(*kind, *minute), 10 * MINUTE, &rules());
        }
        assert_eq!(clocks_of(&case), expected, "{events:?}");
    }
}

#[test]
fn a_bot_stops_no_clock_and_another_case_is_not_touched() {
    let bot = CaseEvent { is_bot: true, ..event(Responded, 1) };
    let other = CaseEvent { case_id: name(2), ..event(Resolved, 1) };
    for event in [bot, other, event(LabelCorrected, 1)] {
        let mut heard = case();
        assert!(!apply(&mut heard, &event, MINUTE, &rules()));
        assert_eq!(heard, case());
    }
}

#[test]
fn a_case_handed_back_keeps_its_owner_and_calls_the_next_contact() {
    let rules = rules();
    let mut case = case();
    apply(&mut case, &event(Accepted, 1), MINUTE, &rules);
    apply(&mut case, &event(Returned, 2), 2 * MINUTE, &rules);
    assert_eq!(case.owner, "care-urgent");
    let due_at = 12 * MINUTE;
    assert_eq!(case.acknowledge, Some(Running { due_at, next_at: Some(due_at), step: 0 }));
    assert_eq!(clocks::next_contact(&case, &rules), "care-manager");
    apply(&mut case, &event(Returned, 3), 3 * MINUTE, &rules);
    apply(&mut case, &event(Returned, 4), 4 * MINUTE, &rules);
    apply(&mut case, &event(Returned, 5), 5 * MINUTE, &rules);
    assert_eq!(clocks::next_contact(&case, &rules), "head-of-care", "the last one stays");
    // Contacts called before somebody accepted it are not called again.
    let mut late = super::tests::case();
    late.acknowledge = Some(Running { due_at: 0, next_at: None, step: 1 });
    apply(&mut late, &event(Accepted, 1), MINUTE, &rules);
    apply(&mut late, &event(Returned, 2), MINUTE, &rules);
    assert_eq!(clocks::next_contact(&late, &rules), "head-of-care");
}

#[test]
fn a_lane_that_is_handed_back_or_reopened_still_waits_for_nobody() {
    let mut lane = Case { id: 1, ..Case::default() };
    for (kind, minute) in [(Accepted, 1), (Returned, 2), (Resolved, 3), (Reopened, 4)] {
        apply(&mut lane, &event(kind, minute), minute * MINUTE, &rules());
    }
    assert_eq!(clocks_of(&lane), "");
}
