//! What becomes of cases as time passes, in sentences.

use escalation::{Escalation, Filter, Settings};
use mention::{CaseEvent, CaseEventKind, Cause, Clock, Disposition, Novelty};
use stage::memory::Broker;
use stage::prove::{Trouble, drive};

use crate::world::{
    DAY, MINUTE, again, cases, event, everything, filtered, hear, praises, raised, routed, rules,
    run, run_with, says, tell, tell_at, told,
};
use CaseEventKind::{Accepted, Reassigned, Reopened, Resolved, Responded, Returned};

const HOUR: i64 = 60;

/// Minute, clock, step and contact of each escalation.
fn calls(broker: &Broker) -> Vec<(i64, Clock, i64, String)> {
    let calls = raised(broker).into_iter();
    calls.map(|call| (call.due_at / MINUTE, call.clock, call.step, call.contact)).collect()
}

fn call(minute: i64, clock: Clock, step: i64, contact: &str) -> (i64, Clock, i64, String) {
    (minute, clock, step, contact.to_owned())
}

#[test]
fn a_clock_nobody_stops_calls_along_the_path_and_then_the_last_contact_again_and_again() {
    let broker = Broker::new(1);
    hear(&broker, &says("alice", "m1", 0));
    run(&broker, 30 * DAY);
    let of = |clock| calls(&broker).into_iter().filter(move |call| call.1 == clock);
    let acknowledge: Vec<_> = of(Clock::Acknowledge).collect();
    assert_eq!(
        acknowledge[..4],
        [
            call(10, Clock::Acknowledge, 1, "care-lead"),
            call(40, Clock::Acknowledge, 2, "care-manager"),
            call(160, Clock::Acknowledge, 3, "head-of-care"),
            call(400, Clock::Acknowledge, 4, "head-of-care"),
        ]
    );
    for clock in [Clock::Acknowledge, Clock::Respond, Clock::Resolve] {
        assert_eq!(of(clock).count(), 12, "{clock:?}: as often as the path says");
    }
    let breached =
        told(&broker).into_iter().filter(|said| said.disposition == Disposition::Breached);
    assert_eq!(breached.count(), 3, "once for each clock, however often somebody is called");
    let last = raised(&broker).into_iter().filter(|call| call.step == 12);
    assert!(last.into_iter().all(|call| call.next_at.is_none()));
    let times: Vec<_> = calls(&broker).iter().map(|call| call.0).collect();
    assert!(times.is_sorted(), "in the order they fell due");
    let first = &raised(&broker)[0];
    assert_eq!(first.mention_id, "northline/x/m1");
    assert_eq!(first.next_at, Some(40 * MINUTE));
    assert_eq!(
        first.explanation,
        "care-urgent has not accepted the case in time: care-lead is called (call 1), and the \
         next call follows in 30m."
    );
}

#[test]
fn an_event_stops_the_clocks_it_stops_and_no_other() {
    let cases: [(CaseEventKind, &[Clock]); 4] = [
        (Accepted, &[Clock::Respond, Clock::Resolve]),
        (Responded, &[Clock::Resolve]),
        (Resolved, &[]),
        (Reopened, &[Clock::Acknowledge, Clock::Respond, Clock::Resolve]),
    ];
    for (kind, expected) in cases {
        let broker = Broker::new(1);
        let opening = says("alice", "m1", 0);
        hear(&broker, &opening);
        tell(&broker, &event(&opening, kind, 5));
        run(&broker, DAY);
        let mut clocks: Vec<_> = calls(&broker).into_iter().map(|call| call.1).collect();
        clocks.sort();
        clocks.dedup();
        assert_eq!(clocks, expected, "{kind:?}");
    }
}

#[test]
fn an_event_at_the_very_time_a_clock_runs_out_comes_too_late() {
    let broker = Broker::new(1);
    let opening = says("alice", "m1", 0);
    hear(&broker, &opening);
    tell(&broker, &event(&opening, Resolved, 10));
    run(&broker, DAY);
    assert_eq!(calls(&broker), [call(10, Clock::Acknowledge, 1, "care-lead")]);
}

