//! Scenarios of cases over time.

use escalation::{Config, Escalation, Filter};
use mention::{CaseEventKind, Cause, Clock, Disposition, Novelty};
use stage::TimeDelta;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::MemoryBroker;

use crate::fixtures::{
    as_praise, at_minute, escalations, event, filtered, full_config, mention_of, publish_event,
    publish_event_at, publish_mention, revise, routed, routed_records, rules, run, run_with,
};
use CaseEventKind::{Accepted, Reopened, Resolved, Responded, Returned};

const HOUR: i64 = 60;

/// Minute, clock, step and contact of each escalation.
fn calls(broker: &MemoryBroker) -> Vec<(i64, Clock, i64, String)> {
    let calls = escalations(broker).into_iter();
    calls
        .map(|call| (call.due_at.interval(TimeDelta::MINUTE), call.clock, call.step, call.contact))
        .collect()
}

fn call(minute: i64, clock: Clock, step: i64, contact: &str) -> (i64, Clock, i64, String) {
    (minute, clock, step, contact.to_owned())
}

#[test]
fn a_clock_notifies_the_contacts_of_the_path_and_repeats_the_last_one() {
    let broker = MemoryBroker::new(1);
    publish_mention(&broker, &mention_of("alice", "m1", 0));
    run(&broker, 30 * TimeDelta::DAY);
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
        assert_eq!(of(clock).count(), 12, "{clock:?}: up to the limit of the path");
    }
    let breached = routed_records(&broker)
        .into_iter()
        .filter(|records| records.disposition == Disposition::Breached);
    assert_eq!(breached.count(), 3, "once for each clock, whatever the number of calls");
    let last = escalations(&broker).into_iter().filter(|call| call.step == 12);
    assert!(last.into_iter().all(|call| call.next_at.is_none()));
    let times: Vec<_> = calls(&broker).iter().map(|call| call.0).collect();
    assert!(times.is_sorted(), "in the order of due times");
    let first = &escalations(&broker)[0];
    assert_eq!(first.mention_id, "northline/x/m1");
    assert_eq!(first.next_at, Some(at_minute(40)));
    assert_eq!(
        first.explanation,
        "care-urgent has not acknowledged the case in time: care-lead is notified (call 1), and the \
         next call follows in 30m."
    );
}

#[test]
fn each_event_stops_only_its_own_clocks() {
    let case_count: [(CaseEventKind, &[Clock]); 4] = [
        (Accepted, &[Clock::Respond, Clock::Resolve]),
        (Responded, &[Clock::Resolve]),
        (Resolved, &[]),
        (Reopened, &[Clock::Acknowledge, Clock::Respond, Clock::Resolve]),
    ];
    for (kind, expected) in case_count {
        let broker = MemoryBroker::new(1);
        let opening = mention_of("alice", "m1", 0);
        publish_mention(&broker, &opening);
        publish_event(&broker, &event(&opening, kind, 5));
        run(&broker, TimeDelta::DAY);
        let mut clocks: Vec<_> = calls(&broker).into_iter().map(|call| call.1).collect();
        clocks.sort();
        clocks.dedup();
        assert_eq!(clocks, expected, "{kind:?}");
    }
}

#[test]
fn an_event_at_the_due_time_of_a_clock_is_too_late() {
    let broker = MemoryBroker::new(1);
    let opening = mention_of("alice", "m1", 0);
    publish_mention(&broker, &opening);
    publish_event(&broker, &event(&opening, Resolved, 10));
    run(&broker, TimeDelta::DAY);
    assert_eq!(calls(&broker), [call(10, Clock::Acknowledge, 1, "care-lead")]);
}

#[test]
fn a_returned_case_must_be_acknowledged_again_and_the_next_contact_is_notified() {
    let broker = MemoryBroker::new(1);
    let opening = mention_of("alice", "m1", 0);
    publish_mention(&broker, &opening);
    publish_event(&broker, &event(&opening, Accepted, 5));
    publish_event(&broker, &event(&opening, Returned, 8));
    run(&broker, 19 * TimeDelta::MINUTE);
    assert_eq!(calls(&broker), [call(18, Clock::Acknowledge, 1, "care-manager")]);
}

#[test]
fn an_escalation_names_the_person_on_call_at_its_time() {
    let broker = MemoryBroker::new(1);
    publish_mention(&broker, &mention_of("alice", "m1", 0));
    run(&broker, TimeDelta::DAY);
    let escalations = escalations(&broker);
    assert!(!escalations.is_empty());
    for raised in escalations {
        let rules = rules();
        let person = rules.on_duty(&raised.contact, raised.due_at)[0];
        assert!(person.id.starts_with("staff-"), "{}", person.id);
        assert_eq!((raised.person.as_str(), raised.callee()), (&*person.id, &*person.id));
        assert_eq!(
            (raised.channel.as_str(), raised.confirmed_at),
            ("phone", Some(person.confirmed_at))
        );
    }
}

