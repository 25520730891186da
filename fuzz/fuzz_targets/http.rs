//! Requests at the ingest endpoint, through its router. What is answered with 202 is in the sink, and is
//! admitted by dedupe; any other answer means that nothing is.
#![no_main]

use std::sync::{Arc, LazyLock, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use harken_fuzz::{START, assert_admitted, attribution, selector};
use ingest::http::{Access, ApiKey, Config, PATH, Sender, router};
use ingest::{MentionSink, SinkUnavailable};
use libfuzzer_sys::fuzz_target;
use mention::Mention;
use platforms::Scope;
use tokio::runtime::{Builder, Runtime};
use tower_service::Service;

const KEY: &str = "a-key-of-sixteen-characters";
const CONTENT_TYPES: [&str; 6] = [
    "application/json",
    "application/x-ndjson",
    "application/jsonl; charset=utf-8",
    "application/json; charset=latin1",
    "text/plain",
    "",
];
/// Smaller than the default, so that the fuzzer finds it.
const BODY_LIMIT: usize = 4 * 1024;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("starts"));

/// Keeps what was appended.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Mention>>>);

impl MentionSink for Kept {
    async fn append(&self, mentions: Vec<Mention>, source: &str) -> Result<(), SinkUnavailable> {
        assert_eq!(source, "sender");
        self.0.lock().expect("no panic").extend(mentions);
        Ok(())
    }
}

fn config() -> Config {
    let (name, key) = ("sender".to_owned(), ApiKey::new(KEY).expect("is valid"));
    let scope = Scope::default();
    Config {
        access: Access::Keys(vec![Sender { name, key, scope }]),
        body_limit: BODY_LIMIT,
        attribution: attribution().into(),
        ..Config::default()
    }
}

/// A request: what the first two bytes choose, and the rest as the body.
fn request(input: &[u8]) -> Option<(bool, Request<Body>)> {
    let (choice, rest) = selector(input);
    let (content_type, body) = selector(rest);
    let mut request = Request::builder()
        .method(if choice & 1 == 0 { Method::POST } else { Method::PUT })
        .uri(if choice & 2 == 0 { PATH } else { "/v1/mentions/" });
    let content_type = CONTENT_TYPES.get(usize::from(content_type)).copied().unwrap_or_default();
    if !content_type.is_empty() {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    let (mut has_key, mut body) = (choice & 4 == 0, body);
    if choice & 8 != 0 {
        // Headers from the bytes: up to the first line break the key, up to the next the trace.
        let mut parts = body.splitn(3, |byte| *byte == b'\n');
        let [key, trace] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
        body = parts.next().unwrap_or_default();
        request = request.header(header::AUTHORIZATION, key).header("traceparent", trace);
        let bearer = |key: &[u8]| key.get(7..).map(<[u8]>::trim_ascii) == Some(KEY.as_bytes());
        has_key = bearer(key) && key[..7].eq_ignore_ascii_case(b"bearer ");
    } else if has_key {
        request = request.header("x-api-key", KEY);
    }
    // A header with a control character is none: the server answers 400 before the router.
    request.body(Body::from(body.to_vec())).ok().map(|request| (has_key, request))
}

fuzz_target!(|input: &[u8]| {
    let Some((has_key, request)) = request(input) else { return };
    let kept = Kept::default();
    let mut routes = router(config(), kept.clone(), ());
    let (status, reply) = RUNTIME.block_on(async {
        let Ok(response) = routes.call(request).await;
        let status = response.status().as_u16();
        (status, to_bytes(response.into_body(), usize::MAX).await.expect("is in memory"))
    });
    let mentions = std::mem::take(&mut *kept.0.lock().expect("no panic"));
    assert!([202, 400, 401, 404, 405, 413, 415, 429].contains(&status), "{status}");
    assert_eq!(status == 202, !mentions.is_empty(), "{status}");
    assert!(has_key || mentions.is_empty(), "accepted without the key");
    let reply: serde_json::Value = serde_json::from_slice(&reply).expect("is JSON");
    if status == 202 {
        assert_eq!(reply["accepted"], mentions.len());
    }
    for mention in &mentions {
        assert!(mention.received_at > START - stage::TimeDelta::DAY.times(3650));
        assert_admitted(mention, mention.received_at);
    }
});
