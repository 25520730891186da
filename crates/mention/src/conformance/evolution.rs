//! Earlier schemas of a record, derived from the current one: each lacks one of the fields that have
//! a default, as the schema did before the field was added.
//!
//! They prove that a change by the rules of [`crate::schemas`] keeps old records readable, before the
//! history has more than one version. Must not know: the records.

use std::collections::BTreeMap;

use serde_json::Value;

/// Every earlier schema with the name of the field that it lacks.
pub(super) fn earlier_schemas(current: &Value) -> Vec<(String, Value)> {
    let mut places = Vec::new();
    find_defaulted(current, "", &mut places);
    let earlier = places.into_iter().filter_map(|(fields, index)| {
        let mut earlier = current.clone();
        let removed = earlier.pointer_mut(&fields)?.as_array_mut()?.remove(index);
        let mut lost = BTreeMap::new();
        collect_definitions(&removed, &mut lost);
        restore_definitions(&mut earlier, &mut lost);
        Some((removed["name"].as_str()?.to_owned(), earlier))
    });
    earlier.collect()
}

/// The fields with a default, at any depth: JSON pointer of their array, and index in it.
fn find_defaulted(value: &Value, at: &str, places: &mut Vec<(String, usize)>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                find_defaulted(value, &format!("{at}/{key}"), places);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if at.ends_with("/fields") && item.get("default").is_some() {
                    places.push((at.to_owned(), index));
                }
                find_defaulted(item, &format!("{at}/{index}"), places);
            }
        }
        _ => {}
    }
}

/// The named types that a field defines, by name.
fn collect_definitions(value: &Value, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(object) => {
            let is_definition = object.contains_key("fields") || object.contains_key("symbols");
            if let (true, Some(Value::String(name))) = (is_definition, object.get("name")) {
                into.insert(name.clone(), value.clone());
            }
            object.values().for_each(|value| collect_definitions(value, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_definitions(item, into)),
        _ => {}
    }
}

/// Puts each lost definition where the schema first refers to its type.
fn restore_definitions(value: &mut Value, lost: &mut BTreeMap<String, Value>) {
    match value {
        Value::String(name) => {
            let Some(definition) = lost.remove(name) else { return };
            let mut restored = BTreeMap::new();
            collect_definitions(&definition, &mut restored);
            // A type must not be defined twice.
            lost.retain(|name, _| !restored.contains_key(name));
            *value = definition;
        }
        // Only these members hold types; a name or a symbol may equal that of a type.
        Value::Object(object) => {
            for key in ["type", "items", "fields"] {
                object.get_mut(key).into_iter().for_each(|value| restore_definitions(value, lost));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| restore_definitions(item, lost)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_field_with_a_default_is_removed_once_and_the_type_it_defines_stays_defined() {
        let kind = json!({"type": "enum", "name": "t.Kind", "symbols": ["a"], "default": "a"});
        let id = json!({"name": "id", "type": "string"});
        let current = json!({"type": "record", "name": "t.Sample", "fields": [
            id.clone(),
            {"name": "first", "type": kind.clone(), "default": "a"},
            {"name": "second", "type": "t.Kind", "default": "a"},
        ]});
        let without_first = json!({"type": "record", "name": "t.Sample", "fields": [
            id.clone(),
            {"name": "second", "type": kind.clone(), "default": "a"},
        ]});
        let without_second = json!({"type": "record", "name": "t.Sample", "fields": [
            id,
            {"name": "first", "type": kind, "default": "a"},
        ]});
        let expected = [("first".to_owned(), without_first), ("second".to_owned(), without_second)];
        assert_eq!(earlier_schemas(&current), expected);
    }

    #[test]
    fn fields_at_every_depth_are_removed() {
        let schemas = crate::schemas::all().map(|schema| {
            let names = earlier_schemas(&serde_json::from_str(schema.text).unwrap());
            (schema.name, names.into_iter().map(|(name, _)| name).collect::<Vec<_>>())
        });
        let by_record: BTreeMap<_, _> = schemas.collect();
        let routed = &by_record["harken.mention.Routed"];
        for name in ["supersedes", "handle", "place", "because", "relaxes", "stopped"] {
            assert!(routed.iter().any(|removed| removed == name), "{name} is not in {routed:?}");
        }
        assert!(by_record["harken.mention.Filtered"].is_empty(), "no field has a default");
    }
}
