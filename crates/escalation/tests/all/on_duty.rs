//! Whom the stage calls: by calendar, rotation and time of day.

use escalation::{Config, Contacts, Escalation};
use mention::{CaseEventKind, Clock, Disposition, Level, Prioritized, Raised};
use rules::{Rules, northline};
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, TimeDelta};
use std::sync::Arc;

use crate::fixtures::{
    escalations, event, mention_of, publish_event, publish_mention, routed, routed_records,
    rules_of,
};

/// Four people in office hours, and one who can always be called. The clocks of P3 and the team `care`
/// have office hours too; those of P1 always run.
const OFFICE: &str = r#"
[[calendar]]
name = "office"
zone = "Europe/London"
hours = { mon-fri = ["09:00-17:00"] }
[[person]]
name = "o-1"
reach = ["mail:o-1@canary.example"]
calendar = "office"
confirmed = "2025-12-20"
[[person]]
name = "o-2"
reach = ["mail:o-2@canary.example"]
calendar = "office"
confirmed = "2025-12-20"
[[person]]
name = "o-3"
reach = ["mail:o-3@canary.example"]
calendar = "office"
confirmed = "2025-12-20"
[[person]]
name = "o-4"
reach = ["mail:o-4@canary.example"]
calendar = "office"
confirmed = "2025-12-20"
[[person]]
name = "z-9"
reach = ["phone:+44 7700 900109"]
confirmed = "2025-12-20"
"#;
const STEPS: &str = r#"steps = [
  { call = "o-1", after = "0m" },
  { call = "o-2", after = "30m" },
  { call = "o-3", after = "60m" },
  { call = "o-4", after = "60m" },
]
repeat = "60m"
max_raises = 12
"#;

/// The rules of Northline with this path of care.
fn office(care_duty: &str) -> Arc<Rules> {
    let mut sources = northline();
    for source in &mut sources {
        match source.file.as_str() {
            "paths.toml" => {
                let from = source.text.find("[[path]]\nname = \"care-duty\"").unwrap();
                let rest = source.text[from..].find("[[path]]\nname = \"network-duty\"").unwrap();
                let path = format!("[[path]]\nname = \"care-duty\"\n{care_duty}\n");
                source.text.replace_range(from..from + rest, &path);
                source.text.push_str(OFFICE);
            }
            "policies.toml" => source.text = source.text.replace("care-hours", "office"),
            "teams.toml" => {
                let care = "name = \"care\"";
                let at = source.text.find(care).unwrap();
                let calendar = at + source.text[at..].find("calendar = ").unwrap();
                let end = calendar + source.text[calendar..].find('\n').unwrap();
                source.text.replace_range(calendar..end, "calendar = \"office\"");
            }
            _ => {}
        }
    }
    rules_of(&sources)
}

/// The minute of a time, as the fixtures count them.
fn minute(time: &str) -> i64 {
    let at: jiff::Timestamp = time.parse().unwrap();
    at.as_second() / 60
}

fn at(time: &str) -> EventTime {
    crate::fixtures::at_minute(minute(time))
}

fn complaint(level: Level, time: &str) -> Prioritized {
    let mut fact = mention_of("alice", "m1", minute(time));
    fact.priority.level = level;
    fact
}

fn run(broker: &MemoryBroker, rules: &Arc<Rules>, config: Config, until: &str) {
    let delivery = DeliveryPlan { end_time: Some(at(until)), ..DeliveryPlan::default() };
    let faults = FaultPlan { delivery, panicking_call: None };
    run_to_end(Escalation::new(config), Arc::clone(rules), broker, faults);
}

/// Each call of a clock, as "2026-01-09T16:50 o-1".
fn calls(broker: &MemoryBroker, clock: Clock) -> Vec<String> {
    let of_clock = escalations(broker).into_iter().filter(|raised| raised.clock == clock);
    of_clock.map(|raised| format!("{} {}", short(raised.due_at), raised.callee())).collect()
}

fn short(at: EventTime) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap().to_string();
    at[..16].to_owned()
}

