//! Record headers for consumers that do not decode the value: CloudEvents 1.0 in Kafka's binary
//! mode, and the W3C trace context of the mention.

use jiff::Timestamp;
use mention::{Clock, Raised, Routed};
use stage::{EventTime, RecordHeaders};

const SOURCE: &str = "/harken/escalation";
/// Avro, in the framing of the deployment.
const CONTENT: &str = "application/avro";

/// The headers of a routed mention or a control record.
pub(crate) fn routed(routed: &Routed) -> RecordHeaders {
    let id = routed.decision_id.clone();
    let time = routed.decided_at;
    let mut headers = event("harken.mention.routed.v1", id, time, routed.mention_id.clone());
    // Passed through unchanged, so that a trace spans the pipeline.
    if let Some(trace) = &routed.mention.traceparent {
        headers.push("traceparent", trace.clone().into_bytes());
    }
    headers
}

/// The headers of an escalation.
pub(crate) fn raised(raised: &Raised) -> RecordHeaders {
    let clock = clock_name(raised.clock);
    let id = format!("{}-{clock}-{}-{}", raised.case_id, raised.step, raised.due_at);
    event("harken.escalation.raised.v1", id, raised.due_at, raised.case_id.clone())
}

fn event(kind: &'static str, id: String, time: EventTime, subject: String) -> RecordHeaders {
    // A time after the year 9999 has no RFC 3339 form: the header stays empty, the record has it.
    let time = Timestamp::from_microsecond(time.as_micros());
    let time = time.map(|time| time.to_string()).unwrap_or_default();
    let mut headers = RecordHeaders::new();
    headers.push("ce_specversion", b"1.0");
    headers.push("ce_id", id.into_bytes());
    headers.push("ce_type", kind.as_bytes());
    headers.push("ce_source", SOURCE.as_bytes());
    headers.push("ce_time", time.into_bytes());
    headers.push("ce_subject", subject.into_bytes());
    headers.push("content-type", CONTENT.as_bytes());
    headers
}

/// The name of a clock in CloudEvents ids; part of the wire format.
fn clock_name(clock: Clock) -> &'static str {
    match clock {
        Clock::Acknowledge => "acknowledge",
        Clock::Respond => "respond",
        Clock::Resolve => "resolve",
    }
}
