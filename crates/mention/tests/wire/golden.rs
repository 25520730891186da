//! Every fact of this crate against its example and its golden bytes.

use std::path::Path;

use mention::codec::Fact;
use mention::prove::prove;
use mention::{
    CaseEvent, Filtered, Incident, Mention, Prioritized, Profile, Raised, Reaction, Routed, Scored,
    Signal, Spread, Unique,
};

fn holds<F: Fact + PartialEq + std::fmt::Debug>() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    if let Err(problem) = prove::<F>(&schemas) {
        panic!("{}: {problem}", F::SCHEMA);
    }
}

#[test]
fn a_received_mention_keeps_its_bytes() {
    holds::<Mention>();
}

#[test]
fn a_unique_mention_keeps_its_bytes() {
    holds::<Unique>();
}

#[test]
fn a_spread_mention_keeps_its_bytes() {
    holds::<Spread>();
}

#[test]
fn a_reaction_keeps_its_bytes() {
    holds::<Reaction>();
}

#[test]
fn a_scored_mention_keeps_its_bytes() {
    holds::<Scored>();
}

#[test]
fn a_prioritized_mention_keeps_its_bytes() {
    holds::<Prioritized>();
}

#[test]
fn a_routed_mention_keeps_its_bytes() {
    holds::<Routed>();
}

#[test]
fn a_filtered_mention_keeps_its_bytes() {
    holds::<Filtered>();
}

#[test]
fn a_raised_escalation_keeps_its_bytes() {
    holds::<Raised>();
}

#[test]
fn a_case_event_keeps_its_bytes() {
    holds::<CaseEvent>();
}

#[test]
fn a_customer_profile_keeps_its_bytes() {
    holds::<Profile>();
}

#[test]
fn an_incident_keeps_its_bytes() {
    holds::<Incident>();
}

#[test]
fn a_signal_keeps_its_bytes() {
    holds::<Signal>();
}

/// The keys of a JSON object, in the order of the text.
fn keys(json: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let (mut depth, mut rest) = (0, json);
    while let Some(at) = rest.find(['{', '}', '[', ']', '"']) {
        let found = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match found {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {
                let mut end = rest.find('"').unwrap();
                while rest.as_bytes()[end - usize::from(end > 0)] == b'\\' {
                    end += 1 + rest[end + 1..].find('"').unwrap();
                }
                if depth == 1 && rest[end + 1..].starts_with(':') {
                    keys.push(rest[..end].to_owned());
                }
                rest = &rest[end + 1..];
            }
        }
    }
    keys
}

#[test]
fn a_routed_mention_as_json_has_the_keys_of_the_record_in_its_order() {
    let schema = mention::schemas::all().find(|schema| schema.name == Routed::SCHEMA).unwrap();
    let schema: serde_json::Value = serde_json::from_str(schema.text).unwrap();
    let fields = schema["fields"].as_array().unwrap().iter();
    let fields: Vec<_> = fields.map(|field| field["name"].as_str().unwrap().to_owned()).collect();
    let json = serde_json::to_string(&Routed::default()).unwrap();
    assert_eq!(keys(&json), fields);
    assert_eq!(fields[0], "mention_id");
}
