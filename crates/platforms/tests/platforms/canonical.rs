//! What each field of the canonical mention takes, and what is said when it is given another.

use mention::{Change, Channel, Mention};
use platforms::{LINE_LIMIT, Refused, Settings, canonical};
use serde_json::{Value, json};

use crate::support::RECEIVED_AT;

const SECRET: &str = "the quick secret";

fn parse(line: &str) -> Result<Mention, Refused> {
    canonical::parse_line(line.as_bytes(), &Settings::default(), RECEIVED_AT)
}

/// A whole mention with some fields replaced; null is as good as absent.
fn with(changes: &Value) -> Result<Mention, Refused> {
    let mut line = json!({"platform": "x", "id": "1", "text": SECRET, "author": {"id": "u"}});
    for (name, value) in changes.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    parse(&line.to_string())
}

#[test]
fn a_wrong_field_is_refused_by_name_with_what_would_be_right() {
    let cases = [
        (json!({"platform": null}), "`platform` is missing: it takes the platform's name"),
        (json!({"platform": "a/b"}), "`platform` has an impossible value: it takes the"),
        (json!({"id": null}), "`id` is missing: it takes an identity"),
        (json!({"id": ""}), "`id` is missing: it takes an identity"),
        (json!({"id": 17}), "`id` is a number: it takes an identity"),
        (json!({"id": "nul \u{0}"}), "`id` has an impossible value: it takes an identity"),
        (json!({"text": null}), "`text` is missing: it takes what was said"),
        (json!({"text": ""}), "`text` is missing: it takes what was said"),
        (json!({"text": [SECRET]}), "`text` is a list: it takes what was said"),
        (json!({"text": null, "rating": 1}), "`text` is missing: it takes what was said"),
        (json!({"author": null}), "`author.id` is missing: it takes the platform's id"),
        (json!({"author": {}}), "`author.id` is missing: it takes the platform's id"),
        (json!({"author": SECRET}), "`author` is a string: it takes an object with the `id`"),
        (json!({"author": {"id": true}}), "`author.id` is a truth value: it takes the"),
        (
            json!({"author": {"id": "u", "followers": "9"}}),
            "`author.followers` is a string: it takes a whole number, 0 or more",
        ),
        (
            json!({"author": {"id": "u", "followers": -1}}),
            "`author.followers` has an impossible value: it takes a whole number",
        ),
        (
            json!({"author": {"id": "u", "created_at": SECRET}}),
            "`author.created_at` has an impossible value: it takes a time after RFC 3339",
        ),
        (json!({"tenant": 5}), "`tenant` is a number: it takes the name of a tenant"),
        (json!({"change": "vanished"}), "`change` has an impossible value: it takes `created`,"),
        (json!({"channel": SECRET}), "`channel` has an impossible value: it takes `public_post`"),
        (json!({"version": 1.5}), "`version` has an impossible value: it takes a whole number"),
        (json!({"rating": 4}), "`rating` has an impossible value: it takes a number from 0"),
        (json!({"published_at": 5}), "`published_at` is a number: it takes a time after RFC"),
        (json!({"published_at": "2026-05-04"}), "`published_at` has an impossible value: it"),
        (json!({"promoted": "yes"}), "`promoted` is a string: it takes true or false"),
        (json!({"in_reply_to": {}}), "`in_reply_to.id` is missing: it takes the platform's id"),
        (json!({"engagement": []}), "`engagement` is a list: it takes an object of `likes`"),
        (json!({"engagement": {"likes": []}}), "`engagement.likes` is a list: it takes a whole"),
        (json!({"media": {}}), "`media` is an object: it takes a list of objects"),
        (json!({"media": [{"kind": "image"}, {}]}), "`media[1].kind` is missing: it takes"),
        (json!({"media": [SECRET]}), "`media[0]` is a string: it takes an object"),
    ];
    for (changes, expected) in cases {
        let message = with(&changes).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{changes}: {message}");
        assert!(!message.contains(SECRET), "{changes}: {message}");
    }
}

#[test]
fn what_is_no_object_is_refused_with_its_place() {
    let long = format!("\"{}\"", "x".repeat(LINE_LIMIT));
    let cases = [
        ("the quick secret", "not JSON at column 2"),
        ("{\"text\":\"the quick secret", "not JSON at column 25"),
        ("\"the quick secret\"", "a string: send a JSON object"),
        ("[]", "a list: send a JSON object"),
        ("{} {}", "not JSON at column 4"),
        (long.as_str(), "longer than 524288 bytes"),
    ];
    for (line, expected) in cases {
        assert_eq!(parse(line).unwrap_err().to_string(), expected);
    }
}

#[test]
fn text_may_be_empty_only_where_something_else_speaks() {
    let cases = [
        json!({"text": null, "change": "deleted"}),
        json!({"text": "", "change": "deleted"}),
        json!({"text": null, "repost_of": "0"}),
        json!({"text": "", "rating": 0.2}),
        json!({"text": "", "media": [{"kind": "image"}]}),
    ];
    for changes in cases {
        assert_eq!(with(&changes).map(|m| m.text), Ok(String::new()), "{changes}");
    }
}

#[test]
fn the_channel_follows_from_what_is_told() {
    let cases = [
        (json!({}), Channel::PublicPost),
        (json!({"in_reply_to": {"id": "0"}}), Channel::PublicComment),
        (json!({"rating": 0.5, "in_reply_to": {"id": "0"}}), Channel::Review),
        (json!({"rating": 0.5, "channel": "direct_message"}), Channel::DirectMessage),
    ];
    for (changes, expected) in cases {
        assert_eq!(with(&changes).map(|m| m.channel), Ok(expected), "{changes}");
    }
}

#[test]
fn unknown_fields_and_nulls_leave_no_trace() {
    let plain = with(&json!({})).unwrap();
    let noisy = with(&json!({"colour": "blue", "tenant": null, "lang": "", "media": null}));
    assert_eq!(noisy, Ok(plain));
}

#[test]
fn a_tenant_of_its_own_wins_over_the_default_one() {
    assert_eq!(with(&json!({})).map(|m| m.tenant), Ok("default".to_owned()));
    assert_eq!(with(&json!({"tenant": "acme"})).map(|m| m.tenant), Ok("acme".to_owned()));
    assert_eq!(with(&json!({"change": "edited"})).map(|m| m.change), Ok(Change::Edited));
}