#[test]
fn duplicate_late_and_unknown_events_have_no_effect() {
    let opening = mention_of("alice", "m1", 0);
    let calm = MemoryBroker::new(1);
    publish_mention(&calm, &opening);
    publish_event(&calm, &event(&opening, Accepted, 2));
    publish_event(&calm, &event(&opening, Responded, 4));
    run(&calm, TimeDelta::DAY);
    let noisy = MemoryBroker::new(1);
    publish_event(&noisy, &event(&mention_of("unknown", "m9", 0), Resolved, 0));
    publish_mention(&noisy, &opening);
    publish_event(&noisy, &event(&mention_of("alice", "never routed", 0), Resolved, 1));
    publish_event(&noisy, &event(&opening, Accepted, 2));
    publish_event_at(&noisy, &event(&opening, Accepted, 2), at_minute(3));
    publish_event(&noisy, &event(&opening, Responded, 4));
    publish_event_at(&noisy, &event(&opening, Returned, 3), at_minute(5));
    run(&noisy, TimeDelta::DAY);
    assert_eq!(calls(&noisy), calls(&calm));
    assert!(noisy.dead_letters().is_empty());
}

#[test]
fn an_event_with_a_wrong_clock_or_a_wrong_key_is_rejected() {
    let broker = MemoryBroker::new(1);
    let opening = mention_of("alice", "m1", 0);
    publish_mention(&broker, &opening);
    publish_event_at(&broker, &event(&opening, Resolved, 2 * 24 * HOUR), at_minute(1));
    let stray = crate::fixtures::bytes(&event(&opening, Resolved, 1));
    broker.append(mention::topics::CASE_EVENT, at_minute(2), b"northline/x/bob", Some(stray));
    broker.append(mention::topics::CASE_EVENT, at_minute(3), b"northline/x/alice", None);
    run(&broker, TimeDelta::HOUR);
    let mut dead: Vec<_> =
        broker.dead_letters().into_iter().map(|dead| dead.reject.message).collect();
    dead.sort();
    assert_eq!(
        dead,
        [
            "no payload",
            "occurred_at is more than 10 minutes after the time of the record",
            "the key of the record is not tenant/platform/author_id",
        ]
    );
    assert!(!escalations(&broker).is_empty(), "the clocks keep running");
}

#[test]
fn a_withdrawal_of_the_last_message_stops_the_clocks() {
    let broker = MemoryBroker::new(1);
    publish_mention(&broker, &mention_of("alice", "m1", 0));
    publish_mention(&broker, &revise(mention_of("alice", "m1", 5), Novelty::Withdrawal));
    publish_mention(&broker, &revise(mention_of("bob", "m2", 5), Novelty::Withdrawal));
    run(&broker, TimeDelta::DAY);
    assert_eq!(routed(&broker).len(), 2, "a withdrawal of an unrouted mention leaves no record");
    assert!(escalations(&broker).is_empty());
}

#[test]
fn a_filtered_mention_leaves_a_record_and_an_edit_that_needs_work_is_routed() {
    let broker = MemoryBroker::new(1);
    publish_mention(&broker, &as_praise(mention_of("alice", "m1", 0)));
    publish_mention(&broker, &mention_of("bob", "m2", 1));
    publish_mention(&broker, &as_praise(mention_of("bob", "m3", 2)));
    publish_mention(&broker, &revise(mention_of("alice", "m1", 3), Novelty::Edit));
    publish_mention(&broker, &as_praise(mention_of("carol", "m4", 4)));
    publish_mention(&broker, &revise(mention_of("carol", "m4", 5), Novelty::Withdrawal));
    let filter = Filter::from_names(["praise"], &rules()).unwrap();
    let stage = Escalation::new(Config { filter, ..Config::default() });
    run_to_end(stage, rules(), &broker, FaultPlan::default());
    let filtered = filtered(&broker);
    let ids: Vec<_> = filtered.iter().map(|dropped| dropped.mention_id.as_str()).collect();
    assert_eq!(ids, ["northline/x/m1", "northline/x/m4"]);
    assert_eq!((filtered[0].rule.as_str(), filtered[0].revision), ("praise", 1));
    assert_eq!(
        filtered[0].explanation,
        "P5 praise in public on x: rule \"praise\" would assign it to community, but the filter \
         drops mentions of this rule."
    );
    let routed: Vec<_> = routed(&broker).into_iter().map(|routed| routed.mention.id).collect();
    assert_eq!(routed, ["m2", "m3", "m1"], "praise in bob's open case goes to its owner");
}

