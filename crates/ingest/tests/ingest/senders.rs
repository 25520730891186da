//! What a key may speak for.

use ingest::http::{Access, Config};
use platforms::{ChangePermission, Scope, TenantIdentity, TenantQuota, UnknownTenants};
use serde_json::{Value, json};

use crate::client::{NDJSON, Reply, post};
use crate::server::{IngestServer, Recorder, open_config, sender, start};

const ACME: (&str, &str) = ("x-api-key", "key-of-the-agency-of-acme");
const ZENITH: (&str, &str) = ("x-api-key", "key-of-the-feed-of-zenith");
const ALL: (&str, &str) = ("x-api-key", "key-of-the-platform-team");

/// Tenants acme and zenith, and a key for each; that of acme is for X and cannot change mentions.
fn two_tenants() -> Config {
    let tenants = ["acme", "zenith"]
        .map(|name| TenantIdentity { name: name.to_owned(), ..TenantIdentity::default() });
    let tenants = platforms::Config {
        tenants: tenants.into_iter().collect(),
        ..platforms::Config::default()
    };
    let scope = |tenant: &str| Scope { tenants: vec![tenant.to_owned()], ..Scope::default() };
    let acme = Scope {
        platforms: vec!["x".to_owned()],
        changes: ChangePermission::Denied,
        ..scope("acme")
    };
    let senders = vec![
        sender(ACME.1, acme),
        sender(ZENITH.1, scope("zenith")),
        sender(ALL.1, Scope::default()),
    ];
    let access = Access::Keys(senders);
    Config { access, attribution: tenants.into(), body_limit: 1 << 20, ..open_config() }
}

async fn post_as(server: &IngestServer, key: (&str, &str), line: &Value) -> Reply {
    post(server.address, &[NDJSON, key], &line.to_string()).await
}

/// A mention of this tenant, or of none if it is empty, with some fields replaced.
fn said(tenant: &str, changes: &Value) -> Value {
    let mut line = json!({"platform": "x", "id": "1", "text": "late", "author": {"id": "u"}});
    line["tenant"] = Some(tenant).filter(|tenant| !tenant.is_empty()).into();
    for (name, value) in changes.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    line
}

#[tokio::test]
async fn a_key_cannot_create_edit_or_delete_what_it_does_not_speak_for() {
    let recorder = Recorder::new(20);
    let server = start(two_tenants(), &recorder).await;
    let tenant = "this key may not speak for the `tenant` of this mention";
    let change = "this key may not send edits and deletions: `change` must be `created`, \
                  `version` 0 or 1";
    for (key, line, expected) in [
        (ACME, said("acme", &json!({})), None),
        (ZENITH, said("zenith", &json!({"change": "deleted"})), None),
        (ALL, said("acme", &json!({"change": "deleted", "platform": "bluesky"})), None),
        (ACME, said("zenith", &json!({})), Some(tenant)),
        (ACME, said("zenith", &json!({"change": "deleted"})), Some(tenant)),
        (ACME, said("zenith", &json!({"change": "edited", "version": 7})), Some(tenant)),
        (ACME, said("", &json!({"text": "zenith"})), None),
        (
            ACME,
            said("acme", &json!({"platform": "bluesky"})),
            Some("this key may not speak for this `platform`"),
        ),
        (ACME, said("acme", &json!({"change": "deleted"})), Some(change)),
        (ACME, said("acme", &json!({"version": 2})), Some(change)),
    ] {
        let stored = recorder.ids().len();
        let reply = post_as(&server, key, &line).await;
        let Some(reason) = expected else {
            assert_eq!(reply.status, 202, "{line}: {}", reply.body);
            continue;
        };
        let rejected = json!({"accepted": 0, "rejected": [{"line": 1, "reason": reason}]});
        assert_eq!((reply.status, reply.body), (400, rejected), "{line}");
        assert_eq!(recorder.ids().len(), stored);
    }
    let tenants: Vec<_> =
        recorder.mentions.lock().unwrap().iter().map(|m| m.tenant.clone()).collect();
    assert_eq!(tenants, ["acme", "zenith", "acme", "acme"]);
    let keys = [ACME, ZENITH, ALL, ACME].map(|(_, key)| key);
    assert_eq!(*recorder.sources.lock().unwrap(), keys, "a record names its source");
    assert_eq!(recorder.count("rejected not_permitted"), 6);
}

#[tokio::test]
async fn other_lines_of_a_request_are_accepted() {
    let recorder = Recorder::new(1);
    let server = start(two_tenants(), &recorder).await;
    let lines = format!("{}\n{}\n", said("zenith", &json!({})), said("acme", &json!({})));
    let reply = post(server.address, &[NDJSON, ZENITH], &lines).await;
    assert_eq!((reply.status, &reply.body["accepted"]), (202, &json!(1)));
    assert_eq!(reply.body["rejected"][0]["line"], 2);
}

#[tokio::test]
async fn made_up_tenants_are_rejected_or_share_one_tenant_and_its_quota() {
    let lines: String =
        (0..60).map(|n| format!("{}\n", said(&format!("made-up-{n}"), &json!({})))).collect();
    let recorder = Recorder::new(10);
    let server = start(two_tenants(), &recorder).await;
    assert_eq!(post(server.address, &[NDJSON, ALL], &lines).await.status, 400);
    assert_eq!(recorder.count("rejected unknown_tenant"), 60);

    let config = two_tenants();
    let attribution = platforms::Config {
        unknown_tenants: UnknownTenants::Other,
        unlisted_quota: Some(TenantQuota { per_minute: 60, burst: 60 }),
        ..(*config.attribution.get()).clone()
    };
    let server = start(Config { attribution: attribution.into(), ..config }, &recorder).await;
    assert_eq!(post(server.address, &[NDJSON, ALL], &lines).await.status, 202);
    let over = post(server.address, &[NDJSON, ALL], &lines).await;
    assert_eq!(over.status, 429, "the sixty names have one bucket: {}", over.body);
    assert!(recorder.mentions.lock().unwrap().iter().all(|mention| mention.tenant == "other"));
}
