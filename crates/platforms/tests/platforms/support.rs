//! The deployment of the tests, and outcomes as text.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mention::AccountRole;
use platforms::{Format, Heard, Outcome, OwnedAccount, Settings, read_all};
use serde_json::Value;

pub(crate) const RECEIVED_AT: i64 = 1_777_000_000_000_000;

/// A ferry line with an account on each platform.
pub(crate) fn settings() -> Settings {
    let account = |platform: &str, account: &str, role| OwnedAccount {
        platform: platform.to_owned(),
        account: account.to_owned(),
        role,
    };
    Settings {
        owned: vec![
            account("mastodon", "NorthwindFerries", AccountRole::Brand),
            account("mastodon", "nw-1", AccountRole::Service),
            account("bluesky", "did:plc:northwind", AccountRole::Service),
            account("x", "90", AccountRole::Service),
            account("x", "northwindferry", AccountRole::Brand),
        ],
        ..Settings::default()
    }
}

pub(crate) fn heard(format: Format, bytes: &[u8]) -> Vec<Heard> {
    read_all(format, bytes, &settings(), RECEIVED_AT).collect()
}

/// Takes away what a record says without being told: null, false, 0, empty.
fn pruned(value: &mut Value) {
    if let Value::Object(map) = value {
        map.values_mut().for_each(pruned);
        let is_default = |v: &Value| match v {
            Value::Null | Value::Bool(false) => true,
            Value::Number(n) => n.as_i64() == Some(0),
            Value::String(s) => s.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::Bool(true) => false,
        };
        map.retain(|_, value| !is_default(value));
    }
}

/// One line of text for each outcome, mentions as JSON without what is default.
pub(crate) fn written(heard: &[Heard]) -> String {
    let line = |h: &Heard| match &h.outcome {
        Outcome::Mention(mention) => {
            assert_eq!(mention.received_at, RECEIVED_AT);
            let mut json = serde_json::to_value(mention).unwrap();
            json["received_at"].take();
            pruned(&mut json);
            format!("{} mention {json}\n", h.line)
        }
        Outcome::Skipped(skip) => format!("{} skipped {}\n", h.line, skip.as_str()),
        Outcome::Refused(refused) => format!("{} {}: {refused}\n", h.line, refused.as_str()),
    };
    heard.iter().map(line).collect()
}

/// How often each outcome came, by change or reason.
pub(crate) fn counted(heard: &[Heard]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for h in heard {
        let name = match &h.outcome {
            Outcome::Mention(m) if m.repost_of.is_some() => "repost".to_owned(),
            Outcome::Mention(m) => format!("{:?}", m.change).to_lowercase(),
            Outcome::Skipped(skip) => format!("skipped {}", skip.as_str()),
            Outcome::Refused(refused) => format!("refused {}", refused.as_str()),
        };
        *counts.entry(name).or_default() += 1;
    }
    counts
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).unwrap()
}

/// A folder of the data that a stranger's clone lacks; says so by name where it is absent.
pub(crate) fn data(test: &str, folder: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if root.is_dir() {
        return Some(root.join(folder));
    }
    #[expect(clippy::disallowed_methods, reason = "CI has the data, so its absence is a failure")]
    let is_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!is_ci, "{test}: ../shared/data is absent");
    println!("SKIPPED {test}: ../shared/data is absent");
    None
}
