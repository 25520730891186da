use mention::{DueTimes, Route};

use super::*;

/// 2026-03-13 13:00 UTC.
const START: EventTime = EventTime::from_micros(1_773_406_800_000_000);

fn at(minute: i64) -> EventTime {
    START + minute * TimeDelta::MINUTE
}

fn follower() -> CaseFollower {
    CaseFollower::new(Rules::load(&rules::northline()).unwrap())
}

/// A decision at `minute` about a case whose clocks run out at these minutes: acknowledge, respond.
fn decided(case: u64, minute: i64, disposition: Disposition, clocks: [Option<i64>; 2]) -> Routed {
    let [acknowledge_at, respond_at] = clocks.map(|minute| minute.map(at));
    Routed {
        case_id: format!("{case:016x}"),
        disposition,
        decided_at: at(minute),
        route: Route {
            due: DueTimes { acknowledge_at, respond_at, resolve_at: None },
            next_at: acknowledge_at.into_iter().chain(respond_at).min(),
            ..Route::default()
        },
        ..Routed::default()
    }
}

fn report_of(follower: &mut CaseFollower, decisions: Vec<Routed>) -> Vec<String> {
    for (sequence, mut routed) in (1_i64..).zip(decisions) {
        routed.sequence = sequence;
        follower.follow(0, &routed);
    }
    follower.report(None, 10)
}

use Disposition::{
    Accepted, Breached, HandedOff, Reopened, Resolved, Responded, Returned, Withdrawn,
};

const NEW: Disposition = Disposition::Routed;

#[test]
fn of_two_cases_the_one_without_its_breach_is_named() {
    let decisions = vec![
        decided(1, 0, NEW, [None, Some(30)]),
        decided(2, 1, NEW, [None, Some(31)]),
        decided(2, 31, Breached, [None, Some(31)]),
    ];
    assert_eq!(
        report_of(&mut follower(), decisions),
        [
            "partition 0, decision 1: case 0000000000000001 was forgotten: no decision followed, and a \
          clock ran out at 2026-03-13T13:30:00Z"
        ]
    );
}

#[test]
fn a_case_is_forgotten_only_where_a_decision_must_have_followed() {
    let other = |minute| decided(9, minute, NEW, [None, None]);
    let cases: Vec<(&str, usize, Vec<Routed>)> = vec![
        ("a clock ran out", 1, vec![decided(1, 0, NEW, [None, Some(30)]), other(31)]),
        ("not yet", 0, vec![decided(1, 0, NEW, [None, Some(30)]), other(30)]),
        ("no clock runs", 0, vec![decided(1, 0, NEW, [None, None]), other(1_000_000)]),
        (
            "the breach was published",
            0,
            vec![
                decided(1, 0, NEW, [None, Some(30)]),
                decided(1, 30, Breached, [None, Some(30)]),
                other(1_000),
            ],
        ),
        (
            "an answer, the end or a withdrawal stopped the clock",
            0,
            vec![
                decided(1, 0, NEW, [None, Some(30)]),
                decided(2, 0, NEW, [None, Some(30)]),
                decided(3, 0, NEW, [None, Some(30)]),
                decided(1, 5, Responded, [None, None]),
                decided(2, 5, Resolved, [None, None]),
                decided(3, 5, Withdrawn, [None, None]),
                other(1_000),
            ],
        ),
        (
            "it was reopened and forgotten then",
            1,
            vec![
                decided(1, 0, NEW, [None, Some(30)]),
                decided(1, 5, Resolved, [None, None]),
                decided(1, 6, Reopened, [Some(10), Some(40)]),
                other(11),
            ],
        ),
        (
            "a hand-off that nobody acknowledges makes no decision",
            0,
            vec![
                decided(1, 0, NEW, [Some(10), None]),
                decided(1, 5, HandedOff, [Some(20), None]),
                decided(1, 6, NEW, [Some(20), None]),
                other(1_000),
            ],
        ),
        (
            "after the missed acknowledgement the answer is missed too",
            1,
            vec![
                decided(1, 0, NEW, [Some(10), Some(500)]),
                decided(1, 10, Breached, [Some(10), Some(500)]),
                other(5_000),
            ],
        ),
        (
            "an acknowledged hand-off",
            1,
            vec![
                decided(1, 0, NEW, [Some(10), Some(50)]),
                decided(1, 5, Returned, [Some(20), Some(50)]),
                decided(1, 6, Accepted, [None, Some(50)]),
                other(51),
            ],
        ),
        (
            // 90 days without a message.
            "a clock that runs longer than the rules keep a case",
            0,
            vec![decided(1, 0, NEW, [None, Some(90 * 1_440)]), other(91 * 1_440)],
        ),
        (
            "a decision that came late after all",
            0,
            vec![
                decided(1, 0, NEW, [None, Some(30)]),
                other(31),
                decided(1, 30, Breached, [None, Some(30)]),
            ],
        ),
    ];
    for (what, expected, decisions) in cases {
        let mut follower = follower();
        let report = report_of(&mut follower, decisions);
        assert_eq!(
            (follower.forgotten(), report.len()),
            (expected, expected),
            "{what}: {report:?}"
        );
    }
}

#[test]
fn partitions_have_clocks_of_their_own_and_a_silent_one_is_compared_with_the_wall_clock() {
    let mut follower = follower();
    follower.follow(0, &decided(1, 0, NEW, [None, Some(30)]));
    follower.follow(1, &decided(2, 1_000, NEW, [None, None]));
    assert_eq!(follower.report(None, 10), [""; 0]);
    assert_eq!(follower.report(Some(at(35)), 10), [""; 0]);
    let late = follower.report(Some(at(36)), 10);
    assert_eq!(
        late,
        [
            "partition 0: 1 cases wait for a decision since 2026-03-13T13:30:00Z: escalation is stopped \
          or behind, or has forgotten them"
        ]
    );
    assert_eq!(follower.forgotten(), 0);
}

#[test]
fn the_number_of_followed_cases_and_of_lines_is_bounded_and_says_so() {
    let mut follower = follower();
    follower.most = 3;
    let mut decisions: Vec<_> =
        (0..5).map(|case| decided(case, 0, NEW, [None, Some(30)])).collect();
    decisions.push(decided(9, 31, NEW, [None, None]));
    report_of(&mut follower, decisions);
    assert_eq!(follower.forgotten(), 3);
    let report = follower.report(None, 2);
    assert_eq!(report.len(), 4, "{report:?}");
    assert_eq!(report[2], "partition 0: 1 further cases were forgotten");
    assert_eq!(
        report[3],
        "2 decisions are about cases that were not followed: more than 3 cases with a running clock at \
         once"
    );
    // An ended case makes room.
    follower.follow(0, &decided(0, 32, Resolved, [None, None]));
    follower.follow(0, &decided(7, 32, NEW, [None, Some(40)]));
    follower.follow(0, &decided(9, 41, NEW, [None, None]));
    assert_eq!(follower.forgotten(), 3);
}
