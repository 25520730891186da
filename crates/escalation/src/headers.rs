//! Headers for consumers that route without decoding: CloudEvents 1.0 in Kafka's binary mode, and
//! the W3C trace context of the mention.

use std::borrow::Cow;

use jiff::Timestamp;
use mention::{Raised, Routed};
use stage::{Headers, Micros};

const SOURCE: &str = "/harken/escalation";
/// Avro in whatever framing the deployment has chosen.
const CONTENT: &str = "application/avro";

/// Headers of a routed mention.
pub(crate) fn routed(routed: &Routed) -> Headers {
    let id = routed.decision_id.clone();
    let time = routed.decided_at;
    let mut headers = event("harken.mention.routed.v1", id, time, routed.mention_id.clone());
    if let Some(trace) = &routed.mention.traceparent {
        headers.push(("traceparent", trace.clone().into()));
    }
    headers
}

/// Headers of an escalation.
pub(crate) fn raised(raised: &Raised) -> Headers {
    let clock = crate::explain::clock(raised.clock);
    let id = format!("{}-{clock}-{}-{}", raised.case_id, raised.step, raised.due_at);
    event("harken.escalation.raised.v1", id, raised.due_at, raised.case_id.clone())
}

fn event(kind: &'static str, id: String, time: Micros, subject: String) -> Headers {
    // A time beyond the year 9999 has no RFC 3339 form; the record itself still has it.
    let time = Timestamp::from_microsecond(time).map(|time| time.to_string()).unwrap_or_default();
    vec![
        ("ce_specversion", Cow::Borrowed("1.0")),
        ("ce_id", id.into()),
        ("ce_type", kind.into()),
        ("ce_source", SOURCE.into()),
        ("ce_time", time.into()),
        ("ce_subject", subject.into()),
        ("content-type", CONTENT.into()),
    ]
}
