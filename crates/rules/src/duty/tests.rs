use super::*;
use crate::{RuleProblem, Source, northline};

/// The sample with these sections appended to its paths.
fn with(sections: &str) -> Vec<Source> {
    let mut sources = northline();
    let paths = sources.iter_mut().find(|source| source.file == "paths.toml").unwrap();
    paths.text.push_str(sections);
    sources
}

fn loaded(sections: &str) -> Rules {
    Rules::load(&with(sections)).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn at(text: &str) -> EventTime {
    let at: jiff::Timestamp = text.parse().unwrap();
    EventTime::from_micros(at.as_microsecond())
}

const PEOPLE: &str = r#"
[[calendar]]
name = "office"
zone = "Europe/London"
hours = { mon-fri = ["09:00-17:00"] }
[[calendar]]
name = "evening"
zone = "Europe/London"
hours = { mon-fri = ["16:00-20:00"] }
[[person]]
name = "o-1"
reach = ["mail:o-1@example.net"]
calendar = "office"
confirmed = "2025-12-20"
[[person]]
name = "e-1"
reach = ["mail:e-1@example.net"]
calendar = "evening"
confirmed = "2025-12-20"
[[person]]
name = "late"
reach = ["mail:late@example.net"]
from = "2026-02-01"
confirmed = "2025-12-20"
[[person]]
name = "z-9"
reach = ["phone:+44 7700 900109"]
confirmed = "2025-12-20"
[[duty]]
name = "desk"
on_call = ["o-1", "e-1"]
"#;

#[test]
fn duty_counts_the_hours_of_all_persons_who_share_it() {
    let rules = loaded(PEOPLE);
    // 2026-01-09 is a Friday.
    let cases = [
        ("within hours", "o-1", "2026-01-09T10:00:00Z", 30, "2026-01-09T10:30:00Z"),
        ("at once", "o-1", "2026-01-09T10:00:00Z", 0, "2026-01-09T10:00:00Z"),
        ("over the weekend", "o-1", "2026-01-09T16:50:00Z", 30, "2026-01-12T09:20:00Z"),
        ("at the opening", "o-1", "2026-01-09T22:00:00Z", 0, "2026-01-12T09:00:00Z"),
        ("the shift of the other", "desk", "2026-01-09T16:50:00Z", 30, "2026-01-09T17:20:00Z"),
        ("both are off", "desk", "2026-01-09T19:30:00Z", 60, "2026-01-12T09:30:00Z"),
        ("always", "z-9", "2026-01-10T02:00:00Z", 30, "2026-01-10T02:30:00Z"),
        ("from the first day", "late", "2026-01-09T10:00:00Z", 60, "2026-02-01T01:00:00Z"),
        ("nobody of this name", "unknown", "2026-01-09T10:00:00Z", 60, "2026-01-09T11:00:00Z"),
    ];
    for (what, name, from, minutes, expected) in cases {
        let due = rules.duty_due(name, at(from), minutes * TimeDelta::MINUTE);
        assert_eq!(due, at(expected), "{what}");
    }
    let names = |name: &str, time: &str| -> Vec<String> {
        rules.on_duty(name, at(time)).iter().map(|person| person.name.clone()).collect()
    };
    assert_eq!(names("desk", "2026-01-09T16:30:00Z"), ["o-1", "e-1"]);
    assert_eq!(names("desk", "2026-01-09T18:00:00Z"), ["e-1"]);
    assert!(names("desk", "2026-01-10T12:00:00Z").is_empty());
    assert!(names("late", "2026-01-10T12:00:00Z").is_empty(), "not employed yet");
    assert_eq!(rules.next_duty("unknown", at("2026-01-09T10:00:00Z")), None);
}

#[test]
fn a_rotation_hands_over_at_its_local_time() {
    let rota = |every: &str, from: &str| {
        let section = format!(
            "[[duty]]\nname = \"rota\"\non_call = [\"z-9\", \"a-1\", \"a-2\"]\n\
             rotation = {{ from = \"{from}\", every = \"{every}\", zone = \"Europe/London\" }}\n\
             [[person]]\nname = \"a-1\"\nreach = [\"phone:1\"]\nconfirmed = \"2025-12-20\"\n\
             [[person]]\nname = \"a-2\"\nreach = [\"phone:2\"]\nconfirmed = \"2025-12-20\"\n"
        );
        loaded(&[PEOPLE, &section].concat())
    };
    let first = |rules: &Rules, time: &str| rules.on_duty("rota", at(time))[0].name.clone();
    let weekly = rota("7d", "2026-01-05T09:00");
    for (time, name) in [
        ("2026-01-05T09:00:00Z", "z-9"),
        ("2026-01-12T08:59:59Z", "z-9"),
        ("2026-01-12T09:00:00Z", "a-1"),
        ("2026-01-19T09:00:00Z", "a-2"),
        ("2026-01-26T09:00:00Z", "z-9"),
        ("2026-01-04T12:00:00Z", "a-2"),
        // Summer time: 09:00 in London is 08:00 UTC.
        ("2026-06-29T07:59:59Z", "z-9"),
        ("2026-06-29T08:00:00Z", "a-1"),
    ] {
        assert_eq!(first(&weekly, time), name, "{time}");
    }
    // The clocks go back at 02:00 on 25 October: 01:30 occurs twice, and the first one counts.
    let daily = rota("1d", "2026-10-24T01:30");
    for (time, name) in [
        ("2026-10-25T00:29:59Z", "z-9"),
        ("2026-10-25T00:30:00Z", "a-1"),
        ("2026-10-25T01:10:00Z", "a-1"),
        ("2026-10-25T01:40:00Z", "a-1"),
        ("2026-10-26T01:29:59Z", "a-1"),
        ("2026-10-26T01:30:00Z", "a-2"),
    ] {
        assert_eq!(first(&daily, time), name, "{time}");
    }
}

#[test]
fn a_rotation_that_cannot_be_is_refused() {
    let rota = |rotation: &str| {
        let section =
            format!("[[duty]]\nname = \"rota\"\non_call = [\"z-9\"]\nrotation = {rotation}\n");
        let problems = Rules::load(&with(&[PEOPLE, &section].concat())).unwrap_err();
        problems.iter().map(RuleProblem::to_string).collect::<Vec<_>>().join("\n")
    };
    let cases = [
        (r#"{ from = "2026-01-05T09:00", every = "36h" }"#, "not of whole days"),
        (r#"{ from = "2026-01-05T09:00", every = "0d" }"#, "not of whole days"),
        (r#"{ from = "Monday", every = "7d" }"#, "not a date with a time"),
        (r#"{ from = "1826-01-05T09:00", every = "7d" }"#, "outside of the years"),
        (r#"{ from = "2026-01-05T09:00", every = "7d", zone = "London" }"#, "no time zone"),
    ];
    for (rotation, message) in cases {
        assert!(rota(rotation).contains(message), "{rotation}: {}", rota(rotation));
    }
}

/// The path of the sample that care uses, with other contacts and, if any, a contact off hours.
fn holes(call: &str, off_hours: &str) -> Vec<String> {
    let mut sources = with(PEOPLE);
    let paths = sources.iter_mut().find(|source| source.file == "paths.toml").unwrap();
    let steps = "name = \"press-duty\"\nsteps = [\n  { call = \"press-officer\", after = \"0m\" },";
    assert!(paths.text.contains(steps));
    let changed = format!(
        "name = \"press-duty\"\n{off_hours}\nsteps = [\n  {{ call = \"press-officer\", after = \"0m\" }},\n  \
         {{ call = \"{call}\", after = \"1m\" }},"
    );
    paths.text = paths.text.replace(steps, &changed);
    let problems = Rules::problems(&sources, at("2026-01-09T12:00:00Z"));
    let messages = problems.iter().map(RuleProblem::to_string);
    messages.filter(|message| message.contains("on duty")).collect()
}

#[test]
fn a_hole_in_the_duty_plan_is_found_by_name_and_time() {
    let [office] = &holes("o-1", "")[..] else { panic!("{:?}", holes("o-1", "")) };
    assert!(office.contains(
        "nobody of \"o-1\" is on duty from 2026-01-09 17:00 to 2026-01-12 09:00 (Europe/London) and 19 \
         more times within 28 days, while a clock can run"
    ), "{office}");
    assert_eq!(holes("z-9", ""), Vec::<String>::new());
    let off_hours = "off_hours = { call = \"z-9\", every = \"30m\" }";
    assert_eq!(holes("o-1", off_hours), Vec::<String>::new());
    // P2 has clocks of 24 hours as well.
    let for_p1 = "off_hours = { call = \"z-9\", every = \"30m\", when = \"level == 'P1'\" }";
    assert_eq!(holes("o-1", for_p1).len(), 1);
    let also_off = "off_hours = { call = \"e-1\", every = \"30m\" }";
    assert!(holes("o-1", also_off)[0].contains("from 2026-01-09 20:00 to"));
}

#[test]
fn a_hole_of_every_day_is_named_as_one() {
    let night = r#"
[[calendar]]
name = "day"
zone = "Europe/Zurich"
hours = { daily = ["06:00-22:00"] }
[[calendar]]
name = "night"
zone = "Europe/Zurich"
hours = { daily = ["22:00-02:00"] }
[[person]]
name = "d-1"
reach = ["pager:1"]
calendar = "night"
confirmed = "2026-01-01"
[[person]]
name = "d-2"
reach = ["pager:2"]
calendar = "day"
confirmed = "2026-01-01"
[[duty]]
name = "oberdienst"
on_call = ["d-1", "d-2"]
[[path]]
name = "ward"
steps = [{ call = "oberdienst", after = "0m" }]
repeat = "30m"
max_raises = 10
"#;
    let problems = Rules::problems(&with(night), at("2026-02-13T12:00:00Z"));
    let found: Vec<String> = problems.iter().map(RuleProblem::to_string).collect();
    let hole = "nobody of \"oberdienst\" is on duty daily from 02:00 to 06:00 (Europe/Zurich)";
    assert!(found.iter().any(|message| message.contains(hole)), "{found:?}");
}
