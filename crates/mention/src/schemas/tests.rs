use std::collections::BTreeMap;

use serde_json::Value;

use super::*;

/// Every named type defined inside a schema.
fn definitions(value: &Value, into: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(object) => {
            if let (Some(Value::String(name)), Some(Value::String(_))) =
                (object.get("name"), object.get("type"))
                && (object.contains_key("fields") || object.contains_key("symbols"))
            {
                into.push((name.clone(), value.clone()));
            }
            object.values().for_each(|value| definitions(value, into));
        }
        Value::Array(items) => items.iter().for_each(|value| definitions(value, into)),
        _ => {}
    }
}

#[test]
fn a_named_type_has_the_same_definition_in_every_file() {
    let mut seen = BTreeMap::new();
    for schema in all() {
        let mut found = Vec::new();
        definitions(&serde_json::from_str(schema.text).unwrap(), &mut found);
        assert_eq!(found[0].0, schema.name, "a file is named after its record");
        for (name, definition) in found {
            let first = seen.entry(name.clone()).or_insert((schema.name, definition.clone()));
            assert_eq!(first.1, definition, "{name} differs in {} and {}", first.0, schema.name);
        }
    }
}

#[test]
fn every_type_and_field_has_a_doc_and_a_valid_name() {
    for schema in all() {
        let mut found = Vec::new();
        definitions(&serde_json::from_str(schema.text).unwrap(), &mut found);
        for (name, definition) in found {
            assert!(definition["doc"].is_string(), "{name} has a doc");
            assert!(name.starts_with("harken."), "{name} has a full name");
            if let Value::Array(symbols) = &definition["symbols"] {
                assert!(symbols.contains(&definition["default"]), "{name} has a default");
            }
            for field in definition["fields"].as_array().into_iter().flatten() {
                let field_name = field["name"].as_str().unwrap();
                let place = format!("{name}.{field_name}");
                assert!(field["doc"].is_string(), "{place} has a doc");
                assert!(
                    field_name
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
                    "{place} is snake_case"
                );
                let is_time = field["type"].to_string().contains("timestamp-micros")
                    && field["type"].to_string().len() < 80;
                assert_eq!(
                    field_name.ends_with("_at"),
                    is_time,
                    "{place}: timestamps, and only they, are named …_at"
                );
                if field["type"][0] == "null" {
                    assert_eq!(
                        field.get("default"),
                        Some(&Value::Null),
                        "{place}: null by default"
                    );
                }
            }
        }
    }
}

#[test]
fn every_topic_has_one_schema() {
    let with_topic: Vec<_> = all().filter_map(|schema| schema.topic).collect();
    assert_eq!(with_topic, topics::ALL);
}

#[test]
fn fingerprints_differ() {
    let mut seen = BTreeMap::new();
    for schema in all() {
        assert_eq!(seen.insert(schema.fingerprint, schema.name), None, "{}", schema.name);
    }
}

#[test]
fn every_line_of_the_table_is_a_supported_schema() {
    assert_eq!(registry::all().err(), None);
    assert_eq!(all().count(), TABLE.len());
}
