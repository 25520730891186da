//! What a sender is told: a status and a JSON body.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;

/// A line that was turned down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Rejected {
    /// The line of an NDJSON body or the element of a list, from 1.
    pub(super) line: u64,
    /// What is wrong and what would be right.
    pub(super) reason: String,
}

/// How many rejected lines an answer lists; it tells how many more there are.
pub(super) const LISTED: usize = 100;

/// What became of the lines of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Account {
    /// How many mentions are safe.
    pub(super) accepted: usize,
    /// The first lines turned down.
    pub(super) rejected: Vec<Rejected>,
    /// How many more were.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) rejected_not_listed: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[derive(Serialize)]
struct Problem<'a> {
    error: &'a str,
}

/// An answer before it is written.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: String,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// What became of a body whose good lines are safe, if it had any.
    pub(super) fn account(account: &Account) -> Self {
        let status =
            if account.accepted > 0 { StatusCode::ACCEPTED } else { StatusCode::BAD_REQUEST };
        Self { status, body: json(account), header: None }
    }

    /// The request was turned down as a whole.
    pub(super) fn problem(status: StatusCode, error: &str) -> Self {
        Self { status, body: json(&Problem { error }), header: None }
    }

    /// No key, or a wrong one.
    pub(super) fn unauthorized() -> Self {
        let error = "show an API key: `authorization: Bearer KEY` or `x-api-key: KEY`";
        Self::problem(StatusCode::UNAUTHORIZED, error)
            .with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// A method other than POST.
    pub(super) fn wrong_method() -> Self {
        let error = "send mentions with POST";
        Self::problem(StatusCode::METHOD_NOT_ALLOWED, error)
            .with(ALLOW, HeaderValue::from_static("POST"))
    }

    /// A path other than [`super::PATH`].
    pub(super) fn not_found() -> Self {
        Self::problem(StatusCode::NOT_FOUND, "post mentions to /v1/mentions")
    }

    /// The same request may succeed later.
    pub(super) fn later(status: StatusCode, error: &str, after: Duration) -> Self {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        Self::problem(status, error).with(RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Its status.
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

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some((name, value));
        self
    }
}

/// These records have no map keys and no failing parts: they always have a JSON form.
fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
