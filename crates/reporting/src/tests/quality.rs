//! Measurements of the handling of cases: clocks, resolutions, labels and incidents.

use mention::{
    Call, CaseEvent, CaseEventKind, Cause, Clock, Disposition, LabelCorrection, Level, Priority,
    Raised, Route, Routed, StoppedClock, topics,
};
use stage::memory::MemoryBroker;
use stage::{EventTime, TimeDelta};

use super::lifecycle::{LifecycleEnd, MentionLifecycle, put};
use super::measurements::{assert_measured, lifecycle_at, measure};
use crate::Config;
use crate::config::start_of_hour;

/// Writes a control record about the case of a lifecycle.
fn write_control_record(
    broker: &MemoryBroker,
    lifecycle: &MentionLifecycle,
    at: EventTime,
    disposition: Disposition,
    stopped: Option<StoppedClock>,
) {
    let route = Route { owner: "care".into(), policy: "standard".into(), ..Route::default() };
    let priority = Priority { level: Level::P2, ..Priority::default() };
    let case_id = lifecycle.case_id();
    let mention = lifecycle.mention();
    let control =
        Routed { disposition, case_id, mention, route, priority, stopped, ..Routed::default() };
    put(broker, lifecycle, topics::ROUTED, at, &control);
}

#[test]
fn clocks_and_resolutions_are_counted_by_team_and_level() {
    let broker = MemoryBroker::new(1);
    let (first, later) =
        (lifecycle_at(1, 1, LifecycleEnd::Routed), lifecycle_at(30, 1, LifecycleEnd::Routed));
    first.write(&broker);
    let time = |minute: i64| first.received_at + minute * TimeDelta::MINUTE;
    let stopped = |clock, minutes: i64, is_in_time| {
        Some(StoppedClock {
            clock,
            counted: minutes * TimeDelta::MINUTE,
            is_in_time,
            ..StoppedClock::default()
        })
    };
    let answered = stopped(Clock::Respond, 20, true);
    write_control_record(&broker, &first, time(20), Disposition::Responded, answered);
    later.write(&broker);
    write_control_record(
        &broker,
        &first,
        time(40),
        Disposition::Resolved,
        stopped(Clock::Resolve, 40, false),
    );
    let other = lifecycle_at(2, 2, LifecycleEnd::Routed);
    other.write(&broker);
    lifecycle_at(3, 2, LifecycleEnd::Routed).write(&broker);
    write_control_record(&broker, &other, time(41), Disposition::Reopened, None);
    write_control_record(&broker, &other, time(42), Disposition::Resolved, None);
    for (cause, minute) in [(Cause::Foreseen, 43), (Cause::NotAccepted, 44)] {
        let (tenant, owner) = ("acme".to_owned(), "care".to_owned());
        let is_unreachable = cause == Cause::NotAccepted;
        let due_at = time(minute);
        let raised = Raised { tenant, owner, cause, due_at, is_unreachable, ..Raised::default() };
        put(&broker, &first, topics::RAISED, time(minute), &raised);
    }
    for (count, calls_left) in [(1, 1), (37, 0)] {
        let (tenant, is_summary) = ("acme".to_owned(), count > 1);
        let call = Call { tenant, count, calls_left, is_summary, ..Call::default() };
        put(&broker, &first, topics::CALL, time(44), &call);
    }
    for (was, is) in [("complaint", "complaint"), ("complaint", "praise")] {
        let label = Some(LabelCorrection { task: "intent".into(), was: was.into(), is: is.into() });
        let (tenant, kind) = ("acme".to_owned(), CaseEventKind::LabelCorrected);
        let case_id = first.case_id();
        let event = CaseEvent { tenant, case_id, kind, label, ..CaseEvent::default() };
        put(&broker, &first, topics::CASE_EVENT, time(45), &event);
    }
    let measured =
        measure(&broker, &Config::default(), start_of_hour(400_000) + 50 * TimeDelta::MINUTE);
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
        ("harken_unreachable_escalations_total acme care", 1.0),
        ("harken_contact_calls_total acme no", 1.0),
        ("harken_contact_calls_total acme yes", 1.0),
        ("harken_contact_cases_total acme single", 1.0),
        ("harken_contact_cases_total acme summary", 37.0),
        ("harken_case_labels_total acme unknown intent agreed", 1.0),
        ("harken_case_labels_total acme unknown intent corrected", 1.0),
        ("harken_case_messages_total acme first_negative", 2.0),
        ("harken_case_messages_total acme answered_negative", 1.0),
        ("harken_case_messages_total acme unanswered_negative", 1.0),
    ];
    assert_measured(&measured, &expected);
}

