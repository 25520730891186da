//! How cases went, as Prometheus is shown it.

use mention::{
    CaseEvent, CaseEventKind, Cause, Clock, Disposition, Label, Level, Priority, Raised, Route,
    Routed, Stopped, topics,
};
use stage::memory::Broker;

use super::journey::{End, HOUR, Journey, MINUTE, put};
use super::readings::{assert_reads, at, readings};
use crate::Settings;

/// Writes what has become of the case of a journey.
fn became(
    broker: &Broker,
    journey: &Journey,
    at: i64,
    what: Disposition,
    stopped: Option<Stopped>,
) {
    let route = Route { owner: "care".into(), policy: "standard".into(), ..Route::default() };
    let priority = Priority { level: Level::P2, ..Priority::default() };
    let case_id = journey.case_id();
    let mention = journey.mention();
    let said = Routed {
        disposition: what,
        case_id,
        mention,
        route,
        priority,
        stopped,
        ..Routed::default()
    };
    put(broker, journey, topics::ROUTED, at, &said);
}

#[test]
fn how_cases_went_is_counted_by_team_and_level() {
    let broker = Broker::new(1);
    let (first, later) = (at(1, 1, End::Routed), at(30, 1, End::Routed));
    first.write(&broker);
    let time = |minute: i64| first.received_at + minute * MINUTE;
    let stopped = |clock, minutes: i64, is_in_time| {
        Some(Stopped { clock, counted: minutes * MINUTE, is_in_time })
    };
    let answered = stopped(Clock::Respond, 20, true);
    became(&broker, &first, time(20), Disposition::Responded, answered);
    later.write(&broker);
    became(&broker, &first, time(40), Disposition::Resolved, stopped(Clock::Resolve, 40, false));
    let other = at(2, 2, End::Routed);
    other.write(&broker);
    at(3, 2, End::Routed).write(&broker);
    became(&broker, &other, time(41), Disposition::Reopened, None);
    became(&broker, &other, time(42), Disposition::Resolved, None);
    for (cause, minute) in [(Cause::Foreseen, 43), (Cause::NotAccepted, 44)] {
        let (tenant, owner) = ("acme".to_owned(), "care".to_owned());
        let raised = Raised { tenant, owner, cause, due_at: time(minute), ..Raised::default() };
        put(&broker, &first, topics::RAISED, time(minute), &raised);
    }
    for (was, is) in [("complaint", "complaint"), ("complaint", "praise")] {
        let label = Some(Label { task: "intent".into(), was: was.into(), is: is.into() });
        let (tenant, kind) = ("acme".to_owned(), CaseEventKind::LabelCorrected);
        let case_id = first.case_id();
        let event = CaseEvent { tenant, case_id, kind, label, ..CaseEvent::default() };
        put(&broker, &first, topics::CASE_EVENT, time(45), &event);
    }
    let readings = readings(&broker, &Settings::default(), 400_000 * HOUR + 50 * MINUTE);
    let expected = [
        ("harken_case_clocks_total acme care respond P2", 1.0),
        ("harken_case_in_time_clocks_total acme care respond P2", 1.0),
        ("harken_case_clocks_seconds_total acme care respond P2", 1200.0),
        ("harken_case_in_time_clocks_total acme care resolve P2", 0.0),
        ("harken_case_resolutions_total acme care first", 1.0),
        ("harken_case_resolutions_total acme care further", 1.0),
        ("harken_escalation_calls_total acme care foreseen", 1.0),
        ("harken_escalation_calls_total acme care not_accepted", 1.0),
        ("harken_escalation_breaches_total acme care acknowledge", 1.0),
        ("harken_case_labels_total acme unknown intent agreed", 1.0),
        ("harken_case_labels_total acme unknown intent corrected", 1.0),
        ("harken_case_messages_total acme first_negative", 2.0),
        ("harken_case_messages_total acme answered_negative", 1.0),
        ("harken_case_messages_total acme unanswered_negative", 1.0),
    ];
    assert_reads(&readings, &expected);
}

