use proptest::prelude::*;

use mention::{CaseEventKind, Level};

use super::read::{EVENTS, LEVELS};
use super::*;
use crate::case::RoutedMention;

fn any_time() -> impl Strategy<Value = EventTime> {
    any::<i64>().prop_map(EventTime::from_micros)
}

fn any_running() -> impl Strategy<Value = Option<RunningClock>> {
    let next_at = proptest::option::of(any_time());
    let calls = any::<(i64, bool, i64)>();
    let running = (any_time(), any_time(), next_at, calls);
    let running =
        running.prop_map(|(started_at, due_at, next_at, (step, is_foreseen, off_hours))| {
            RunningClock { due_at, next_at, step, started_at, is_foreseen, off_hours }
        });
    proptest::option::of(running)
}

fn any_routed() -> impl Strategy<Value = RoutedMention> {
    any::<(i64, i64, i32, bool)>().prop_map(|(mention, case, seq, is_withdrawn)| RoutedMention {
        mention,
        case,
        seq,
        is_withdrawn,
    })
}

fn any_case() -> impl Strategy<Value = CaseState> {
    let names = proptest::collection::vec("[a-z]{0,8}", 5);
    let clocks = (any_running(), any_running(), any_running());
    let times = proptest::collection::vec(proptest::option::of(any_time()), 8);
    let counts = proptest::collection::vec(any::<i64>(), 7);
    let lists = (
        proptest::collection::vec("[a-z]{1,4}", 0..4),
        proptest::collection::vec(any::<i32>(), 0..4),
        proptest::collection::vec(any_routed(), 0..4),
    );
    let flags = (any::<[bool; 5]>(), 0..5_usize, 0..9_usize, 0..9_usize);
    (names, clocks, (any_time(), times), counts, lists, flags).prop_map(
        |(names, clocks, (expires_at, times), counts, (watchers, hashes, routed), flags)| {
            let (flags, level, last_event, ended_by) = flags;
            CaseState {
                id: counts[0],
                opened_by: names[0].clone(),
                level: LEVELS[level],
                owner: names[1].clone(),
                policy: names[2].clone(),
                path: names[3].clone(),
                acknowledge: clocks.0,
                respond: clocks.1,
                resolve: clocks.2,
                is_accepted: flags[0],
                is_closed: flags[1],
                skipped_contacts: counts[1],
                last_event_at: times[0],
                last_event: EVENTS[last_event],
                live_mentions: counts[2],
                expires_at,
                routed_mentions: routed,
                rule: names[4].clone(),
                watchers,
                last_agent: flags[4].then(|| names[0].clone()),
                answered_at: times[1],
                ended_at: times[2],
                ended_by: EVENTS[ended_by],
                closed_at: times[3],
                is_handed_off: flags[2],
                idle_at: times[4],
                foresee_at: times[5],
                reopened: counts[3],
                contacts: counts[4],
                control_records: counts[5],
                sentiments: hashes.clone(),
                event_ids: hashes,
                is_eased: flags[3],
                weight: counts[6],
                offered_at: times[6],
                overflow_at: times[7],
            }
        },
    )
}

#[test]
fn a_packed_case_keeps_its_layout() {
    let clock = RunningClock {
        started_at: EventTime::from_micros(100),
        due_at: EventTime::from_micros(164),
        next_at: Some(EventTime::from_micros(163)),
        step: -1,
        is_foreseen: true,
        off_hours: 1,
    };
    let case = CaseState {
        id: -2,
        opened_by: "né".into(),
        level: Level::P2,
        owner: "care".into(),
        policy: "gold".into(),
        path: "care".into(),
        respond: Some(clock),
        is_accepted: true,
        live_mentions: 300,
        expires_at: EventTime::from_micros(64),
        routed_mentions: vec![RoutedMention { mention: 1, case: -2, seq: 5, is_withdrawn: true }],
        watchers: vec!["press".into()],
        last_agent: Some("ann".into()),
        closed_at: Some(EventTime::from_micros(163)),
        sentiments: vec![-3],
        event_ids: vec![258],
        weight: 7,
        last_event: CaseEventKind::Resolved,
        ..CaseState::default()
    };
    let packed = PackedCase::of(&case, &mut Interner::default(), &mut Vec::new());
    let expected = [
        // Bits: accepted, agent, the three of the second clock, the last of eight times.
        &[0x91, 0x8e, 0x80, 0x01][..],
        // Owner 0, weight 7; then times as differences.
        &[0, 14, 0x80, 1],
        &[72, 0x80, 1, 1, 1, 2],
        &[0],
        &(-2_i64).to_le_bytes(),
        // Policy 1, path 0, rule 2; the agent as text.
        &[1, 0, 2],
        b"\x03ann",
        &[0, 0, 0, 0, 0xd8, 4],
        &[1, 3, 0],
        // The watcher is the name 3.
        &[1, 3],
        &[1, 5],
        &[1, 2, 1, 0, 0],
        b"\x03n\xc3\xa9",
        &[1],
        &1_i64.to_le_bytes(),
        &[0, 10, 1],
    ];
    assert_eq!(packed.0[..], expected.concat());
}

proptest! {
    #[test]
    fn a_packed_case_unpacks_to_itself(case in any_case()) {
        let mut interner = Interner::default();
        let packed = PackedCase::of(&case, &mut interner, &mut Vec::new());
        prop_assert_eq!(packed.unpack(&interner), case);
    }

    #[test]
    fn the_index_keys_are_those_of_the_case(case in any_case()) {
        let mut interner = Interner::default();
        let keys = PackedCase::of(&case, &mut interner, &mut Vec::new()).index_keys();
        let clocks = [case.acknowledge, case.respond, case.resolve];
        let calls = clocks.iter().flatten().filter_map(|clock| clock.next_at);
        let checks = [case.overflow_at, case.idle_at, case.foresee_at].into_iter().flatten();
        prop_assert_eq!(keys.wakes_at, calls.chain(checks).fold(case.expires_at, EventTime::min));
        let owner = interner.lookup(&case.owner).unwrap();
        let waiting = case.respond.map(|respond| (owner, minute_of(respond.due_at)));
        prop_assert_eq!(keys.waiting, waiting);
        let runs = clocks.iter().any(Option::is_some);
        let is_working = case.is_accepted && !case.is_closed && runs;
        prop_assert_eq!(keys.working, is_working.then_some((owner, case.weight)));
        let value = match (case.is_closed, runs) {
            (true, _) => CaseValue::Closed,
            (false, false) => CaseValue::WithoutClock,
            (false, true) => CaseValue::WithClock,
        };
        prop_assert_eq!((keys.value, keys.expires_at), (value, case.expires_at));
    }
}
