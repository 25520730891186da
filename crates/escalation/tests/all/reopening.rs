//! The end of a case: when it expires, and which later message reopens it.

use mention::{CaseEvent, CaseEventKind, Disposition};
use stage::TimeDelta;
use stage::memory::MemoryBroker;

use crate::fixtures::{
    as_praise, case_count, event, full_config, mention_of, publish_event, publish_mention, routed,
    routed_records, run, run_with,
};
use CaseEventKind::{Reassigned, Reopened, Resolved};

const HOUR: i64 = 60;

#[test]
fn closed_idle_and_lane_cases_expire_with_a_tombstone() {
    let opening = mention_of("alice", "m1", 0);
    let thanks = as_praise(mention_of("bob", "m2", 0));
    let open = mention_of("carol", "m3", 0);
    for (until, expected) in [(6, 3), (8, 2), (31, 1), (89, 1), (91, 0)] {
        let broker = MemoryBroker::new(1);
        publish_mention(&broker, &opening);
        publish_mention(&broker, &thanks);
        publish_mention(&broker, &open);
        publish_event(&broker, &event(&opening, Resolved, 5));
        run(&broker, until * TimeDelta::DAY);
        assert_eq!(case_count(&broker), expected, "after {until} days");
    }
}

#[test]
fn a_message_after_a_closed_case_opens_another_and_after_a_reopened_one_joins_it() {
    let broker = MemoryBroker::new(1);
    let opening = mention_of("alice", "m1", 0);
    publish_mention(&broker, &opening);
    publish_event(&broker, &event(&opening, Resolved, 5));
    publish_mention(&broker, &mention_of("alice", "m2", 6));
    run(&broker, 7 * TimeDelta::MINUTE);
    let ids: Vec<_> = routed(&broker).into_iter().map(|routed| routed.case_id).collect();
    assert_ne!(ids[0], ids[1]);
    let broker = MemoryBroker::new(1);
    publish_mention(&broker, &opening);
    publish_event(&broker, &event(&opening, Resolved, 4));
    publish_event(&broker, &event(&opening, Reopened, 5));
    publish_mention(&broker, &mention_of("alice", "m2", 6));
    run(&broker, 7 * TimeDelta::MINUTE);
    let ids: Vec<_> = routed(&broker).into_iter().map(|routed| routed.case_id).collect();
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn a_message_soon_after_the_end_of_a_case_reopens_it_with_its_owner() {
    let opening = mention_of("alice", "m1", 0);
    let days = [(6, true), (8, false)];
    for (day, is_same) in days {
        let broker = MemoryBroker::new(1);
        publish_mention(&broker, &opening);
        publish_event(&broker, &event(&opening, Resolved, 5));
        publish_mention(&broker, &as_praise(mention_of("alice", "thanks", 6)));
        publish_mention(&broker, &mention_of("bob", "b1", day * 24 * HOUR));
        run_with(full_config(), &broker, 7 * TimeDelta::MINUTE);
        let lane = routed(&broker);
        assert_ne!(lane[0].case_id, lane[1].case_id, "praise reopens no case");
        let broker = MemoryBroker::new(1);
        publish_mention(&broker, &opening);
        let mine = CaseEvent { team: Some("press".into()), ..event(&opening, Reassigned, 3) };
        publish_event(&broker, &mine);
        publish_event(&broker, &event(&opening, Resolved, 5));
        publish_mention(&broker, &mention_of("alice", "m2", day * 24 * HOUR));
        run_with(full_config(), &broker, (day * 24 * HOUR + 1) * TimeDelta::MINUTE);
        let records = routed(&broker);
        assert_eq!(records[0].case_id == records[1].case_id, is_same, "after {day} days");
        assert_eq!(records[1].route.owner == "press", is_same);
        let reopened = routed_records(&broker)
            .iter()
            .filter(|r| r.disposition == Disposition::Reopened)
            .count();
        assert_eq!(reopened, usize::from(is_same));
    }
}
