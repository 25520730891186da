use proptest::prelude::*;

use super::*;

fn any_running() -> impl Strategy<Value = Option<Running>> {
    let running = (any::<i64>(), any::<i64>(), any::<Option<i64>>(), any::<i64>(), any::<bool>());
    let running = running.prop_map(|(started_at, due_at, next_at, step, is_foreseen)| Running {
        due_at,
        next_at,
        step,
        started_at,
        is_foreseen,
    });
    proptest::option::of(running)
}

fn any_case() -> impl Strategy<Value = Case> {
    let names = proptest::collection::vec("[a-z]{0,8}", 5);
    let clocks = (any_running(), any_running(), any_running());
    let times = proptest::collection::vec(any::<Option<i64>>(), 8);
    let counts = proptest::collection::vec(any::<i64>(), 8);
    let lists = (
        proptest::collection::vec("[a-z]{1,4}", 0..4),
        proptest::collection::vec(any::<i32>(), 0..4),
        proptest::collection::vec(any::<(i64, i64, i32, bool)>(), 0..4),
    );
    let flags = (any::<[bool; 5]>(), 0..5_usize, 0..9_usize, 0..9_usize);
    (names, clocks, times, counts, lists, flags).prop_map(
        |(names, clocks, times, counts, (watchers, numbers, told), flags)| {
            let (are, level, last_event, ended_by) = flags;
            Case {
                id: counts[0],
                opened_by: names[0].clone(),
                level: LEVELS[level],
                owner: names[1].clone(),
                policy: names[2].clone(),
                path: names[3].clone(),
                acknowledge: clocks.0,
                respond: clocks.1,
                resolve: clocks.2,
                is_accepted: are[0],
                is_closed: are[1],
                handed_back: counts[1],
                last_event_at: times[0],
                last_event: EVENTS[last_event],
                live: counts[2],
                expires_at: counts[3],
                told: told
                    .into_iter()
                    .map(|(mention, case, seq, is_withdrawn)| Told {
                        mention,
                        case,
                        seq,
                        is_withdrawn,
                    })
                    .collect(),
                rule: names[4].clone(),
                watchers,
                last_agent: are[4].then(|| names[0].clone()),
                answered_at: times[1],
                ended_at: times[2],
                ended_by: EVENTS[ended_by],
                closed_at: times[3],
                is_handed_off: are[2],
                idle_at: times[4],
                foresee_at: times[5],
                reopened: counts[4],
                contacts: counts[5],
                controls: counts[6],
                moods: numbers.clone(),
                heard: numbers,
                is_eased: are[3],
                weight: counts[7],
                offered_at: times[6],
                overflow_at: times[7],
            }
        },
    )
}

proptest! {
    #[test]
    fn a_case_is_unpacked_as_it_was_packed(case in any_case()) {
        let mut names = Names::default();
        let packed = Packed::of(&case, &mut names, &mut Vec::new());
        prop_assert_eq!(packed.unpack(&names), case);
    }

    #[test]
    fn its_marks_are_those_of_the_case(case in any_case()) {
        let mut names = Names::default();
        let marks = Packed::of(&case, &mut names, &mut Vec::new()).marks();
        let clocks = [case.acknowledge, case.respond, case.resolve];
        let calls = clocks.iter().flatten().filter_map(|clock| clock.next_at);
        let looks = [case.overflow_at, case.idle_at, case.foresee_at].into_iter().flatten();
        prop_assert_eq!(marks.wakes_at, calls.chain(looks).fold(case.expires_at, i64::min));
        let owner = names.known(&case.owner).unwrap();
        let waits = case.respond.map(|respond| (owner, minute(respond.due_at)));
        prop_assert_eq!(marks.waits, waits);
        let runs = clocks.iter().any(Option::is_some);
        let works = case.is_accepted && !case.is_closed && runs;
        prop_assert_eq!(marks.works, works.then_some((owner, case.weight)));
    }
}
