//! Replies to senders: a status and a JSON body.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;

/// A rejected line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct RejectedLine {
    /// Line number in an NDJSON body or position in a list, from 1.
    pub(super) line: u64,
    /// The error and the expected value.
    pub(super) reason: String,
}

/// Maximum of rejected lines in a reply; the rest is only counted.
pub(super) const MAX_LISTED: usize = 100;

/// Result of a request, the JSON body of a 202 or 400.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct BodyReport {
    /// Number of stored mentions.
    pub(super) accepted: usize,
    /// The first [`MAX_LISTED`] rejected lines.
    pub(super) rejected: Vec<RejectedLine>,
    /// Number of further rejected lines.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) rejected_not_listed: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'a str,
}

/// A reply: status, JSON body and at most one extra header.
#[derive(Debug)]
pub(super) struct HttpReply {
    status: StatusCode,
    body: String,
    header: Option<(HeaderName, HeaderValue)>,
}

impl HttpReply {
    /// Replies with the result of each line: 202 if a mention was stored, else 400.
    pub(super) fn report(report: &BodyReport) -> Self {
        let status =
            if report.accepted > 0 { StatusCode::ACCEPTED } else { StatusCode::BAD_REQUEST };
        Self { status, body: json(report), header: None }
    }

    /// Rejects the whole request.
    pub(super) fn error(status: StatusCode, error: &str) -> Self {
        Self { status, body: json(&ErrorBody { error }), header: None }
    }

    /// 401: the key is missing or unknown.
    pub(super) fn unauthorized() -> Self {
        let error = "send an API key: `authorization: Bearer KEY` or `x-api-key: KEY`";
        Self::error(StatusCode::UNAUTHORIZED, error)
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 405: the method is not POST.
    pub(super) fn method_not_allowed() -> Self {
        let error = "send mentions with POST";
        Self::error(StatusCode::METHOD_NOT_ALLOWED, error)
            .with_header(ALLOW, HeaderValue::from_static("POST"))
    }

    /// 404: the path is not [`super::PATH`].
    pub(super) fn not_found() -> Self {
        Self::error(StatusCode::NOT_FOUND, "post mentions to /v1/mentions")
    }

    /// Rejects a request that the sender may retry after `after`, rounded up to seconds.
    pub(super) fn retry_later(status: StatusCode, error: &str, after: Duration) -> Self {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        Self::error(status, error).with_header(RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The HTTP status code.
    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(self.header);
        response
    }

    fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }
}

fn json(body: &impl Serialize) -> String {
    // Serialization fails only on non-string map keys or a failing `Serialize`; these have neither.
    serde_json::to_string(body).unwrap_or_default()
}