#[test]
fn labels_are_counted_by_task_and_language_even_if_they_arrive_before_the_message() {
    for offset in [-TimeDelta::MINUTE, TimeDelta::MINUTE] {
        let broker = MemoryBroker::new(1);
        let lifecycle = lifecycle_at(1, 1, LifecycleEnd::Routed);
        let mut routed = Routed { mention: lifecycle.mention(), ..Routed::default() };
        (routed.case_id, routed.understanding.language) = ("case".into(), Some("de".into()));
        put(&broker, &lifecycle, topics::ROUTED, lifecycle.received_at, &routed);
        for (task, is) in [("sentiment", "negative"), ("sentiment", "neutral"), ("weather", "x")] {
            let label =
                Some(LabelCorrection { task: task.into(), was: "negative".into(), is: is.into() });
            let (tenant, case_id) = ("acme".to_owned(), "case".to_owned());
            let kind = CaseEventKind::LabelCorrected;
            let event = CaseEvent { tenant, case_id, kind, label, ..CaseEvent::default() };
            put(&broker, &lifecycle, topics::CASE_EVENT, lifecycle.received_at + offset, &event);
        }
        let measured =
            measure(&broker, &Config::default(), start_of_hour(400_000) + 50 * TimeDelta::MINUTE);
        let expected = [
            ("harken_case_labels_total acme de sentiment agreed", 1.0),
            ("harken_case_labels_total acme de sentiment corrected", 1.0),
            ("harken_case_labels_total acme de other corrected", 1.0),
        ];
        assert_measured(&measured, &expected);
        let labels = measured.keys().filter(|name| name.starts_with("harken_case_labels_total"));
        assert_eq!(labels.count(), 3, "{measured:#?}");
    }
}

#[test]
fn a_label_without_a_message_is_counted_when_its_case_expires() {
    let broker = MemoryBroker::new(1);
    let lifecycle = lifecycle_at(1, 1, LifecycleEnd::Routed);
    let label = LabelCorrection { task: "risk".into(), was: "safety".into(), is: "none".into() };
    let (tenant, label, kind) = ("acme".into(), Some(label), CaseEventKind::LabelCorrected);
    let event = CaseEvent { tenant, kind, label, ..CaseEvent::default() };
    put(&broker, &lifecycle, topics::CASE_EVENT, lifecycle.received_at, &event);
    for (days, expected) in [(1, None), (31, Some(&1.0))] {
        let until = start_of_hour(400_000 + days * 24);
        let measured = measure(&broker, &Config::default(), until);
        assert_eq!(measured.get("harken_case_labels_total acme unknown risk corrected"), expected);
    }
}

#[test]
fn a_case_of_an_incident_is_deflected_if_it_is_resolved_without_an_answer() {
    for (notice, is_answered, expected) in [
        (None, false, "without deflected"),
        (None, true, "without answered"),
        (Some("It is being repaired."), false, "with deflected"),
        (Some("It is being repaired."), true, "with answered"),
    ] {
        let broker = MemoryBroker::new(1);
        let lifecycle = lifecycle_at(1, 1, LifecycleEnd::Routed);
        let (mention, case_id) = (lifecycle.mention(), lifecycle.case_id());
        let mut routed = Routed { mention, case_id, ..Routed::default() };
        routed.priority.incident_id = Some("INC-1".to_owned());
        routed.route.incident_notice = notice.map(str::to_owned);
        put(&broker, &lifecycle, topics::ROUTED, lifecycle.received_at, &routed);
        let time = |minute: i64| lifecycle.received_at + minute * TimeDelta::MINUTE;
        if is_answered {
            write_control_record(&broker, &lifecycle, time(1), Disposition::Responded, None);
        }
        write_control_record(&broker, &lifecycle, time(2), Disposition::Resolved, None);
        let measured =
            measure(&broker, &Config::default(), start_of_hour(400_000) + 50 * TimeDelta::MINUTE);
        assert_measured(
            &measured,
            &[(&format!("harken_incident_cases_total acme {expected}"), 1.0)],
        );
        let cases = measured.iter().filter(|(name, _)| name.starts_with("harken_incident_cases"));
        assert_eq!(cases.map(|(_, number)| number).sum::<f64>(), 1.0);
    }
}
