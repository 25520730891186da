//! Every status of the endpoint with its body.

use std::sync::atomic::Ordering;
use std::time::Duration;

use ingest::http::{Access, Config};
use platforms::{Scope, TenantIdentity, TenantQuota};
use serde_json::json;
use stage::Reloadable;

use crate::client::{HeaderPairs, JSON, NDJSON, begin_request, mention, post, read_reply};
use crate::server::{Recorder, open_config, sender, start};

#[tokio::test]
async fn a_partly_invalid_body_is_accepted_and_its_rejected_lines_are_listed() {
    let recorder = Recorder::new(10);
    let server = start(open_config(), &recorder).await;
    let body = format!("{}\n\n{{\"platform\":\"x\"}}\nnot json\n{}", mention("1"), mention("2"));
    let reply = post(server.address, &[NDJSON], &body).await;
    assert_eq!(reply.status, 202);
    let expected = json!({
        "accepted": 2,
        "rejected": [
            {"line": 3, "reason": "`id` is missing: expected the platform's id of the post, as a string"},
            {"line": 4, "reason": "not JSON at column 2"},
        ],
    });
    assert_eq!(reply.body, expected);
    assert!(reply.head.contains("content-type: application/json"), "{}", reply.head);
    assert_eq!(recorder.ids(), ["1", "2"]);
    let counts = ["received", "accepted", "rejected missing_field", "rejected not_json"];
    assert_eq!(counts.map(|name| recorder.count(name)), [4, 2, 1, 1]);
    assert_eq!(recorder.count("answered 202"), 1);
}