#[test]
fn a_case_handed_back_must_be_accepted_anew_and_the_next_contact_is_called() {
    let broker = Broker::new(1);
    let opening = says("alice", "m1", 0);
    hear(&broker, &opening);
    tell(&broker, &event(&opening, Accepted, 5));
    tell(&broker, &event(&opening, Returned, 8));
    run(&broker, 19 * MINUTE);
    assert_eq!(calls(&broker), [call(18, Clock::Acknowledge, 1, "care-manager")]);
}

#[test]
fn events_doubled_late_or_about_unknown_cases_change_nothing() {
    let opening = says("alice", "m1", 0);
    let calm = Broker::new(1);
    hear(&calm, &opening);
    tell(&calm, &event(&opening, Accepted, 2));
    tell(&calm, &event(&opening, Responded, 4));
    run(&calm, DAY);
    let noisy = Broker::new(1);
    tell(&noisy, &event(&says("nobody", "m9", 0), Resolved, 0));
    hear(&noisy, &opening);
    tell(&noisy, &event(&says("alice", "never heard", 0), Resolved, 1));
    tell(&noisy, &event(&opening, Accepted, 2));
    tell_at(&noisy, &event(&opening, Accepted, 2), 3 * MINUTE);
    tell(&noisy, &event(&opening, Responded, 4));
    tell_at(&noisy, &event(&opening, Returned, 3), 5 * MINUTE);
    run(&noisy, DAY);
    assert_eq!(calls(&noisy), calls(&calm));
    assert!(noisy.dead().is_empty());
}

#[test]
fn an_event_from_a_clock_that_is_wrong_or_under_a_wrong_key_is_refused() {
    let broker = Broker::new(1);
    let opening = says("alice", "m1", 0);
    hear(&broker, &opening);
    tell_at(&broker, &event(&opening, Resolved, 2 * 24 * HOUR), MINUTE);
    let stray = crate::world::bytes(&event(&opening, Resolved, 1));
    broker.append(mention::topics::CASE_EVENT, 2 * MINUTE, b"northline/x/bob", Some(stray));
    broker.append(mention::topics::CASE_EVENT, 3 * MINUTE, b"northline/x/alice", None);
    run(&broker, HOUR * MINUTE);
    let mut dead: Vec<_> = broker.dead().into_iter().map(|dead| dead.reject.message).collect();
    dead.sort();
    assert_eq!(
        dead,
        [
            "a record without a value",
            "occurred more than a day after its record was written",
            "the key is not tenant/platform/author_id of the case",
        ]
    );
    assert!(!raised(&broker).is_empty(), "the clocks run on");
}

#[test]
fn a_withdrawal_stops_the_clocks_of_a_case_without_other_messages() {
    let broker = Broker::new(1);
    hear(&broker, &says("alice", "m1", 0));
    hear(&broker, &again(says("alice", "m1", 5), Novelty::Withdrawal));
    hear(&broker, &again(says("bob", "m2", 5), Novelty::Withdrawal));
    run(&broker, DAY);
    assert_eq!(routed(&broker).len(), 2, "what was never routed is not withdrawn");
    assert!(raised(&broker).is_empty());
}

#[test]
fn a_filtered_lane_is_told_by_rule_and_an_edit_that_needs_somebody_is_routed() {
    let broker = Broker::new(1);
    hear(&broker, &praises(says("alice", "m1", 0)));
    hear(&broker, &says("bob", "m2", 1));
    hear(&broker, &praises(says("bob", "m3", 2)));
    hear(&broker, &again(says("alice", "m1", 3), Novelty::Edit));
    hear(&broker, &praises(says("carol", "m4", 4)));
    hear(&broker, &again(says("carol", "m4", 5), Novelty::Withdrawal));
    let filter = Filter::of(["praise"], &rules()).unwrap();
    let stage = Escalation::new(rules()).with(Settings { filter, ..Settings::default() });
    drive(stage, &broker, Trouble::default());
    let filtered = filtered(&broker);
    let ids: Vec<_> = filtered.iter().map(|dropped| dropped.mention_id.as_str()).collect();
    assert_eq!(ids, ["northline/x/m1", "northline/x/m4"]);
    assert_eq!((filtered[0].rule.as_str(), filtered[0].revision), ("praise", 1));
    assert_eq!(
        filtered[0].explanation,
        "P5 praise in public on x: rule \"praise\" would leave it with community, and the filter \
         drops what this rule takes."
    );
    let routed: Vec<_> = routed(&broker).into_iter().map(|routed| routed.mention.id).collect();
    assert_eq!(routed, ["m2", "m3", "m1"], "bob's thanks go to the owner of his case");
}

