use super::*;
use crate::case::RunningClock;
use crate::config::Config;
use CaseEventKind::{
    Accepted, Capacity, LabelCorrected, PeerAnswered, Reassigned, Reopened, Resolved, Responded,
    Returned,
};
use mention::{Disposition, Level, Routed, StoppedClock};
use rules::Rules;
use stage::{TimeDelta, Wire};

fn minute(minute: i64) -> EventTime {
    EventTime::from_micros(0) + minute * TimeDelta::MINUTE
}

fn rules() -> Rules {
    Rules::load(&rules::northline()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn case() -> CaseState {
    let mut case = CaseState {
        id: 1,
        level: Level::P2,
        owner: "care-urgent".into(),
        policy: "urgent".into(),
        path: "care-duty".into(),
        live_mentions: 1,
        ..CaseState::default()
    };
    let (rules, config) = (rules(), config());
    clocks::start_all(&mut case, minute(0), Context { rules: &rules, config: &config });
    case
}

fn next_contact(case: &CaseState) -> String {
    clocks::next_call(case, &rules()).unwrap().callee.contact
}

fn config() -> Config {
    Config { idle_after: Some(240 * TimeDelta::MINUTE), ..Config::default() }
}

/// Applies an event whose record has the event time of this minute; returns the control records as
/// well.
fn apply_with_records(
    case: &mut CaseState,
    event: &CaseEvent,
    at_minute: i64,
) -> (EventOutcome, Vec<Routed>) {
    let (rules, config, mut out) = (rules(), config(), Vec::new());
    let author = AuthorKey::read(b"northline/x/alice").unwrap();
    let context = Context { rules: &rules, config: &config };
    let outcome = super::apply(case, event, &author, minute(at_minute), context, &mut out);
    let records = out.into_iter().map(|out| match out {
        Out::Routed(routed) => *routed,
        other => panic!("{other:?}"),
    });
    (outcome, records.collect())
}

fn apply(case: &mut CaseState, event: &CaseEvent, at_minute: i64) -> EventOutcome {
    apply_with_records(case, event, at_minute).0
}

fn event(kind: CaseEventKind, at_minute: i64) -> CaseEvent {
    CaseEvent {
        case_id: format_case_id(1),
        kind,
        occurred_at: minute(at_minute),
        ..CaseEvent::default()
    }
}

/// The clocks that run: A, S (response), R; and whether the case is closed.
fn clocks_of(case: &CaseState) -> String {
    let clocks = [("A", case.acknowledge), ("S", case.respond), ("R", case.resolve)];
    let running = clocks.into_iter().filter(|(_, clock)| clock.is_some()).map(|(name, _)| name);
    running.chain(case.is_closed.then_some("closed")).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_running_clocks_do_not_depend_on_the_order_of_arrival() {
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
            apply(&mut case, &event(*kind, *minute), 10);
        }
        assert_eq!(clocks_of(&case), expected, "{events:?}");
    }
}

#[test]
fn a_bot_stops_no_clock_and_events_of_other_cases_have_no_effect() {
    let bot = CaseEvent { is_bot: true, ..event(Responded, 1) };
    let other = CaseEvent { case_id: format_case_id(2), ..event(Resolved, 1) };
    for event in [bot, other, event(LabelCorrected, 1)] {
        let mut outcome = case();
        assert_eq!(apply(&mut outcome, &event, 1), EventOutcome::Ignored);
        assert_eq!(outcome, case());
    }
}

#[test]
fn a_returned_case_keeps_its_owner_and_notifies_the_next_contact() {
    let mut case = case();
    apply(&mut case, &event(Accepted, 1), 1);
    apply(&mut case, &event(Returned, 2), 2);
    assert_eq!(case.owner, "care-urgent");
    let due_at = minute(12);
    let (next_at, started_at) = (Some(due_at), minute(2));
    let expected = RunningClock { due_at, next_at, started_at, ..RunningClock::default() };
    assert_eq!(case.acknowledge, Some(expected));
    assert_eq!(next_contact(&case), "care-manager");
    apply(&mut case, &event(Returned, 3), 3);
    apply(&mut case, &event(Returned, 4), 4);
    apply(&mut case, &event(Returned, 5), 5);
    assert_eq!(next_contact(&case), "head-of-care", "the last contact repeats");
    // Contacts that were notified before the acceptance are not notified again.
    let mut late = super::tests::case();
    late.acknowledge = Some(RunningClock { step: 1, ..RunningClock::default() });
    apply(&mut late, &event(Accepted, 1), 1);
    apply(&mut late, &event(Returned, 2), 1);
    assert_eq!(next_contact(&late), "head-of-care");
}

#[test]
fn a_lane_that_is_returned_or_reopened_still_has_no_clocks() {
    let mut lane = CaseState { id: 1, ..CaseState::default() };
    for (kind, minute) in [(Accepted, 1), (Returned, 2), (Resolved, 3), (Reopened, 4)] {
        apply(&mut lane, &event(kind, minute), minute);
    }
    assert_eq!(clocks_of(&lane), "");
}

#[test]
fn each_change_leaves_one_record_with_the_clock_it_stopped() {
    let mut case = case();
    let mut records = Vec::new();
    for (kind, minute) in [(Accepted, 4), (Accepted, 5), (Responded, 20), (Resolved, 500)] {
        records.extend(apply_with_records(&mut case, &event(kind, minute), minute).1);
    }
    let stopped = |clock, minutes: i64, is_in_time| {
        Some(StoppedClock {
            clock,
            counted: minutes * TimeDelta::MINUTE,
            is_in_time,
            ..StoppedClock::default()
        })
    };
    let expected = [
        (Disposition::Accepted, stopped(Clock::Acknowledge, 4, true)),
        (Disposition::Responded, stopped(Clock::Respond, 20, true)),
        (Disposition::Resolved, stopped(Clock::Resolve, 500, false)),
    ];
    let is: Vec<_> = records.iter().map(|record| (record.disposition, record.stopped)).collect();
    assert_eq!(is, expected);
    assert_eq!(
        records[1].route.explanation,
        "care-urgent responded to the author, after 20m of working time, in time."
    );
    let ids: Vec<_> = records.iter().map(|record| record.decision_id.as_str()).collect();
    assert_eq!(
        ids,
        ["0000000000000001-case-1", "0000000000000001-case-2", "0000000000000001-case-3"]
    );
    assert!(records.iter().all(|record| record.disposition.is_case_control()));
    assert_eq!(
        (records[0].mention_id.as_str(), records[0].decided_at),
        ("northline/x/", minute(4))
    );
}

#[test]
fn an_event_with_a_known_id_has_no_effect_whatever_its_time() {
    let mut case = case();
    let once = CaseEvent { event_id: "e1".into(), ..event(Returned, 1) };
    assert_eq!(apply(&mut case, &once, 1), EventOutcome::Applied);
    let again = CaseEvent { occurred_at: minute(9), ..once };
    let before = case.clone();
    assert_eq!(apply(&mut case, &again, 9), EventOutcome::Ignored);
    assert_eq!(case, before);
    let another = CaseEvent { event_id: "e2".into(), ..again };
    assert_eq!(apply(&mut case, &another, 9), EventOutcome::Applied);
}

#[test]
fn a_case_is_reassigned_only_to_existing_teams_and_must_be_acknowledged_again() {
    let to =
        |team: Option<&str>| CaseEvent { team: team.map(str::to_owned), ..event(Reassigned, 6) };
    let mut case = case();
    apply(&mut case, &event(Accepted, 1), 1);
    assert!(matches!(apply(&mut case, &to(None), 6), EventOutcome::Rejected(_)));
    assert!(matches!(apply(&mut case, &to(Some("unknown")), 6), EventOutcome::Rejected(_)));
    assert_eq!(case.owner, "care-urgent");
    let (_, records) = apply_with_records(&mut case, &to(Some("press")), 6);
    assert_eq!((case.owner.as_str(), case.is_accepted), ("press", false));
    assert_eq!(case.acknowledge.map(|clock| clock.due_at), Some(minute(16)));
    assert_eq!(case.respond.map(|clock| clock.due_at), Some(minute(30)), "the author still waits");
    assert_eq!(records[0].disposition, Disposition::HandedOff);
    assert_eq!(records[0].route.watchers, ["care-urgent"], "the former owner watches");
    let accepted = CaseEvent { team: Some("care".into()), ..event(Accepted, 7) };
    apply(&mut case, &accepted, 7);
    assert_eq!(
        (case.owner.as_str(), case.is_accepted),
        ("care", true),
        "the team that accepts becomes the owner"
    );
}

#[test]
fn after_a_bot_the_response_clock_starts_at_the_hand_off() {
    // The author writes at minute 0, the bot hands off at 2, the agent answers at 30: 28 minutes.
    let mut case = case();
    let bot = CaseEvent { is_bot: true, ..event(Responded, 1) };
    assert_eq!(apply(&mut case, &bot, 1), EventOutcome::Ignored);
    let hand_off = CaseEvent { is_bot: true, team: Some("care".into()), ..event(Reassigned, 2) };
    apply(&mut case, &hand_off, 2);
    let (outcome, records) = apply_with_records(&mut case, &event(Responded, 30), 30);
    assert_eq!(outcome, EventOutcome::Answered { at: minute(30), waiting_since: minute(2) });
    let stopped =
        records.iter().find_map(|record| record.stopped.filter(|s| s.clock == Clock::Respond));
    assert_eq!(stopped.map(|stopped| stopped.counted), Some(28 * TimeDelta::MINUTE));
}

#[test]
fn a_peer_answer_lowers_the_level_once_and_closes_nothing() {
    let mut case = case();
    let (outcome, records) = apply_with_records(&mut case, &event(PeerAnswered, 5), 5);
    assert_eq!((outcome, records[0].disposition), (EventOutcome::Applied, Disposition::Eased));
    assert_eq!((case.level, clocks_of(&case)), (Level::P3, "A S R".to_owned()));
    assert_eq!(case.respond.map(|clock| clock.due_at), Some(minute(120)));
    assert_eq!(apply(&mut case, &event(PeerAnswered, 6), 6), EventOutcome::Ignored);
    assert_eq!(case.level, Level::P3);
}

#[test]
fn the_last_agent_is_remembered_and_an_earlier_answer_stops_no_clock() {
    let mut case = case();
    let answer = CaseEvent { by: "Ana".into(), ..event(Responded, 5) };
    apply(&mut case, &answer, 5);
    assert_eq!(case.last_agent.as_deref(), Some("Ana"));
    case.respond = Some(RunningClock {
        started_at: minute(20),
        due_at: minute(50),
        ..RunningClock::default()
    });
    apply(&mut case, &event(Responded, 10), 21);
    assert!(case.respond.is_some(), "it was written before the author wrote again");
    apply(&mut case, &event(Responded, 22), 23);
    assert!(case.respond.is_none());
}

#[test]
fn the_idle_check_runs_while_the_author_waits_for_an_accepting_owner() {
    let mut case = case();
    assert_eq!(case.idle_at, None);
    apply(&mut case, &event(Accepted, 3), 3);
    assert_eq!(case.idle_at, Some(minute(243)));
    apply(&mut case, &event(Responded, 5), 5);
    assert_eq!(case.idle_at, None);
    assert_eq!(apply(&mut case, &event(Capacity, 6), 6), EventOutcome::Ignored);
}

/// The response clock of [`case`] that an answer of minute `occurred` stops, if its record is appended
/// at minute `appended`: the minutes counted, whether it is in time, whether the claim is disputed.
fn stopped_response(case: &mut CaseState, occurred: i64, appended: i64) -> (i64, bool, bool, bool) {
    let (_, records) = apply_with_records(case, &event(Responded, occurred), appended);
    let mut stopped = records.iter().filter_map(|record| record.stopped);
    let stopped = stopped.rfind(|stopped| stopped.clock == Clock::Respond).unwrap();
    let StoppedClock { counted, is_in_time, disputed_at, is_breach_withdrawn, .. } = stopped;
    assert!(disputed_at.is_none_or(|at| at == minute(occurred)));
    (counted / TimeDelta::MINUTE, is_in_time, disputed_at.is_some(), is_breach_withdrawn)
}

#[test]
fn the_claim_of_an_answer_decides_only_between_the_wait_and_its_record() {
    // The clock starts at minute 0 and is due at minute 30.
    let cases = [
        ("on time", 20, 20, (20, true, false, false)),
        ("delivered late, within 15 minutes", 29, 44, (29, true, false, false)),
        ("delivered too late to believe", 29, 45, (45, false, true, false)),
        ("a day old", -1440, 25, (25, true, true, false)),
        ("the slow clock of the contact centre", -3, 2, (2, true, true, false)),
        ("its fast clock", 9, 5, (5, true, true, false)),
        ("a fast clock after the due time", 40, 35, (35, false, true, false)),
    ];
    for (what, occurred, appended, expected) in cases {
        assert_eq!(stopped_response(&mut case(), occurred, appended), expected, "{what}");
    }
}

#[test]
fn a_breach_published_before_the_answer_arrived_is_withdrawn() {
    let breached = || {
        let mut case = case();
        case.respond = case.respond.map(|running| RunningClock { step: 1, ..running });
        case
    };
    assert_eq!(stopped_response(&mut breached(), 29, 33), (29, true, false, true));
    assert_eq!(stopped_response(&mut breached(), 31, 33), (31, false, false, false));
    let (_, records) = apply_with_records(&mut breached(), &event(Responded, 29), 33);
    let explanation = &records.last().unwrap().route.explanation;
    assert!(
        explanation.ends_with("the missed target that was published before is void."),
        "{explanation}"
    );
}

#[test]
fn an_event_with_a_fast_clock_does_not_outdate_the_events_after_it() {
    let mut case = case();
    apply(&mut case, &event(Accepted, 10), 1);
    assert_eq!(apply(&mut case, &event(Returned, 2), 2), EventOutcome::Applied);
    assert!(!case.is_accepted);
}