#[test]
fn nobody_is_called_at_the_weekend_about_a_question_of_friday_afternoon() {
    let (broker, rules) = (MemoryBroker::new(1), office(STEPS));
    publish_mention(&broker, &complaint(Level::P3, "2026-01-09T15:50:00Z"));
    run(&broker, &rules, Config::default(), "2026-01-12T12:00:00Z");
    let due = routed(&broker)[0].route.due;
    assert_eq!(due.respond_at, Some(at("2026-01-12T11:50:00Z")));
    let expected = [
        "2026-01-09T16:50 o-1",
        "2026-01-12T09:20 o-2",
        "2026-01-12T10:20 o-3",
        "2026-01-12T11:20 o-4",
    ];
    assert_eq!(calls(&broker, Clock::Acknowledge), expected);
    assert!(escalations(&broker).iter().all(|raised| !raised.is_unreachable));
}

#[test]
fn at_night_the_last_resort_alone_is_called_until_the_case_is_accepted() {
    let off_hours = "off_hours = { call = \"z-9\", every = \"30m\" }\n";
    let (broker, rules) = (MemoryBroker::new(1), office(&[off_hours, STEPS].concat()));
    // A Saturday.
    let opening = complaint(Level::P1, "2026-01-10T02:00:00Z");
    publish_mention(&broker, &opening);
    publish_event(
        &broker,
        &event(&opening, CaseEventKind::Accepted, minute("2026-01-10T03:20:00Z")),
    );
    run(&broker, &rules, Config::default(), "2026-01-12T12:00:00Z");
    let night = ["2026-01-10T02:05 z-9", "2026-01-10T02:35 z-9", "2026-01-10T03:05 z-9"];
    assert_eq!(calls(&broker, Clock::Acknowledge), night);
    // The missed response is recorded at its time, and called about when somebody is on duty.
    let breached =
        routed_records(&broker).into_iter().filter(|it| it.disposition == Disposition::Breached);
    let breached: Vec<String> = breached.map(|record| short(record.decided_at)).collect();
    assert_eq!(breached[..2], ["2026-01-10T02:05", "2026-01-10T02:15"]);
    assert_eq!(calls(&broker, Clock::Respond)[0], "2026-01-12T09:00 o-1");
    let call = &escalations(&broker)[0];
    assert_eq!((call.contact.as_str(), call.person.as_str()), ("z-9", "z-9"));
    assert_eq!(
        (call.next_contact.as_str(), call.next_at),
        ("z-9", Some(at("2026-01-10T02:35:00Z")))
    );
    assert_eq!(
        call.explanation,
        "care-urgent has not acknowledged the case in time: nobody of the path is on duty, so z-9 is \
         notified (call 1), and the next call follows in 30m."
    );
}

#[test]
fn after_the_night_the_path_begins_with_its_first_contact() {
    let off_hours = "off_hours = { call = \"z-9\", every = \"4h\" }\n";
    let (broker, rules) = (MemoryBroker::new(1), office(&[off_hours, STEPS].concat()));
    // The night from Thursday to Friday.
    publish_mention(&broker, &complaint(Level::P1, "2026-01-09T04:00:00Z"));
    run(&broker, &rules, Config::default(), "2026-01-09T09:45:00Z");
    let expected = [
        "2026-01-09T04:05 z-9",
        "2026-01-09T08:05 z-9",
        "2026-01-09T09:00 o-1",
        "2026-01-09T09:30 o-2",
    ];
    assert_eq!(calls(&broker, Clock::Acknowledge), expected);
    let steps: Vec<i64> = escalations(&broker).iter().map(|raised| raised.step).collect();
    assert_eq!(steps[..2], [1, 2], "every call of a clock has a number");
}

#[test]
fn a_record_says_that_nobody_can_be_reached_and_the_path_goes_on_when_somebody_is() {
    let (broker, rules) = (MemoryBroker::new(1), office(STEPS));
    publish_mention(&broker, &complaint(Level::P1, "2026-01-09T04:00:00Z"));
    run(&broker, &rules, Config::default(), "2026-01-09T09:15:00Z");
    let raised = escalations(&broker);
    let seen: Vec<_> = raised.iter().map(|it| (short(it.due_at), it.is_unreachable)).collect();
    let morning = "2026-01-09T09:00".to_owned();
    assert_eq!(
        seen,
        [
            ("2026-01-09T04:05".to_owned(), true),
            (morning.clone(), false),
            (morning.clone(), false),
            (morning, false)
        ],
        "one record in the night; in the morning each clock calls"
    );
    let Raised { contact, person, channel, confirmed_at, next_person, .. } = &raised[0];
    assert_eq!((contact.as_str(), person.as_str(), channel.as_str()), ("o-1", "", ""));
    assert_eq!((confirmed_at, next_person.as_str()), (&None, "o-1"));
    assert_eq!(
        raised[0].explanation,
        "care-urgent has not acknowledged the case in time: nobody of o-1 can be reached (call 1), and \
         the next call follows in 4h 55m."
    );
}