#[test]
fn a_case_is_forgotten_with_a_tombstone_once_it_is_closed_idle_or_needs_nobody() {
    let opening = says("alice", "m1", 0);
    let thanks = praises(says("bob", "m2", 0));
    let open = says("carol", "m3", 0);
    for (until, expected) in [(6, 3), (8, 2), (31, 1), (89, 1), (91, 0)] {
        let broker = Broker::new(1);
        hear(&broker, &opening);
        hear(&broker, &thanks);
        hear(&broker, &open);
        tell(&broker, &event(&opening, Resolved, 5));
        run(&broker, until * DAY);
        assert_eq!(cases(&broker), expected, "after {until} days");
    }
}

#[test]
fn a_message_after_the_case_opens_another_and_a_reopened_one_is_the_same() {
    let broker = Broker::new(1);
    let opening = says("alice", "m1", 0);
    hear(&broker, &opening);
    tell(&broker, &event(&opening, Resolved, 5));
    hear(&broker, &says("alice", "m2", 6));
    run(&broker, 7 * MINUTE);
    let ids: Vec<_> = routed(&broker).into_iter().map(|routed| routed.case_id).collect();
    assert_ne!(ids[0], ids[1]);
    let broker = Broker::new(1);
    hear(&broker, &opening);
    tell(&broker, &event(&opening, Resolved, 4));
    tell(&broker, &event(&opening, Reopened, 5));
    hear(&broker, &says("alice", "m2", 6));
    run(&broker, 7 * MINUTE);
    let ids: Vec<_> = routed(&broker).into_iter().map(|routed| routed.case_id).collect();
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn a_message_soon_after_a_case_was_closed_opens_it_again_with_its_owner() {
    let opening = says("alice", "m1", 0);
    let days = [(6, true), (8, false)];
    for (day, is_same) in days {
        let broker = Broker::new(1);
        hear(&broker, &opening);
        tell(&broker, &event(&opening, Resolved, 5));
        hear(&broker, &praises(says("alice", "thanks", 6)));
        hear(&broker, &says("bob", "b1", day * 24 * HOUR));
        run_with(everything(), &broker, 7 * MINUTE);
        let lane = routed(&broker);
        assert_ne!(lane[0].case_id, lane[1].case_id, "thanks open nothing again");
        let broker = Broker::new(1);
        hear(&broker, &opening);
        let mine = CaseEvent { team: Some("press".into()), ..event(&opening, Reassigned, 3) };
        tell(&broker, &mine);
        tell(&broker, &event(&opening, Resolved, 5));
        hear(&broker, &says("alice", "m2", day * 24 * HOUR));
        run_with(everything(), &broker, (day * 24 * HOUR + 1) * MINUTE);
        let said = routed(&broker);
        assert_eq!(said[0].case_id == said[1].case_id, is_same, "after {day} days");
        assert_eq!(said[1].route.owner == "press", is_same);
        let reopened =
            told(&broker).iter().filter(|r| r.disposition == Disposition::Reopened).count();
        assert_eq!(reopened, usize::from(is_same));
    }
}

#[test]
fn an_owner_who_accepts_and_does_nothing_loses_the_case() {
    let broker = Broker::new(1);
    let opening = says("alice", "m1", 0);
    hear(&broker, &opening);
    tell(&broker, &event(&opening, Accepted, 5));
    run_with(everything(), &broker, 300 * MINUTE);
    let idle: Vec<_> =
        raised(&broker).into_iter().filter(|call| call.cause == Cause::Idle).collect();
    assert_eq!(idle.len(), 1);
    assert_eq!((idle[0].due_at, idle[0].contact.as_str()), (245 * MINUTE, "care-lead"));
    assert_eq!(
        idle[0].explanation,
        "care-urgent has accepted the case and done nothing for 4h while the author waits: it is \
         taken back, must be accepted anew, and care-lead is called."
    );
    let next = raised(&broker).into_iter().find(|call| call.cause == Cause::NotAccepted).unwrap();
    assert_eq!((next.due_at, next.contact.as_str()), (255 * MINUTE, "care-manager"));
    assert!(told(&broker).iter().any(|said| said.disposition == Disposition::HandedOff));
}

#[test]
fn a_breach_that_the_pace_of_the_queue_foretells_is_escalated_before_it_happens() {
    let broker = Broker::new(1);
    for n in 0..12 {
        let opening = says(&format!("author-{n:02}"), &format!("m{n}"), n);
        hear(&broker, &opening);
        tell(&broker, &event(&opening, Accepted, n));
    }
    // Five are answered, one every twelve minutes; seven wait with 30 minutes each.
    for n in 0..5 {
        let opening = says(&format!("author-{n:02}"), &format!("m{n}"), n);
        tell(&broker, &event(&opening, Responded, 12 + n * 2));
    }
    run_with(everything(), &broker, 60 * MINUTE);
    let foreseen: Vec<_> =
        raised(&broker).into_iter().filter(|call| call.cause == Cause::Foreseen).collect();
    assert!(!foreseen.is_empty());
    for call in &foreseen {
        assert_eq!(
            (call.clock, call.step, call.contact.as_str()),
            (Clock::Respond, 1, "care-lead")
        );
        let breach = raised(&broker).into_iter().find(|other| {
            other.case_id == call.case_id && other.clock == Clock::Respond && other.step == 2
        });
        let breach = breach.expect("nobody answered");
        assert!(call.due_at < breach.due_at, "before it happens");
        assert_eq!((breach.cause, breach.contact.as_str()), (Cause::Breach, "care-manager"));
    }
    let breached =
        told(&broker).into_iter().filter(|said| said.disposition == Disposition::Breached);
    let breached: Vec<_> = breached.map(|said| (said.case_id, said.route.explanation)).collect();
    let once: std::collections::BTreeSet<_> = breached.iter().collect();
    assert_eq!(once.len(), breached.len(), "each breach is told once");
    let calm = Broker::new(1);
    hear(&calm, &says("alice", "m1", 0));
    run_with(everything(), &calm, 29 * MINUTE);
    assert!(raised(&calm).iter().all(|call| call.cause != Cause::Foreseen), "no pace, no oracle");
}

#[test]
fn what_rings_after_days_away_rings_once_in_order_and_is_marked_late() {
    let broker = Broker::new(1);
    hear(&broker, &says("alice", "m1", 0));
    run(&broker, 11 * MINUTE);
    assert!(raised(&broker).iter().all(|call| !call.is_late), "on time");
    run(&broker, 5 * DAY);
    let calls = raised(&broker);
    assert!(calls.is_sorted_by_key(|call| call.due_at));
    let late: Vec<_> = calls.iter().map(|call| call.is_late).collect();
    assert_eq!((late[0], late[1..].iter().all(|is| *is)), (false, true), "{late:?}");
    run(&broker, 6 * DAY);
    let first = calls.len();
    assert!(raised(&broker)[..first] == calls[..], "none rings twice");
}

#[test]
fn a_mention_that_a_peer_has_answered_is_less_urgent_once_and_stays_open() {
    let broker = Broker::new(1);
    let first = says("ann", "1", 0);
    hear(&broker, &first);
    for (revision, minute) in [(2, 5), (3, 6)] {
        let mut answered = first.clone();
        answered.mention.received_at = minute * MINUTE;
        (answered.priority.revision, answered.priority.peer_answered) = (revision, true);
        hear(&broker, &answered);
    }
    run(&broker, 10 * MINUTE - 1);
    let all = told(&broker);
    let said: Vec<Disposition> = all.iter().map(|routed| routed.disposition).collect();
    use Disposition::{Eased, Routed, Updated};
    assert_eq!(said, [Routed, Updated, Eased, Updated]);
    let due = |n: usize| all[n].route.due.respond_at;
    assert!(due(2) > due(0), "its author may wait longer: {:?} {:?}", due(0), due(2));
    assert_eq!(due(3), due(2), "and waits still; a later revision takes nothing back");
}
