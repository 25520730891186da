//! From the bytes of a request to mentions and rejected lines.

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use platforms::{Format, Heard, Refused, Settings, canonical, read_all, read_array};
use stage::Micros;

use super::Answer;

/// How far a body that is too large is read on, as a multiple of the limit: a sender reads no
/// answer before it has sent everything.
const PATIENCE: usize = 16;

/// How a body says it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One mention a line.
    Lines,
    /// A list, one mention, or lines all the same: the content tells.
    Json,
}

impl Kind {
    /// What the headers say; nothing at all is as good as JSON.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Answer> {
        let unsupported = |error| Answer::problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, error);
        if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(unsupported("send the body without a content-encoding"));
        }
        let Some(content_type) = headers.get(CONTENT_TYPE) else { return Ok(Kind::Json) };
        let essence = content_type.to_str().unwrap_or_default().split(';').next();
        match essence.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/json" => Ok(Kind::Json),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Ok(Kind::Lines),
            _ => Err(unsupported(
                "send `content-type: application/x-ndjson` (a mention a line) or \
                 `application/json` (a list)",
            )),
        }
    }
}

/// Receives a body of at most `limit` bytes.
pub(super) async fn receive(mut body: Body, limit: usize) -> Result<Vec<u8>, Answer> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    while length <= limit.saturating_mul(PATIENCE) {
        let Some(frame) = body.frame().await else { break };
        let broken = |_| Answer::problem(StatusCode::BAD_REQUEST, "the body broke off");
        let data = frame.map_err(broken)?.into_data().unwrap_or_default();
        length += data.len();
        if length > limit {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&data);
        }
    }
    if length > limit {
        let error = format!("the body is larger than {limit} bytes: send fewer lines at once");
        return Err(Answer::problem(StatusCode::PAYLOAD_TOO_LARGE, &error));
    }
    Ok(bytes)
}

/// Reads every line or element.
pub(super) fn read(
    kind: Kind,
    body: &[u8],
    settings: &Settings,
    received_at: Micros,
) -> Vec<Heard> {
    let whole = body.trim_ascii();
    if whole.first() == Some(&b'[') {
        return read_array(whole, settings, received_at).unwrap_or_else(|refused| {
            let line = if let Refused::NotJson { line, .. } = refused { line as u64 } else { 1 };
            vec![Heard { line, outcome: platforms::Outcome::Refused(refused) }]
        });
    }
    if kind == Kind::Json && whole.contains(&b'\n') {
        // One mention, printed on many lines; whatever is no JSON as a whole is lines.
        match canonical::parse_line(whole, settings, received_at) {
            Err(Refused::NotJson { .. } | Refused::NotUtf8 | Refused::TooLong { .. }) => {}
            one => return vec![Heard { line: 1, outcome: one.into() }],
        }
    }
    read_all(Format::Canonical, body, settings, received_at).collect()
}
