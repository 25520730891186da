//! Handles one request: authorize, read, parse, apply quotas, append, reply.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use mention::Mention;
use platforms::{LineOutcome, ParsedLine, QuotaBuckets};
use stage::WallTime;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::body::{BodyKind, BodyLimits};
use super::places::SenderState;
use super::reply::{BodyReport, MAX_LISTED, RejectedLine};
use super::{Access, Config, HttpReply, body};
use crate::{IngestMeter, MentionSink};

/// State shared by all requests.
#[derive(Debug)]
pub(super) struct RequestHandler<S, M> {
    config: Config,
    places: Semaphore,
    senders: Vec<SenderState>,
    quotas: Mutex<QuotaBuckets>,
    sink: S,
    meter: M,
}

pub(super) async fn handle_request<S: MentionSink, M: IngestMeter>(
    State(handler): State<Arc<RequestHandler<S, M>>>,
    request: Request,
) -> Response {
    let reply = handler.handle(request).await.unwrap_or_else(|reply| reply);
    handler.meter.answered(reply.status());
    reply.into_response()
}

impl<S: MentionSink, M: IngestMeter> RequestHandler<S, M> {
    pub(super) fn new(config: Config, sink: S, meter: M) -> Self {
        let places = match config.access {
            Access::Open => config.in_flight,
            Access::Keys(_) => config.in_flight_per_key,
        };
        let senders = config.access.senders().into_iter();
        let senders = senders.map(|(name, scope)| SenderState::new(name, scope, places)).collect();
        let (places, quotas) = (Semaphore::new(config.in_flight), Mutex::default());
        Self { places, senders, quotas, config, sink, meter }
    }

    /// Handles a request. `Err` is the reply to a request of which nothing was accepted.
    async fn handle(&self, request: Request) -> Result<HttpReply, HttpReply> {
        let config = &self.config;
        let (head, body) = request.into_parts();
        // Check the key before reading anything, so that a stranger cannot occupy memory or a place.
        let sender = config.access.sender(&head.headers);
        let sender = sender.and_then(|position| self.senders.get(position));
        let sender = sender.ok_or_else(HttpReply::unauthorized)?;
        let kind = BodyKind::from_headers(&head.headers)?;
        let _place = sender.take_place(&self.places).ok_or_else(|| self.too_many_requests())?;
        let (size, time, rate) = (config.body_limit, config.body_timeout, config.body_rate);
        let body = body::read(body, BodyLimits { size, time, rate }).await?;
        let all = config.attribution.get();
        let attribution = sender.attribution(Arc::clone(&all));
        let now = now();
        let lines = body::parse(kind, &body, &attribution, now.as_event_time());
        if lines.is_empty() {
            return Err(HttpReply::error(StatusCode::BAD_REQUEST, "the body contains no mention"));
        }
        self.meter.received(lines.len() as u64);
        let (mut mentions, mut report) = self.partition(lines);
        let trace = traceparent(&head.headers);
        mentions.iter_mut().for_each(|mention| mention.traceparent = trace.clone());
        let accepted = mentions.len();
        if accepted > 0 {
            self.apply_quotas(&mentions, &all, now)?;
            self.append(mentions, sender.name()).await?;
            report.accepted = accepted;
            self.meter.accepted(accepted as u64);
        }
        Ok(HttpReply::report(&report))
    }

    /// Separates mentions from rejected and skipped lines.
    fn partition(&self, lines: Vec<ParsedLine>) -> (Vec<Mention>, BodyReport) {
        let (mut mentions, mut report) = (Vec::new(), BodyReport::default());
        for ParsedLine { line, outcome } in lines {
            let (name, reason) = match outcome {
                LineOutcome::Mention(mention) => {
                    mentions.push(*mention);
                    continue;
                }
                LineOutcome::Skipped(skip) => (skip.as_str(), skip.as_str().to_owned()),
                LineOutcome::Rejected(rejection) => (rejection.as_str(), rejection.to_string()),
            };
            self.meter.rejected(name);
            if report.rejected.len() < MAX_LISTED {
                report.rejected.push(RejectedLine { line, reason });
            } else {
                report.rejected_not_listed += 1;
            }
        }
        (mentions, report)
    }

    /// Consumes quota for all mentions of a request, or rejects the request. A request that the
    /// sink then fails to append has consumed quota nevertheless, so retries do not raise the rate.
    fn apply_quotas(
        &self,
        mentions: &[Mention],
        attribution: &platforms::Config,
        now: WallTime,
    ) -> Result<(), HttpReply> {
        let tenants = mentions.iter().map(|mention| mention.tenant.as_str());
        let mut quotas = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        quotas.acquire(tenants, |tenant| attribution.quota(tenant), now).map_err(|exceeded| {
            self.meter.over_quota(mentions.len() as u64);
            // `retry-after` has whole seconds; rounding down could yield 0.
            let wait = exceeded.wait.unsigned_abs().as_micros().div_ceil(1_000_000);
            let wait = u64::try_from(wait).unwrap_or(u64::MAX);
            let error = format!(
                "tenant {:?} is over its quota and no mention was accepted: retry in {wait} s",
                exceeded.tenant
            );
            HttpReply::retry_later(StatusCode::TOO_MANY_REQUESTS, &error, Duration::from_secs(wait))
        })
    }

    async fn append(&self, mentions: Vec<Mention>, source: &str) -> Result<(), HttpReply> {
        // After a timeout the mentions may still be appended: dedupe drops what a retry repeats.
        let reason =
            match timeout(self.config.sink_timeout, self.sink.append(mentions, source)).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(unavailable)) => unavailable.to_string(),
                Err(_) => format!("no answer within {:?}", self.config.sink_timeout),
            };
        tracing::warn!("failed to append mentions: {reason}");
        let error = "mentions cannot be stored now and none was accepted: retry the request later";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Err(HttpReply::retry_later(status, error, self.config.retry_after))
    }

    fn too_many_requests(&self) -> HttpReply {
        let error = "too many requests are in flight: retry the request later";
        HttpReply::retry_later(StatusCode::TOO_MANY_REQUESTS, error, self.config.retry_after)
    }
}

/// Returns the `traceparent` of the request if it is valid in version 00 of
/// <https://www.w3.org/TR/trace-context/>; ignores any other value.
fn traceparent(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("traceparent")?.to_str().ok()?;
    let is_hex = |part: &str, length: usize| {
        let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
        part.len() == length && part.chars().all(is_digit)
    };
    let parts: Vec<&str> = value.split('-').collect();
    let [version, trace, span, flags] = parts[..] else { return None };
    let is_named = [trace, span].iter().all(|id| id.chars().any(|c| c != '0'));
    let is_valid =
        version == "00" && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2) && is_named;
    is_valid.then(|| value.to_owned())
}

/// The wall clock.
#[expect(clippy::disallowed_methods, reason = "ingest sets `received_at` from the wall clock")]
fn now() -> WallTime {
    WallTime::from(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_valid_traceparent_is_used() {
        let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let cases = [
            (valid, true),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", false),
            ("", false),
        ];
        for (value, is_used) in cases {
            let headers = HeaderMap::from_iter([(
                axum::http::HeaderName::from_static("traceparent"),
                value.parse().unwrap(),
            )]);
            assert_eq!(traceparent(&headers).as_deref(), is_used.then_some(value), "{value}");
        }
        assert_eq!(traceparent(&HeaderMap::new()), None);
    }
}
