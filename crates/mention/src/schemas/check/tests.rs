use std::path::PathBuf;

use super::*;

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

#[test]
fn the_schemas_of_this_repository_have_no_fault() {
    assert_eq!(check(&schemas()), Vec::new());
}

#[test]
fn a_missing_directory_is_reported() {
    assert_eq!(check(Path::new("no-such-directory")).len(), 1);
}

/// A schema of one record with these fields.
fn record(fields: &str) -> String {
    format!(r#"{{"type": "record", "name": "harken.test.Sample", "fields": [{fields}]}}"#)
}

const ID: &str = r#"{"name": "id", "type": "string"}"#;
const NOTE: &str = r#"{"name": "note", "type": ["null", "string"], "default": null}"#;
const BARE: &str = r#"{"name": "note", "type": "string"}"#;

#[test]
fn a_change_is_checked_in_the_directions_that_the_mode_requires() {
    let both = |a: &str, b: &str| record(&format!("{a}, {b}"));
    for (what, old, new, backward, full) in [
        ("nothing changed", record(ID), record(ID), true, true),
        ("a field with a default was added", record(ID), both(ID, NOTE), true, true),
        ("a field with a default was removed", both(ID, NOTE), record(ID), true, true),
        ("a field without a default was added", record(ID), both(ID, BARE), false, false),
        ("a field without a default was removed", both(ID, BARE), record(ID), true, false),
        ("a required text became optional", both(ID, BARE), both(ID, NOTE), true, false),
        ("an optional text became required", both(ID, NOTE), both(ID, BARE), false, false),
    ] {
        for (mode, expected) in
            [(CompatibilityMode::Backward, backward), (CompatibilityMode::Full, full)]
        {
            let found = check_evolution(mode, &new, &[&old, &new]);
            assert_eq!(found.is_empty(), expected, "{what}, {mode:?}: {found:?}");
        }
    }
}

#[test]
fn a_new_symbol_is_compatible_with_a_reader_that_has_a_default() {
    let kinds = |symbols: &str| {
        record(&format!(
            r#"{{"name": "kind", "type": {{"type": "enum", "name": "harken.test.Kind",
                "symbols": [{symbols}], "default": "other"}}}}"#
        ))
    };
    let (old, new) = (kinds(r#""other", "praise""#), kinds(r#""other", "praise", "spam""#));
    assert_eq!(check_evolution(CompatibilityMode::Full, &new, &[&old, &new]), Vec::<String>::new());
}

#[test]
fn a_schema_that_differs_from_the_last_of_its_history_is_reported() {
    let (old, new) = (record(ID), record(&format!("{ID}, {NOTE}")));
    let found = check_evolution(CompatibilityMode::Full, &new, &[&old]);
    assert_eq!(found, ["is not the last version of its history: copy it there as version 2"]);
}

#[test]
fn an_unsupported_schema_is_reported() {
    for (what, text) in [
        ("not JSON", "{".to_owned()),
        ("a map", record(r#"{"name": "m", "type": {"type": "map", "values": "long"}}"#)),
        (
            "a type that contains itself",
            record(r#"{"name": "m", "type": ["null", "harken.test.Sample"]}"#),
        ),
        (
            "items without bytes",
            record(r#"{"name": "m", "type": {"type": "array", "items": "null"}}"#),
        ),
    ] {
        let found = check_evolution(CompatibilityMode::Backward, &text, &[]);
        assert!(found[0].starts_with("is not a supported schema: "), "{what}: {found:?}");
    }
}

#[test]
fn an_edited_added_or_missing_file_is_reported() {
    let text = record(ID);
    let history: &[&str] = &[&text];
    let entry = SchemaEntry {
        name: "harken.test.Sample",
        topic: None,
        text: Box::leak(text.clone().into_boxed_str()),
        history: Box::leak(vec![&*Box::leak(text.clone().into_boxed_str())].into_boxed_slice()),
    };
    let versions = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    };
    let other = record(&format!("{ID}, {NOTE}"));
    for (what, file, files, problems) in [
        ("no difference", Some(&text), versions(&[("1", history[0])]), 0),
        ("the file is missing", None, versions(&[("1", &text)]), 1),
        ("its history is missing", Some(&text), versions(&[]), 1),
        ("its history was edited", Some(&text), versions(&[("1", &other)]), 1),
        (
            "its history has a version too many",
            Some(&text),
            versions(&[("1", &text), ("2", &text)]),
            1,
        ),
        ("the file is newer than the program", Some(&other), versions(&[("1", &text)]), 2),
    ] {
        let found = compare_entry(&entry, file.map(String::as_str), &files);
        assert_eq!(found.len(), problems, "{what}: {found:?}");
    }
}
