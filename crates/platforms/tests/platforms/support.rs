//! The configuration of the tests, and outcomes rendered as text.

#![allow(clippy::unwrap_used, reason = "a test fails at the first unexpected error")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mention::AccountRole;
use platforms::{
    Config, LineOutcome, OwnedAccount, ParsedLine, PayloadFormat, TenantIdentity, parse_all,
};
use serde_json::Value;
use stage::EventTime;

pub(crate) const RECEIVED_AT: EventTime = EventTime::from_micros(1_777_000_000_000_000);

/// A tenant (a ferry line) with an account on each platform.
pub(crate) fn config() -> Config {
    let account = |platform: &str, account: &str, role| OwnedAccount {
        platform: platform.to_owned(),
        account: account.to_owned(),
        role,
    };
    Config {
        owned: vec![
            account("mastodon", "NorthwindFerries", AccountRole::Brand),
            account("mastodon", "nw-1", AccountRole::Service),
            account("bluesky", "did:plc:northwind", AccountRole::Service),
            account("x", "90", AccountRole::Service),
            account("x", "northwindferry", AccountRole::Brand),
        ],
        tenants: vec![listed_tenant("northwind")].into(),
        ..Config::default()
    }
}

/// A tenant without accounts and keywords.
pub(crate) fn listed_tenant(name: &str) -> TenantIdentity {
    TenantIdentity { name: name.to_owned(), ..TenantIdentity::default() }
}

pub(crate) fn parse_lines(format: PayloadFormat, bytes: &[u8]) -> Vec<ParsedLine> {
    parse_all(format, bytes, &config(), RECEIVED_AT).collect()
}

/// Removes default values from a record: null, false, 0, empty.
fn remove_defaults(value: &mut Value) {
    if let Value::Object(map) = value {
        map.values_mut().for_each(remove_defaults);
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

/// Renders one line per outcome; mentions as JSON without default values.
pub(crate) fn render_outcomes(lines: &[ParsedLine]) -> String {
    let line = |h: &ParsedLine| match &h.outcome {
        LineOutcome::Mention(mention) => {
            assert_eq!(mention.received_at, RECEIVED_AT);
            let mut json = serde_json::to_value(mention).unwrap();
            json["received_at"].take();
            remove_defaults(&mut json);
            format!("{} mention {json}\n", h.line)
        }
        LineOutcome::Skipped(skip) => format!("{} skipped {}\n", h.line, skip.as_str()),
        LineOutcome::Rejected(rejection) => {
            format!("{} {}: {rejection}\n", h.line, rejection.as_str())
        }
    };
    lines.iter().map(line).collect()
}

/// Counts the outcomes by change or reason.
pub(crate) fn count_outcomes(lines: &[ParsedLine]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for h in lines {
        let name = match &h.outcome {
            LineOutcome::Mention(m) if m.repost_of.is_some() => "repost".to_owned(),
            LineOutcome::Mention(m) => format!("{:?}", m.change).to_lowercase(),
            LineOutcome::Skipped(skip) => format!("skipped {}", skip.as_str()),
            LineOutcome::Rejected(rejection) => format!("rejection {}", rejection.as_str()),
        };
        *counts.entry(name).or_default() += 1;
    }
    counts
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)).unwrap()
}

/// Returns a folder of the shared data. Without it (it is not in the repository) prints that the
/// test was skipped; in CI it must be present.
pub(crate) fn shared_data(test: &str, folder: &str) -> Option<PathBuf> {
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