#[test]
fn labels_are_counted_by_task_and_language_even_when_they_come_before_the_message() {
    for offset in [-MINUTE, MINUTE] {
        let broker = Broker::new(1);
        let journey = at(1, 1, End::Routed);
        let mut routed = Routed { mention: journey.mention(), ..Routed::default() };
        (routed.case_id, routed.understanding.language) = ("case".into(), Some("de".into()));
        put(&broker, &journey, topics::ROUTED, journey.received_at, &routed);
        for (task, is) in [("sentiment", "negative"), ("sentiment", "neutral"), ("weather", "x")] {
            let label = Some(Label { task: task.into(), was: "negative".into(), is: is.into() });
            let (tenant, case_id) = ("acme".to_owned(), "case".to_owned());
            let kind = CaseEventKind::LabelCorrected;
            let event = CaseEvent { tenant, case_id, kind, label, ..CaseEvent::default() };
            put(&broker, &journey, topics::CASE_EVENT, journey.received_at + offset, &event);
        }
        let readings = readings(&broker, &Settings::default(), 400_000 * HOUR + 50 * MINUTE);
        let expected = [
            ("harken_case_labels_total acme de sentiment agreed", 1.0),
            ("harken_case_labels_total acme de sentiment corrected", 1.0),
            ("harken_case_labels_total acme de other corrected", 1.0),
        ];
        assert_reads(&readings, &expected);
        let labels = readings.keys().filter(|name| name.starts_with("harken_case_labels_total"));
        assert_eq!(labels.count(), 3, "{readings:#?}");
    }
}

#[test]
fn a_label_whose_message_never_comes_is_counted_when_its_case_is_forgotten() {
    let broker = Broker::new(1);
    let journey = at(1, 1, End::Routed);
    let label = Label { task: "risk".into(), was: "safety".into(), is: "none".into() };
    let (tenant, label, kind) = ("acme".into(), Some(label), CaseEventKind::LabelCorrected);
    let event = CaseEvent { tenant, kind, label, ..CaseEvent::default() };
    put(&broker, &journey, topics::CASE_EVENT, journey.received_at, &event);
    for (days, expected) in [(1, None), (31, Some(&1.0))] {
        let until = (400_000 + days * 24) * HOUR;
        let readings = readings(&broker, &Settings::default(), until);
        assert_eq!(readings.get("harken_case_labels_total acme unknown risk corrected"), expected);
    }
}

#[test]
fn a_case_of_an_incident_is_deflected_when_it_is_closed_without_an_answer() {
    for (notice, is_answered, expected) in [
        (None, false, "without deflected"),
        (None, true, "without answered"),
        (Some("It is being mended."), false, "with deflected"),
        (Some("It is being mended."), true, "with answered"),
    ] {
        let broker = Broker::new(1);
        let journey = at(1, 1, End::Routed);
        let (mention, case_id) = (journey.mention(), journey.case_id());
        let mut routed = Routed { mention, case_id, ..Routed::default() };
        routed.priority.incident_id = Some("INC-1".to_owned());
        routed.route.incident_notice = notice.map(str::to_owned);
        put(&broker, &journey, topics::ROUTED, journey.received_at, &routed);
        let time = |minute: i64| journey.received_at + minute * MINUTE;
        if is_answered {
            became(&broker, &journey, time(1), Disposition::Responded, None);
        }
        became(&broker, &journey, time(2), Disposition::Resolved, None);
        let readings = readings(&broker, &Settings::default(), 400_000 * HOUR + 50 * MINUTE);
        assert_reads(&readings, &[(&format!("harken_incident_cases_total acme {expected}"), 1.0)]);
        let cases = readings.iter().filter(|(name, _)| name.starts_with("harken_incident_cases"));
        assert_eq!(cases.map(|(_, number)| number).sum::<f64>(), 1.0);
    }
}