#[tokio::test]
async fn the_format_of_a_body_follows_from_content_type_and_content() {
    let recorder = Recorder::new(20);
    let server = start(open_config(), &recorder).await;
    let (one, two) = (mention("1"), mention("2"));
    let printed = one.replace(',', ",\n  ");
    let list = format!(" [{one},\n{two}]");
    let lines = format!("{one}\n{two}\n");
    let cases: [(HeaderPairs<'_>, &str, usize); 10] = [
        (&[NDJSON], &lines, 2),
        (&[("content-type", "application/json;charset=\"UTF-8\"")], &list, 2),
        (&[("content-type", "application/json; charset=us-ascii; q=1")], &list, 2),
        (&[("content-type", "application/x-ndjson; charset=utf-8")], &lines, 2),
        (&[NDJSON], &list, 2),
        (&[JSON], &list, 2),
        (&[JSON], &one, 1),
        (&[JSON], &printed, 1),
        (&[JSON], &lines, 2),
        (&[], &list, 2),
    ];
    for (headers, body, accepted) in cases {
        let reply = post(server.address, headers, body).await;
        assert_eq!(reply.body, json!({"accepted": accepted, "rejected": []}), "{headers:?} {body}");
        assert_eq!(reply.status, 202);
    }
}

#[tokio::test]
async fn a_body_without_a_valid_line_is_a_bad_request() {
    let recorder = Recorder::new(0);
    let server = start(open_config(), &recorder).await;
    let rejected = |line: u64, reason: &str| json!({"accepted": 0, "rejected": [{"line": line, "reason": reason}]});
    let empty = json!({"error": "the body contains no mention"});
    let cases = [
        ("{\"a\"", rejected(1, "not JSON at column 4")),
        ("[17]", rejected(1, "expected a JSON object, found a number")),
        ("[{}\n{}]", rejected(2, "not JSON at document line 2, column 1")),
        ("\"\u{0}\"", rejected(1, "not JSON at column 2")),
        ("\n \r\n", empty.clone()),
        ("[]", empty.clone()),
        ("", empty),
    ];
    for (body, expected) in cases {
        let reply = post(server.address, &[JSON], body).await;
        assert_eq!((reply.status, reply.body), (400, expected), "{body:?}");
    }
    assert_eq!(recorder.count("accepted"), 0);
}

#[tokio::test]
async fn a_long_list_of_rejected_lines_is_truncated_and_the_rest_counted() {
    let recorder = Recorder::new(0);
    let server = start(open_config(), &recorder).await;
    let reply = post(server.address, &[NDJSON], &"x\n".repeat(130)).await;
    assert_eq!(reply.body["rejected"].as_array().map(Vec::len), Some(100));
    assert_eq!(reply.body["rejected_not_listed"], 30);
}

#[tokio::test]
async fn only_requests_with_a_known_key_are_authorized() {
    let recorder = Recorder::new(10);
    let keys = Access::Keys(vec![sender("wave-of-the-ferry", Scope::default())]);
    let server = start(Config { access: keys, ..open_config() }, &recorder).await;
    let cases: [(HeaderPairs<'_>, u16); 5] = [
        (&[], 401),
        (&[("authorization", "Bearer wave-of-the-ferrys")], 401),
        (&[("x-api-key", "")], 401),
        (&[("authorization", "Bearer wave-of-the-ferry")], 202),
        (&[("x-api-key", "wave-of-the-ferry")], 202),
    ];
    for (headers, status) in cases {
        let reply = post(server.address, headers, &mention("1")).await;
        assert_eq!(reply.status, status, "{headers:?}");
        assert_eq!(reply.head.contains("www-authenticate: bearer"), status == 401);
    }
    let closed = start(Config::default(), &recorder).await;
    assert_eq!(post(closed.address, &[("x-api-key", "")], &mention("1")).await.status, 401);
}

#[tokio::test]
async fn a_body_above_the_size_limit_gets_413_with_the_limit() {
    let recorder = Recorder::new(1);
    let server = start(open_config(), &recorder).await;
    let error =
        json!({"error": "the body is larger than 4096 bytes: send fewer lines per request"});
    // One byte too large; larger, but drained completely so that the sender reads the reply; and
    // far too large, so that the server replies before the end of the body.
    for (length, sent) in [(4097, 4097), (60_000, 60_000), (1_000_000_000, 80_000)] {
        let body = vec![b' '; sent];
        let stream =
            begin_request(server.address, "POST /v1/mentions", &[NDJSON], length, &body).await;
        let reply = read_reply(stream).await;
        assert_eq!((reply.status, &reply.body), (413, &error), "{length}");
    }
    let whole = format!("{}{}", mention("1"), " ".repeat(4096 - mention("1").len()));
    assert_eq!(post(server.address, &[NDJSON], &whole).await.status, 202);
}

#[tokio::test]
async fn a_wrong_path_method_or_content_type_gets_the_correct_one_in_the_error() {
    let recorder = Recorder::new(0);
    let server = start(open_config(), &recorder).await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let gzip = ("content-encoding", "gzip");
    let latin = ("content-type", "application/json; charset=ISO-8859-1");
    let cases: [(&str, HeaderPairs<'_>, u16, &str); 6] = [
        ("GET /v1/mentions", &[], 405, "send mentions with POST"),
        ("DELETE /v1/mentions", &[], 405, "send mentions with POST"),
        ("POST /v1/mention", &[], 404, "post mentions to /v1/mentions"),
        ("POST /v1/mentions", &[form], 415, "send `content-type: application/x-ndjson`"),
        ("POST /v1/mentions", &[latin], 415, "send the body in UTF-8"),
        ("POST /v1/mentions", &[gzip], 415, "send the body without a content-encoding"),
    ];
    for (line, headers, status, error) in cases {
        let reply = read_reply(begin_request(server.address, line, headers, 0, b"").await).await;
        assert_eq!(reply.status, status, "{line}");
        let text = reply.body["error"].as_str().unwrap();
        assert!(text.starts_with(error), "{line}: {text}");
    }
}

#[tokio::test]
async fn no_mention_is_acknowledged_while_the_sink_fails() {
    let recorder = Recorder::new(10);
    recorder.is_failing.store(true, Ordering::SeqCst);
    let server = start(open_config(), &recorder).await;
    let body = format!("{}\nbad\n", mention("1"));
    let reply = post(server.address, &[NDJSON], &body).await;
    assert_eq!(reply.status, 503);
    assert!(reply.head.contains("retry-after: 1"), "{}", reply.head);
    let error = "mentions cannot be stored now and none was accepted: retry the request later";
    assert_eq!(reply.body, json!({ "error": error }));
    assert_eq!((recorder.count("accepted"), recorder.ids().len()), (0, 0));
    recorder.is_failing.store(false, Ordering::SeqCst);
    assert_eq!(post(server.address, &[NDJSON], &body).await.status, 202);
}

#[tokio::test]
async fn a_sink_timeout_gets_503() {
    let recorder = Recorder::new(0);
    let config = Config { sink_timeout: Duration::from_millis(20), ..open_config() };
    let server = start(config, &recorder).await;
    assert_eq!(post(server.address, &[NDJSON], &mention("1")).await.status, 503);
    assert_eq!(recorder.count("accepted"), 0);
}

#[tokio::test]
async fn a_body_that_stalls_gets_408() {
    let recorder = Recorder::new(0);
    let config = Config { body_timeout: Duration::from_millis(20), ..open_config() };
    let server = start(config, &recorder).await;
    let stream = begin_request(server.address, "POST /v1/mentions", &[NDJSON], 100, b"{").await;
    let reply = read_reply(stream).await;
    let error = "the body is too slow: send at least 8192 bytes per second, and all within 20ms";
    assert_eq!((reply.status, reply.body), (408, json!({ "error": error })));
}

#[tokio::test]
async fn a_request_over_a_quota_gets_429_with_the_wait_and_no_mention_is_accepted() {
    let recorder = Recorder::new(20);
    let quota = Some(TenantQuota { per_minute: 1, burst: 2 });
    let tenants =
        vec![TenantIdentity { name: "default".to_owned(), quota, ..TenantIdentity::default() }];
    let ingest = Reloadable::from(platforms::Config {
        tenants: tenants.into(),
        ..platforms::Config::default()
    });
    let server = start(Config { attribution: ingest.clone(), ..open_config() }, &recorder).await;
    let body = format!("{}\n{}", mention("1"), mention("2"));
    assert_eq!(post(server.address, &[NDJSON], &body).await.status, 202);
    let over = post(server.address, &[NDJSON], &body).await;
    assert_eq!(over.status, 429);
    let wait = over.head.split("retry-after: ").nth(1).and_then(|rest| rest.split('\r').next());
    let wait =
        wait.and_then(|wait| wait.parse::<u64>().ok()).unwrap_or_else(|| panic!("{}", over.head));
    assert!((60..=120).contains(&wait), "two mentions at one per minute: {wait}");
    let error = format!(
        "tenant \"default\" is over its quota and no mention was accepted: retry in {wait} s"
    );
    assert_eq!(over.body, json!({"error": error}));
    assert_eq!((recorder.ids().len(), recorder.count("over quota")), (2, 2));
    // A reload takes effect between two requests.
    ingest.replace(platforms::Config::default());
    assert_eq!(post(server.address, &[NDJSON], &body).await.status, 202);
}