#[test]
fn an_owner_who_acknowledges_and_does_nothing_loses_the_case() {
    let broker = MemoryBroker::new(1);
    let opening = mention_of("alice", "m1", 0);
    publish_mention(&broker, &opening);
    publish_event(&broker, &event(&opening, Accepted, 5));
    run_with(full_config(), &broker, 300 * TimeDelta::MINUTE);
    let idle: Vec<_> =
        escalations(&broker).into_iter().filter(|call| call.cause == Cause::Idle).collect();
    assert_eq!(idle.len(), 1);
    assert_eq!((idle[0].due_at, idle[0].contact.as_str()), (at_minute(245), "care-lead"));
    assert_eq!(
        idle[0].explanation,
        "care-urgent acknowledged the case and did nothing for 4h while the author waits: it must be \
         acknowledged again, and care-lead is notified."
    );
    let next =
        escalations(&broker).into_iter().find(|call| call.cause == Cause::NotAccepted).unwrap();
    assert_eq!((next.due_at, next.contact.as_str()), (at_minute(255), "care-manager"));
    assert!(
        routed_records(&broker).iter().any(|records| records.disposition == Disposition::HandedOff)
    );
}

#[test]
fn a_breach_that_the_queue_predicts_is_escalated_in_advance() {
    let broker = MemoryBroker::new(1);
    for n in 0..12 {
        let opening = mention_of(&format!("author-{n:02}"), &format!("m{n}"), n);
        publish_mention(&broker, &opening);
        publish_event(&broker, &event(&opening, Accepted, n));
    }
    // Five authors are answered, one every two minutes; seven wait with targets of 30 minutes.
    for n in 0..5 {
        let opening = mention_of(&format!("author-{n:02}"), &format!("m{n}"), n);
        publish_event(&broker, &event(&opening, Responded, 12 + n * 2));
    }
    run_with(full_config(), &broker, 60 * TimeDelta::MINUTE);
    let foreseen: Vec<_> =
        escalations(&broker).into_iter().filter(|call| call.cause == Cause::Foreseen).collect();
    assert!(!foreseen.is_empty());
    for call in &foreseen {
        assert_eq!(
            (call.clock, call.step, call.contact.as_str()),
            (Clock::Respond, 1, "care-lead")
        );
        let breach = escalations(&broker).into_iter().find(|other| {
            other.case_id == call.case_id && other.clock == Clock::Respond && other.step == 2
        });
        let breach = breach.expect("no answer was given");
        assert!(call.due_at < breach.due_at, "the prediction precedes the breach");
        assert_eq!((breach.cause, breach.contact.as_str()), (Cause::Breach, "care-manager"));
    }
    let breached = routed_records(&broker)
        .into_iter()
        .filter(|records| records.disposition == Disposition::Breached);
    let breached: Vec<_> =
        breached.map(|records| (records.case_id, records.route.explanation)).collect();
    let once: std::collections::BTreeSet<_> = breached.iter().collect();
    assert_eq!(once.len(), breached.len(), "each breach leaves one record");
    let calm = MemoryBroker::new(1);
    publish_mention(&calm, &mention_of("alice", "m1", 0));
    run_with(full_config(), &calm, 29 * TimeDelta::MINUTE);
    assert!(
        escalations(&calm).iter().all(|call| call.cause != Cause::Foreseen),
        "no prediction without a pace"
    );
}

#[test]
fn timers_that_fire_after_downtime_fire_once_in_order_and_are_marked_late() {
    let broker = MemoryBroker::new(1);
    publish_mention(&broker, &mention_of("alice", "m1", 0));
    run(&broker, 11 * TimeDelta::MINUTE);
    assert!(escalations(&broker).iter().all(|call| !call.is_late), "on time");
    run(&broker, 5 * TimeDelta::DAY);
    let calls = escalations(&broker);
    assert!(calls.is_sorted_by_key(|call| call.due_at));
    let late: Vec<_> = calls.iter().map(|call| call.is_late).collect();
    assert_eq!((late[0], late[1..].iter().all(|is| *is)), (false, true), "{late:?}");
    run(&broker, 6 * TimeDelta::DAY);
    let first = calls.len();
    assert!(escalations(&broker)[..first] == calls[..], "no timer fires twice");
}

#[test]
fn a_strangers_reply_moves_no_level_and_no_due_time_until_an_agent_confirms_it() {
    let broker = MemoryBroker::new(1);
    let first = mention_of("ann", "1", 0);
    publish_mention(&broker, &first);
    let answered = |revision, minute| {
        let mut answered = first.clone();
        answered.mention.received_at = at_minute(minute);
        (answered.priority.revision, answered.priority.peer_answered) = (revision, true);
        answered
    };
    publish_mention(&broker, &answered(2, 5));
    publish_event(&broker, &event(&first, CaseEventKind::PeerAnswered, 7));
    publish_mention(&broker, &answered(3, 8));
    run(&broker, 10 * TimeDelta::MINUTE - TimeDelta::from_micros(1));
    let all = routed_records(&broker);
    let records: Vec<Disposition> = all.iter().map(|routed| routed.disposition).collect();
    use Disposition::{Eased, Routed, Updated};
    assert_eq!(records, [Routed, Updated, Eased, Updated]);
    let due = |n: usize| all[n].route.due.respond_at;
    assert_eq!(
        (due(1), all[1].priority.level),
        (due(0), all[0].priority.level),
        "a stranger's word"
    );
    assert!(due(2) > due(0), "the response target moves back: {:?} {:?}", due(0), due(2));
    assert_eq!(due(3), due(2), "a later revision does not undo it");
}
