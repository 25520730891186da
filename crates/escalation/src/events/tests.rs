use super::*;
use crate::{Running, Settings};
use CaseEventKind::{
    Accepted, Capacity, LabelCorrected, PeerAnswered, Reassigned, Reopened, Resolved, Responded,
    Returned,
};
use mention::{Routed, Stopped};
use rules::Rules;
use stage::Wire;

const MINUTE: Micros = 60_000_000;

fn rules() -> Rules {
    Rules::load(&rules::northline()).unwrap_or_else(|problems| panic!("{problems:?}"))
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
    let (rules, settings) = (rules(), settings());
    clocks::start_all(&mut case, 0, By { rules: &rules, settings: &settings });
    case
}

fn settings() -> Settings {
    Settings { idle_after: Some(240 * MINUTE), ..Settings::default() }
}

/// Applies an event whose record is of this minute; gives what is told of it.
fn told(case: &mut Case, event: &CaseEvent, time: Micros) -> (Heard, Vec<Routed>) {
    let (rules, settings, mut out) = (rules(), settings(), Vec::new());
    let author = Author::read(b"northline/x/alice").unwrap();
    let by = By { rules: &rules, settings: &settings };
    let heard = super::apply(case, event, &author, time, by, &mut out);
    let records = out.into_iter().map(|out| match out {
        Out::Routed(routed) => *routed,
        other => panic!("{other:?}"),
    });
    (heard, records.collect())
}

