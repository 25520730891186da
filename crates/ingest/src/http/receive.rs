//! One request from its first header to its answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use mention::Mention;
use platforms::{Heard, Outcome, Quotas};
use stage::Micros;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::answer::{Account, LISTED, Rejected};
use super::body::Kind;
use super::{Answer, Settings, body};
use crate::{Meter, Sink};

/// What every request shares.
#[derive(Debug)]
pub(super) struct Receiver<S, M> {
    settings: Settings,
    places: Semaphore,
    quotas: Mutex<Quotas>,
    sink: S,
    meter: M,
}

pub(super) async fn receive<S: Sink, M: Meter>(
    State(receiver): State<Arc<Receiver<S, M>>>,
    request: Request,
) -> Response {
    let answer = receiver.answer(request).await.unwrap_or_else(|answer| answer);
    receiver.meter.answered(answer.status());
    answer.into_response()
}

impl<S: Sink, M: Meter> Receiver<S, M> {
    pub(super) fn new(settings: Settings, sink: S, meter: M) -> Self {
        let (places, quotas) = (Semaphore::new(settings.in_flight), Mutex::default());
        Self { places, quotas, settings, sink, meter }
    }

    /// Admits, receives, reads, measures, keeps; whatever turns the request down is its answer.
    async fn answer(&self, request: Request) -> Result<Answer, Answer> {
        let settings = &self.settings;
        let (head, body) = request.into_parts();
        if !settings.access.admits(&head.headers) {
            return Err(Answer::unauthorized());
        }
        let kind = Kind::of(&head.headers)?;
        let _place = self.places.try_acquire().map_err(|_| self.busy())?;
        let body = timeout(settings.body_timeout, body::receive(body, settings.body_limit));
        let body = body.await.map_err(|_| {
            Answer::problem(StatusCode::REQUEST_TIMEOUT, "the body took too long")
        })??;
        let ingest = settings.ingest.get();
        let now = now();
        let heard = body::read(kind, &body, &ingest, now);
        if heard.is_empty() {
            return Err(Answer::problem(StatusCode::BAD_REQUEST, "the body has no mention"));
        }
        self.meter.received(heard.len() as u64);
        let (mut mentions, mut account) = self.sort(heard);
        let trace = traceparent(&head.headers);
        mentions.iter_mut().for_each(|mention| mention.traceparent = trace.clone());
        let accepted = mentions.len();
        if accepted > 0 {
            self.measure(&mentions, &ingest, now)?;
            self.keep(mentions).await?;
            account.accepted = accepted;
            self.meter.accepted(accepted as u64);
        }
        Ok(Answer::account(&account))
    }

    /// Parts mentions from rejected lines.
    fn sort(&self, heard: Vec<Heard>) -> (Vec<Mention>, Account) {
        let (mut mentions, mut account) = (Vec::new(), Account::default());
        for Heard { line, outcome } in heard {
            let (name, reason) = match outcome {
                Outcome::Mention(mention) => {
                    mentions.push(*mention);
                    continue;
                }
                Outcome::Skipped(skip) => (skip.as_str(), skip.as_str().to_owned()),
                Outcome::Refused(refused) => (refused.as_str(), refused.to_string()),
            };
            self.meter.rejected(name);
            if account.rejected.len() < LISTED {
                account.rejected.push(Rejected { line, reason });
            } else {
                account.rejected_not_listed += 1;
            }
        }
        (mentions, account)
    }

    /// Takes what the quotas of the tenants allow: all of a request or nothing. What then cannot be
    /// kept counts as well, so that a sender that repeats itself is not faster for it.
    fn measure(
        &self,
        mentions: &[Mention],
        ingest: &platforms::Settings,
        now: Micros,
    ) -> Result<(), Answer> {
        let tenants = mentions.iter().map(|mention| mention.tenant.as_str());
        let mut quotas = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        quotas.take(tenants, |tenant| ingest.quota(tenant), now).map_err(|over| {
            self.meter.over_quota(mentions.len() as u64);
            // The header has whole seconds: less than one would be none.
            let wait = Duration::from_micros(over.wait.unsigned_abs()).as_millis().div_ceil(1000);
            let wait = u64::try_from(wait).unwrap_or(u64::MAX);
            let error = format!(
                "tenant {:?} is over its quota and nothing of this was taken: send the same again \
                 in {wait} s",
                over.tenant
            );
            Answer::later(StatusCode::TOO_MANY_REQUESTS, &error, Duration::from_secs(wait))
        })
    }

    async fn keep(&self, mentions: Vec<Mention>) -> Result<(), Answer> {
        let problem = match timeout(self.settings.sink_timeout, self.sink.append(mentions)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(unavailable)) => unavailable.to_string(),
            Err(_) => format!("no answer within {:?}", self.settings.sink_timeout),
        };
        tracing::warn!("failed to append mentions: {problem}");
        let error =
            "mentions cannot be kept now and none counts as taken: send the same again later";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Err(Answer::later(status, error, self.settings.retry_after))
    }

    fn busy(&self) -> Answer {
        let error = "too many requests are in flight: send the same again later";
        Answer::later(StatusCode::TOO_MANY_REQUESTS, error, self.settings.retry_after)
    }
}

/// The trace the request belongs to, if it names one: 55 characters, as version 00 of
/// <https://www.w3.org/TR/trace-context/> has them. Anything else is not passed on.
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

/// When a mention is heard.
#[expect(clippy::disallowed_methods, reason = "the edge stamps what it hears")]
fn now() -> Micros {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Micros::try_from(since_epoch.as_micros()).unwrap_or(Micros::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trace_of_the_known_form_is_passed_on() {
        let fair = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let cases = [
            (fair, true),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
            ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", false),
            ("", false),
        ];
        for (value, is_passed_on) in cases {
            let headers = HeaderMap::from_iter([(
                axum::http::HeaderName::from_static("traceparent"),
                value.parse().unwrap(),
            )]);
            assert_eq!(traceparent(&headers).as_deref(), is_passed_on.then_some(value), "{value}");
        }
        assert_eq!(traceparent(&HeaderMap::new()), None);
    }
}
