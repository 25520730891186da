//! Fields of the canonical format: accepted values and error texts.

use mention::{Channel, Mention, MentionChange};
use platforms::{Config, LINE_LIMIT, Rejection, canonical};
use serde_json::{Value, json};

use crate::support::{RECEIVED_AT, listed_tenant};

const SECRET: &str = "the quick secret";

fn parse(line: &str) -> Result<Mention, Rejection> {
    let config = Config { tenants: vec![listed_tenant("acme")].into(), ..Config::default() };
    canonical::parse_line(line.as_bytes(), &config, RECEIVED_AT)
}

/// Parses a valid mention with some fields replaced. Null counts as absent.
fn with(changes: &Value) -> Result<Mention, Rejection> {
    let mut line = json!({"platform": "x", "id": "1", "text": SECRET, "author": {"id": "u"}});
    for (name, value) in changes.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    parse(&line.to_string())
}

#[test]
fn an_invalid_field_is_rejected_by_name_with_the_expected_value() {
    let cases = [
        (json!({"platform": null}), "`platform` is missing: expected the platform's name"),
        (json!({"platform": "a/b"}), "`platform` has an invalid value: expected the"),
        (json!({"id": null}), "`id` is missing: expected the platform's id"),
        (json!({"id": ""}), "`id` is missing: expected the platform's id"),
        (json!({"id": 17}), "`id` is a number: expected the platform's id"),
        (json!({"id": "nul \u{0}"}), "`id` has an invalid value: expected the platform's id"),
        (json!({"id": "1\u{200b}"}), "`id` has an invalid value: expected the platform's id"),
        (json!({"author": {"id": "\u{202e}u"}}), "`author.id` has an invalid value: expected the"),
        (json!({"tenant": "ac\u{ad}me"}), "`tenant` has an invalid value: expected the name"),
        (json!({"text": null}), "`text` is missing: expected the text of the mention"),
        (json!({"text": ""}), "`text` is missing: expected the text of the mention"),
        (json!({"text": [SECRET]}), "`text` is a list: expected the text of the mention"),
        (json!({"text": null, "rating": 1}), "`text` is missing: expected the text of the mention"),
        (json!({"author": null}), "`author.id` is missing: expected the platform's id"),
        (json!({"author": {}}), "`author.id` is missing: expected the platform's id"),
        (json!({"author": SECRET}), "`author` is a string: expected an object with the `id`"),
        (json!({"author": {"id": true}}), "`author.id` is a boolean: expected the"),
        (
            json!({"author": {"id": "u", "followers": "9"}}),
            "`author.followers` is a string: expected a whole number, 0 or more",
        ),
        (
            json!({"author": {"id": "u", "followers": -1}}),
            "`author.followers` has an invalid value: expected a whole number",
        ),
        (
            json!({"author": {"id": "u", "created_at": SECRET}}),
            "`author.created_at` has an invalid value: expected an RFC 3339 time",
        ),
        (json!({"tenant": 5}), "`tenant` is a number: expected the name of a tenant"),
        (json!({"change": "vanished"}), "`change` has an invalid value: expected `created`,"),
        (json!({"channel": SECRET}), "`channel` has an invalid value: expected `public_post`"),
        (json!({"version": 1.5}), "`version` has an invalid value: expected a whole number"),
        (json!({"rating": 4}), "`rating` has an invalid value: expected a number from 0"),
        (json!({"published_at": 5}), "`published_at` is a number: expected an RFC 3339"),
        (json!({"published_at": "2026-05-04"}), "`published_at` has an invalid value: expected"),
        (json!({"promoted": "yes"}), "`promoted` is a string: expected true or false"),
        (json!({"in_reply_to": {}}), "`in_reply_to.id` is missing: expected the platform's id"),
        (json!({"engagement": []}), "`engagement` is a list: expected an object of `likes`"),
        (json!({"engagement": {"likes": []}}), "`engagement.likes` is a list: expected a whole"),
        (json!({"media": {}}), "`media` is an object: expected a list of objects"),
        (json!({"media": [{"kind": "image"}, {}]}), "`media[1].kind` is missing: expected"),
        (json!({"media": [SECRET]}), "`media[0]` is a string: expected an object"),
    ];
    for (changes, expected) in cases {
        let message = with(&changes).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{changes}: {message}");
        assert!(!message.contains(SECRET), "{changes}: {message}");
    }
}

#[test]
fn input_that_is_not_an_object_is_rejected_with_its_position() {
    let long = format!("\"{}\"", "x".repeat(LINE_LIMIT));
    let cases = [
        ("the quick secret", "not JSON at column 2"),
        ("{\"text\":\"the quick secret", "not JSON at column 25"),
        ("\"the quick secret\"", "expected a JSON object, found a string"),
        ("[]", "expected a JSON object, found a list"),
        ("{} {}", "not JSON at column 4"),
        (long.as_str(), "longer than 524288 bytes"),
    ];
    for (line, expected) in cases {
        assert_eq!(parse(line).unwrap_err().to_string(), expected);
    }
}

#[test]
fn text_may_be_empty_only_with_a_rating_media_a_repost_or_a_deletion() {
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
fn the_channel_is_given_or_derived_from_rating_and_parent() {
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
fn unknown_fields_and_nulls_are_ignored() {
    let plain = with(&json!({})).unwrap();
    let noisy = with(&json!({"colour": "blue", "tenant": null, "lang": "", "media": null}));
    assert_eq!(noisy, Ok(plain));
}

#[test]
fn a_given_tenant_overrides_the_default() {
    assert_eq!(with(&json!({})).map(|m| m.tenant), Ok("default".to_owned()));
    assert_eq!(with(&json!({"tenant": "acme"})).map(|m| m.tenant), Ok("acme".to_owned()));
    assert_eq!(with(&json!({"tenant": "made-up"})), Err(Rejection::UnknownTenant));
    assert_eq!(with(&json!({"change": "edited"})).map(|m| m.change), Ok(MentionChange::Edited));
}
