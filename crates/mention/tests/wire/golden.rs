//! The conformance test of every record of this crate.

use std::path::Path;

use mention::codec::AvroRecord;
use mention::conformance::check_record;
use mention::{
    Call, CaseEvent, Filtered, Incident, Mention, Prioritized, Profile, Raised, Reaction, Routed,
    Scored, Signal, Spread, Unique,
};

fn assert_conforms<F: AvroRecord + PartialEq + std::fmt::Debug>() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    if let Err(problem) = check_record::<F>(&schemas) {
        panic!("{}: {problem}", F::SCHEMA);
    }
}

#[test]
fn a_received_mention_conforms_to_its_golden_bytes() {
    assert_conforms::<Mention>();
}

#[test]
fn a_unique_mention_conforms_to_its_golden_bytes() {
    assert_conforms::<Unique>();
}

#[test]
fn a_spread_mention_conforms_to_its_golden_bytes() {
    assert_conforms::<Spread>();
}

#[test]
fn a_reaction_conforms_to_its_golden_bytes() {
    assert_conforms::<Reaction>();
}

#[test]
fn a_scored_mention_conforms_to_its_golden_bytes() {
    assert_conforms::<Scored>();
}

#[test]
fn a_prioritized_mention_conforms_to_its_golden_bytes() {
    assert_conforms::<Prioritized>();
}

#[test]
fn a_routed_mention_conforms_to_its_golden_bytes() {
    assert_conforms::<Routed>();
}

#[test]
fn a_filtered_mention_conforms_to_its_golden_bytes() {
    assert_conforms::<Filtered>();
}

#[test]
fn a_raised_escalation_conforms_to_its_golden_bytes() {
    assert_conforms::<Raised>();
}

#[test]
fn a_call_conforms_to_its_golden_bytes() {
    assert_conforms::<Call>();
}

#[test]
fn a_case_event_conforms_to_its_golden_bytes() {
    assert_conforms::<CaseEvent>();
}

#[test]
fn a_customer_profile_conforms_to_its_golden_bytes() {
    assert_conforms::<Profile>();
}

#[test]
fn an_incident_conforms_to_its_golden_bytes() {
    assert_conforms::<Incident>();
}

#[test]
fn a_signal_conforms_to_its_golden_bytes() {
    assert_conforms::<Signal>();
}

/// The top-level keys of a JSON object, in order.
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
fn a_routed_mention_as_json_has_the_fields_of_the_schema_in_order() {
    let schema = mention::schemas::all().find(|schema| schema.name == Routed::SCHEMA).unwrap();
    let schema: serde_json::Value = serde_json::from_str(schema.text).unwrap();
    let fields = schema["fields"].as_array().unwrap().iter();
    let fields: Vec<_> = fields.map(|field| field["name"].as_str().unwrap().to_owned()).collect();
    let json = serde_json::to_string(&Routed::default()).unwrap();
    assert_eq!(keys(&json), fields);
    assert_eq!(fields[0], "mention_id");
}
