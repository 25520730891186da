//! The input and the output of the stage, and the record of a call.

use jiff::Timestamp;
use mention::{Call, CalledCase, Raised, admission, codec, contact_key, topics};
use stage::{EventTime, Input, Malformed, Output, RawRecord, RecordHeaders, Topic};

/// Maximum length of the explanation of a listed case, in bytes.
const MAX_EXPLANATION: usize = 1_000;

/// An input record.
#[derive(Debug, Clone, PartialEq)]
pub enum In {
    /// An escalation.
    Raised(Box<Raised>),
}

impl Input for In {
    fn topics() -> Vec<Topic> {
        vec![topics::RAISED]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        admission::read(record).map(In::Raised)
    }
}

/// An output record.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A call.
    Call(Box<Call>),
}

impl Output for Out {
    fn topics() -> Vec<Topic> {
        vec![topics::CALL]
    }

    fn topic(&self) -> Topic {
        match self {
            Out::Call(_) => topics::CALL,
        }
    }

    fn key(&self, out: &mut Vec<u8>) {
        let Out::Call(call) = self;
        contact_key(&call.tenant, &call.callee, out);
    }

    fn write(&self, out: &mut Vec<u8>) {
        let Out::Call(call) = self;
        codec::write(call.as_ref(), out);
    }

    /// CloudEvents 1.0 in Kafka's binary mode.
    fn headers(&self) -> RecordHeaders {
        let Out::Call(call) = self;
        let mut headers = RecordHeaders::new();
        let id = format!("{}/{}-{}", call.tenant, call.callee, call.called_at);
        headers.push("ce_specversion", b"1.0");
        headers.push("ce_id", id.into_bytes());
        headers.push("ce_type", b"harken.escalation.call.v1");
        headers.push("ce_source", b"/harken/calls");
        headers.push("ce_time", rfc3339(call.called_at).into_bytes());
        headers.push("ce_subject", call.callee.clone().into_bytes());
        headers.push("content-type", b"application/avro");
        headers
    }
}

/// The time as text; empty for one beyond the year 9999, which the record still has.
fn rfc3339(time: EventTime) -> String {
    Timestamp::from_microsecond(time.as_micros()).map(|time| time.to_string()).unwrap_or_default()
}

/// What a call says about an escalation.
pub(crate) fn called_case(raised: Raised) -> CalledCase {
    CalledCase {
        case_id: raised.case_id,
        platform: raised.platform,
        author_id: raised.author_id,
        mention_id: raised.mention_id,
        clock: raised.clock,
        due_at: raised.due_at,
        step: raised.step,
        cause: raised.cause,
        owner: raised.owner,
        path: raised.path,
        explanation: shortened(raised.explanation),
        contact: raised.contact,
    }
}

/// Cuts a text at [`MAX_EXPLANATION`], between two characters.
fn shortened(mut text: String) -> String {
    let mut length = text.len().min(MAX_EXPLANATION);
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    text.truncate(length);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_explanation_is_cut_between_two_characters() {
        assert_eq!(shortened("short".into()), "short");
        let cut = shortened(format!("a{}", "é".repeat(600)));
        assert_eq!((cut.len(), cut.ends_with('é')), (999, true));
    }
}