#[test]
fn an_idle_case_is_taken_back_in_the_hours_of_its_owner() {
    let config = Config { idle_after: Some(30 * TimeDelta::MINUTE), ..Config::default() };
    let (broker, rules) = (MemoryBroker::new(1), office(STEPS));
    // A Thursday.
    let opening = complaint(Level::P3, "2026-01-08T16:45:00Z");
    publish_mention(&broker, &opening);
    publish_event(
        &broker,
        &event(&opening, CaseEventKind::Accepted, minute("2026-01-08T16:50:00Z")),
    );
    run(&broker, &rules, config, "2026-01-09T09:45:00Z");
    let taken = routed_records(&broker).into_iter();
    let taken: Vec<String> = taken
        .filter(|record| record.disposition == Disposition::HandedOff)
        .map(|record| short(record.decided_at))
        .collect();
    assert_eq!(taken, ["2026-01-09T09:20"]);
}

#[test]
fn a_routed_mention_names_whom_the_clock_will_call() {
    let (broker, rules) = (MemoryBroker::new(1), office(STEPS));
    publish_mention(&broker, &complaint(Level::P3, "2026-01-09T15:50:00Z"));
    run(&broker, &rules, Config::default(), "2026-01-09T15:51:00Z");
    let route = routed(&broker)[0].route.clone();
    assert_eq!(
        (route.next_contact.as_str(), route.next_person.as_str(), route.next_channel.as_str()),
        ("o-1", "o-1", "mail")
    );
    assert_eq!(route.next_confirmed_at, Some(at("2025-12-20T00:00:00Z")));
}

#[test]
fn addresses_leave_the_rules_only_by_the_setting() {
    let rules = office(STEPS);
    for (contacts, address) in
        [(Contacts::Reference, ""), (Contacts::Inline, "mail:o-1@canary.example")]
    {
        let broker = MemoryBroker::new(1);
        publish_mention(&broker, &complaint(Level::P3, "2026-01-09T15:50:00Z"));
        run(&broker, &rules, Config { contacts, ..Config::default() }, "2026-01-09T17:00:00Z");
        assert_eq!(escalations(&broker)[0].address, address);
        for raw in broker.records(mention::topics::ROUTED) {
            let bytes = raw.value.unwrap();
            assert!(!bytes.windows(6).any(|window| window == b"canary"));
        }
    }
}

#[test]
fn the_path_of_people_who_have_left_waits_for_a_successor() {
    let gone = STEPS.replace("\"o-1\"", "\"gone\"").replace("\"o-2\"", "\"gone\"");
    let gone = gone.replace("\"o-3\"", "\"gone\"").replace("\"o-4\"", "\"gone\"");
    let person = "[[person]]\nname = \"gone\"\nreach = [\"phone:1\"]\nuntil = \"2025-12-31\"\n\
                  confirmed = \"2025-12-20\"\n";
    let (broker, rules) = (MemoryBroker::new(1), office(&[&gone, person].concat()));
    publish_mention(&broker, &complaint(Level::P1, "2026-01-09T10:00:00Z"));
    run(&broker, &rules, Config::default(), "2026-01-09T13:00:00Z");
    let seen: Vec<_> = escalations(&broker)
        .iter()
        .filter(|raised| raised.clock == Clock::Acknowledge)
        .map(|raised| (short(raised.due_at), raised.is_unreachable))
        .collect();
    let every_hour = ["10:05", "11:05", "12:05"].map(|time| (format!("2026-01-09T{time}"), true));
    assert_eq!(seen, every_hour);
}
