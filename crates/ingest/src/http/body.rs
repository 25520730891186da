//! Reads the body of a request and parses it into mentions and rejected lines.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use platforms::{Config, ParsedLine, PayloadFormat, Rejection, canonical, parse_all, parse_array};
use stage::EventTime;
use tokio::time::{Instant, timeout_at};

use super::HttpReply;
use super::config::BODY_GRACE;

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
    /// 415 for a content encoding, a charset other than UTF-8 or any other content type.
    pub(super) fn from_headers(headers: &HeaderMap) -> Result<Self, HttpReply> {
        let unsupported = |error| HttpReply::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, error);
        if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(unsupported("send the body without a content-encoding"));
        }
        let Some(content_type) = headers.get(CONTENT_TYPE) else { return Ok(BodyKind::Json) };
        let mut parts = content_type.to_str().unwrap_or_default().split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        if parts.any(is_other_charset) {
            return Err(unsupported("send the body in UTF-8: `charset` must be utf-8"));
        }
        match essence.as_str() {
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

/// Whether a parameter of a content type names a charset other than UTF-8, or other than its subset
/// ASCII.
fn is_other_charset(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let charset = value.trim().trim_matches('"').to_ascii_lowercase();
    name.trim().eq_ignore_ascii_case("charset")
        && !matches!(charset.as_str(), "utf-8" | "utf8" | "us-ascii")
}

/// What a sender may take to send a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyLimits {
    /// Maximum size, in bytes.
    pub(super) size: usize,
    /// Maximum time for the whole body.
    pub(super) time: Duration,
    /// Minimum rate, in bytes per second.
    pub(super) rate: u32,
}

impl BodyLimits {
    /// When the next bytes are due after `length` bytes: a slower body would keep its place for as
    /// long as a fast one keeps it for thousands of mentions.
    fn due(&self, length: usize) -> Duration {
        let earned = length as f64 / f64::from(self.rate.max(1));
        self.time.min(BODY_GRACE.saturating_add(Duration::from_secs_f64(earned.min(1e6))))
    }
}

/// Reads a body within the limits.
///
/// # Errors
/// 413 when the body is larger, 408 when it is slower, 400 when the connection breaks.
pub(super) async fn read(mut body: Body, limits: BodyLimits) -> Result<Vec<u8>, HttpReply> {
    let (mut bytes, mut length, limit) = (Vec::new(), 0, limits.size);
    let begin = Instant::now();
    while length <= limit.saturating_mul(DRAIN_FACTOR) {
        let frame = timeout_at(begin + limits.due(length), body.frame());
        let Some(frame) = frame.await.map_err(|_| too_slow(limits))? else { break };
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

fn too_slow(limits: BodyLimits) -> HttpReply {
    let BodyLimits { rate, time, .. } = limits;
    let error = format!(
        "the body is too slow: send at least {rate} bytes per second, and all within {time:?}"
    );
    HttpReply::error(StatusCode::REQUEST_TIMEOUT, &error)
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
