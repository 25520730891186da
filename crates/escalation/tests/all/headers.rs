//! Record headers of the outputs.

use escalation::Out;
use mention::{Raised, Routed};
use stage::{EventTime, Output};

#[test]
fn a_routed_mention_is_a_cloud_event_with_its_trace_context() {
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let mut routed = Routed {
        mention_id: "northline/x/1".into(),
        decision_id: "c-d-1".into(),
        ..Routed::default()
    };
    routed.decided_at = EventTime::from_micros(1_700_000_000_123_000);
    routed.mention.traceparent = Some(trace.into());
    let expected = [
        ("ce_specversion", "1.0"),
        ("ce_id", "c-d-1"),
        ("ce_type", "harken.mention.routed.v1"),
        ("ce_source", "/harken/escalation"),
        ("ce_time", "2023-11-14T22:13:20.123Z"),
        ("ce_subject", "northline/x/1"),
        ("content-type", "application/avro"),
        ("traceparent", trace),
    ];
    let headers = Out::Routed(Box::new(routed)).headers();
    let expected = expected.map(|(name, value)| (name, value.as_bytes()));
    assert_eq!(headers.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn each_call_of_a_clock_has_its_own_event_id() {
    let due_at = EventTime::from_micros(7);
    let escalations = Raised { case_id: "c".into(), step: 2, due_at, ..Raised::default() };
    let headers = Out::Raised(Box::new(escalations)).headers();
    assert_eq!(headers.get("ce_id"), Some(b"c-acknowledge-2-7".as_slice()));
    assert_eq!(headers.get("ce_type"), Some(b"harken.escalation.raised.v1".as_slice()));
}
