//! Reads the body of a request and parses it into mentions and rejected lines.

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use platforms::{Config, ParsedLine, PayloadFormat, Rejection, canonical, parse_all, parse_array};
use stage::EventTime;

use super::HttpReply;

/// How much of a body that is too large is read and discarded, as a multiple of the limit: most
/// senders read the reply only after sending the whole body.
const DRAIN_FACTOR: usize = 16;

/// Format of a body, from its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyKind {
    /// NDJSON: one mention per line.
    Lines,
    /// JSON: a list or one mention. Senders also use it for NDJSON, so the content decides.
    Json,
}

impl BodyKind {
    /// Determines the format from the headers. A missing `content-type` counts as JSON.
    ///
    /// # Errors
    /// 415 for a content encoding or any other content type.
    pub(super) fn from_headers(headers: &HeaderMap) -> Result<Self, HttpReply> {
        let unsupported = |error| HttpReply::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, error);
        if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(unsupported("send the body without a content-encoding"));
        }
        let Some(content_type) = headers.get(CONTENT_TYPE) else { return Ok(BodyKind::Json) };
        let essence = content_type.to_str().unwrap_or_default().split(';').next();
        match essence.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/json" => Ok(BodyKind::Json),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => {
                Ok(BodyKind::Lines)
            }
            _ => Err(unsupported(
                "send `content-type: application/x-ndjson` (one mention per line) or \
                 `application/json` (a list)",
            )),
        }
    }
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// 413 when the body is larger, 400 when the connection breaks.
pub(super) async fn read(mut body: Body, limit: usize) -> Result<Vec<u8>, HttpReply> {
    let (mut bytes, mut length) = (Vec::new(), 0);
    while length <= limit.saturating_mul(DRAIN_FACTOR) {
        let Some(frame) = body.frame().await else { break };
        let broken = |_| HttpReply::error(StatusCode::BAD_REQUEST, "the body is incomplete");
        let data = frame.map_err(broken)?.into_data().unwrap_or_default();
        length += data.len();
        if length > limit {
            // Free the memory at once; the rest is only drained.
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&data);
        }
    }
    if length > limit {
        let error = format!("the body is larger than {limit} bytes: send fewer lines per request");
        return Err(HttpReply::error(StatusCode::PAYLOAD_TOO_LARGE, &error));
    }
    Ok(bytes)
}

/// Parses every line or list element.
pub(super) fn parse(
    kind: BodyKind,
    body: &[u8],
    config: &Config,
    received_at: EventTime,
) -> Vec<ParsedLine> {
    let whole = body.trim_ascii();
    if whole.first() == Some(&b'[') {
        return parse_array(whole, config, received_at).unwrap_or_else(|rejection| {
            let line =
                if let Rejection::NotJson { line, .. } = rejection { line as u64 } else { 1 };
            vec![ParsedLine { line, outcome: platforms::LineOutcome::Rejected(rejection) }]
        });
    }
    if kind == BodyKind::Json && whole.contains(&b'\n') {
        // A pretty-printed mention spans several lines. If the whole body is no JSON object, parse
        // it line by line.
        match canonical::parse_line(whole, config, received_at) {
            Err(Rejection::NotJson { .. } | Rejection::NotUtf8 | Rejection::TooLong { .. }) => {}
            one => return vec![ParsedLine { line: 1, outcome: one.into() }],
        }
    }
    parse_all(PayloadFormat::Canonical, body, config, received_at).collect()
}