fn apply(case: &mut Case, event: &CaseEvent, time: Micros) -> Heard {
    told(case, event, time).0
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
    let cases: [(&[(CaseEventKind, i64)], &str); 18] = [
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
        (&[(Returned, 2), (Responded, 1)], "A R"),
        (&[(Resolved, 1), (Reopened, 3), (Responded, 2)], "A S R"),
    ];
    for (events, expected) in cases {
        let mut case = case();
        for (kind, minute) in events {
            apply(&mut case, &event(*kind, *minute), 10 * MINUTE);
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
        assert_eq!(apply(&mut heard, &event, MINUTE), Heard::Nothing);
        assert_eq!(heard, case());
    }
}

#[test]
fn a_case_handed_back_keeps_its_owner_and_calls_the_next_contact() {
    let rules = rules();
    let mut case = case();
    apply(&mut case, &event(Accepted, 1), MINUTE);
    apply(&mut case, &event(Returned, 2), 2 * MINUTE);
    assert_eq!(case.owner, "care-urgent");
    let due_at = 12 * MINUTE;
    let (next_at, started_at) = (Some(due_at), 2 * MINUTE);
    let expected = Running { due_at, next_at, step: 0, started_at, is_foreseen: false };
    assert_eq!(case.acknowledge, Some(expected));
    assert_eq!(clocks::next_contact(&case, &rules), "care-manager");
    apply(&mut case, &event(Returned, 3), 3 * MINUTE);
    apply(&mut case, &event(Returned, 4), 4 * MINUTE);
    apply(&mut case, &event(Returned, 5), 5 * MINUTE);
    assert_eq!(clocks::next_contact(&case, &rules), "head-of-care", "the last one stays");
    // Contacts called before somebody accepted it are not called again.
    let mut late = super::tests::case();
    late.acknowledge = Some(Running { step: 1, ..Running::default() });
    apply(&mut late, &event(Accepted, 1), MINUTE);
    apply(&mut late, &event(Returned, 2), MINUTE);
    assert_eq!(clocks::next_contact(&late, &rules), "head-of-care");
}

#[test]
fn a_lane_that_is_handed_back_or_reopened_still_waits_for_nobody() {
    let mut lane = Case { id: 1, ..Case::default() };
    for (kind, minute) in [(Accepted, 1), (Returned, 2), (Resolved, 3), (Reopened, 4)] {
        apply(&mut lane, &event(kind, minute), minute * MINUTE);
    }
    assert_eq!(clocks_of(&lane), "");
}

#[test]
fn what_happened_is_told_once_with_the_clock_it_stops() {
    let mut case = case();
    let mut said = Vec::new();
    for (kind, minute) in [(Accepted, 4), (Accepted, 5), (Responded, 20), (Resolved, 500)] {
        said.extend(told(&mut case, &event(kind, minute), minute * MINUTE).1);
    }
    let stopped = |clock, minutes: i64, is_in_time| {
        Some(Stopped { clock, counted: minutes * MINUTE, is_in_time })
    };
    let expected = [
        (Disposition::Accepted, stopped(Clock::Acknowledge, 4, true)),
        (Disposition::Responded, stopped(Clock::Respond, 20, true)),
        (Disposition::Resolved, stopped(Clock::Resolve, 500, false)),
    ];
    let is: Vec<_> = said.iter().map(|record| (record.disposition, record.stopped)).collect();
    assert_eq!(is, expected);
    assert_eq!(
        said[1].route.explanation,
        "care-urgent has answered the author, after 20m of working time, in time."
    );
    let ids: Vec<_> = said.iter().map(|record| record.decision_id.as_str()).collect();
    assert_eq!(
        ids,
        ["0000000000000001-case-1", "0000000000000001-case-2", "0000000000000001-case-3"]
    );
    assert!(said.iter().all(|record| record.disposition.is_about_case()));
    assert_eq!((said[0].mention_id.as_str(), said[0].decided_at), ("northline/x/", 4 * MINUTE));
}

#[test]
fn an_event_heard_twice_by_its_id_is_one_event_whenever_it_is_said_to_have_happened() {
    let mut case = case();
    let once = CaseEvent { event_id: "e1".into(), ..event(Returned, 1) };
    assert_eq!(apply(&mut case, &once, MINUTE), Heard::Applied);
    let again = CaseEvent { occurred_at: 9 * MINUTE, ..once };
    let before = case.clone();
    assert_eq!(apply(&mut case, &again, 9 * MINUTE), Heard::Nothing);
    assert_eq!(case, before);
    let another = CaseEvent { event_id: "e2".into(), ..again };
    assert_eq!(apply(&mut case, &another, 9 * MINUTE), Heard::Applied);
}

#[test]
fn a_case_changes_hands_only_to_a_team_there_is_and_must_be_accepted_anew() {
    let to =
        |team: Option<&str>| CaseEvent { team: team.map(str::to_owned), ..event(Reassigned, 6) };
    let mut case = case();
    apply(&mut case, &event(Accepted, 1), MINUTE);
    assert!(matches!(apply(&mut case, &to(None), 6 * MINUTE), Heard::Refused(_)));
    assert!(matches!(apply(&mut case, &to(Some("nobody")), 6 * MINUTE), Heard::Refused(_)));
    assert_eq!(case.owner, "care-urgent");
    let (_, said) = told(&mut case, &to(Some("press")), 6 * MINUTE);
    assert_eq!((case.owner.as_str(), case.is_accepted), ("press", false));
    assert_eq!(case.acknowledge.map(|clock| clock.due_at), Some(16 * MINUTE));
    assert_eq!(case.respond.map(|clock| clock.due_at), Some(30 * MINUTE), "the author still waits");
    assert_eq!(said[0].disposition, Disposition::HandedOff);
    assert_eq!(said[0].route.watchers, ["care-urgent"], "the former owner is told");
    let taken = CaseEvent { team: Some("care".into()), ..event(Accepted, 7) };
    apply(&mut case, &taken, 7 * MINUTE);
    assert_eq!((case.owner.as_str(), case.is_accepted), ("care", true), "whoever takes it has it");
}

#[test]
fn what_a_bot_hands_over_counts_from_the_hand_over() {
    // The author writes at 11:00; hand-over 11:02, agent 11:30: 28 minutes.
    let mut case = case();
    let bot = CaseEvent { is_bot: true, ..event(Responded, 1) };
    assert_eq!(apply(&mut case, &bot, MINUTE), Heard::Nothing);
    let over = CaseEvent { is_bot: true, team: Some("care".into()), ..event(Reassigned, 2) };
    apply(&mut case, &over, 2 * MINUTE);
    let (heard, said) = told(&mut case, &event(Responded, 30), 30 * MINUTE);
    assert_eq!(heard, Heard::Answered(2 * MINUTE));
    let stopped =
        said.iter().find_map(|record| record.stopped.filter(|s| s.clock == Clock::Respond));
    assert_eq!(stopped.map(|stopped| stopped.counted), Some(28 * MINUTE));
}

#[test]
fn a_peers_answer_makes_a_case_less_urgent_once_and_closes_nothing() {
    let mut case = case();
    let (heard, said) = told(&mut case, &event(PeerAnswered, 5), 5 * MINUTE);
    assert_eq!((heard, said[0].disposition), (Heard::Applied, Disposition::Eased));
    assert_eq!((case.level, clocks_of(&case)), (Level::P3, "A S R".to_owned()));
    assert_eq!(case.respond.map(|clock| clock.due_at), Some(120 * MINUTE));
    assert_eq!(apply(&mut case, &event(PeerAnswered, 6), 6 * MINUTE), Heard::Nothing);
    assert_eq!(case.level, Level::P3);
}

#[test]
fn whoever_answered_is_remembered_and_an_answer_from_before_the_question_stops_nothing() {
    let mut case = case();
    let answer = CaseEvent { by: "Ana".into(), ..event(Responded, 5) };
    apply(&mut case, &answer, 5 * MINUTE);
    assert_eq!(case.last_agent.as_deref(), Some("Ana"));
    case.respond =
        Some(Running { started_at: 20 * MINUTE, due_at: 50 * MINUTE, ..Running::default() });
    apply(&mut case, &event(Responded, 10), 21 * MINUTE);
    assert!(case.respond.is_some(), "it was written before the author asked again");
    apply(&mut case, &event(Responded, 22), 23 * MINUTE);
    assert!(case.respond.is_none());
}

#[test]
fn an_owner_who_has_accepted_is_minded_while_the_author_waits() {
    let mut case = case();
    assert_eq!(case.idle_at, None);
    apply(&mut case, &event(Accepted, 3), 3 * MINUTE);
    assert_eq!(case.idle_at, Some(243 * MINUTE));
    apply(&mut case, &event(Responded, 5), 5 * MINUTE);
    assert_eq!(case.idle_at, None);
    assert_eq!(apply(&mut case, &event(Capacity, 6), 6 * MINUTE), Heard::Nothing);
}
