use stage::TimeDelta;

use super::*;

const SECOND: TimeDelta = TimeDelta::SECOND;
const START: EventTime = EventTime::from_micros(1_773_406_800_000_000);

fn at(seconds: i64) -> EventTime {
    START + seconds * SECOND
}

fn paths(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A contact with these calls, by seconds and path.
fn called(calls: &[(i64, &str)], config: &Config) -> Contact {
    let mut contact = Contact::default();
    for (seconds, path) in calls {
        contact.record_call(at(*seconds), &paths(&[path]), config);
    }
    contact
}

fn config(per_hour: usize) -> Config {
    Config { per_hour, ..Config::default() }
}

#[test]
fn the_next_call_waits_for_the_later_of_both_limits() {
    /// Name, calls an hour, earlier calls as (second, path), path, asked at, expected.
    type Case = (&'static str, usize, &'static [(i64, &'static str)], &'static str, i64, i64);
    let cases: [Case; 7] = [
        ("a contact that was never called", 1, &[], "a", 0, 0),
        ("another path, below the hourly limit", 2, &[(0, "a")], "b", 1, 1),
        ("the same path within a minute", 2, &[(0, "a")], "a", 59, 60),
        ("the same path after a minute", 2, &[(0, "a")], "a", 60, 60),
        ("the hourly limit, to the second", 2, &[(0, "a"), (100, "b")], "c", 200, 3_600),
        ("an hour after the first of two", 2, &[(0, "a"), (100, "b")], "c", 3_600, 3_600),
        ("the path after the hour", 1, &[(3_590, "a")], "a", 3_600, 7_190),
    ];
    for (name, per_hour, calls, path, from, expected) in cases {
        let config = config(per_hour);
        let next = called(calls, &config).next_call_at(&paths(&[path]), at(from), &config);
        assert_eq!(next, at(expected), "{name}");
    }
}

#[test]
fn a_call_counts_for_each_of_its_paths() {
    let config = config(12);
    let mut contact = called(&[(0, "a")], &config);
    contact.record_call(at(30), &paths(&["a", "b"]), &config);
    for path in ["a", "b"] {
        assert_eq!(contact.next_call_at(&paths(&[path]), at(31), &config), at(90), "{path}");
    }
    assert_eq!(contact.calls_left(&config), 10);
}

#[test]
fn a_lower_limit_after_a_restart_counts_the_calls_before_it() {
    let contact = called(&[(0, "a"), (100, "b"), (200, "c")], &config(12));
    let next = contact.next_call_at(&paths(&["d"]), at(300), &config(2));
    assert_eq!(next, at(3_700), "with the second call one is left");
    assert_eq!(contact.calls_left(&config(2)), 0);
}

#[test]
fn more_paths_than_are_remembered_wait_until_there_is_room() {
    let config = config(60);
    let mut contact = Contact::default();
    let many = |from: usize, count: usize| -> BTreeSet<String> {
        (from..from + count).map(|n| format!("p{n}")).collect()
    };
    contact.record_call(at(0), &many(0, 100), &config);
    contact.record_call(at(10), &many(100, 100), &config);
    assert_eq!(contact.next_call_at(&many(200, 56), at(11), &config), at(11));
    assert_eq!(contact.next_call_at(&many(200, 57), at(11), &config), at(60));
    assert_eq!(contact.next_call_at(&many(200, 157), at(11), &config), at(70));
    contact.record_call(at(60), &many(200, 57), &config);
    assert!(contact.paths.len() <= MAX_PATHS, "{}", contact.paths.len());
}

#[test]
fn the_calls_of_a_contact_ascend_and_a_wrong_clock_is_forgotten() {
    let config = config(12);
    let mut contact = called(&[(0, "a"), (300, "b")], &config);
    assert_eq!(contact.advance(at(120)), at(300), "within what clocks differ");
    assert_eq!(contact.calls.len(), 2);
    contact.record_call(at(86_400), &paths(&["c"]), &config);
    assert_eq!(contact.advance(at(600)), at(600), "a day ahead");
    assert_eq!(contact.next_call_at(&paths(&["c"]), at(600), &config), at(600));
}
