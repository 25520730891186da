use std::path::PathBuf;

use super::*;

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

#[test]
fn the_schemas_of_this_repository_are_in_order() {
    assert_eq!(check(&schemas()), Vec::new());
}

#[test]
fn a_directory_that_is_not_there_is_a_problem() {
    assert_eq!(check(Path::new("no-such-directory")).len(), 1);
}

/// A schema of one record with these fields.
fn record(fields: &str) -> String {
    format!(r#"{{"type": "record", "name": "harken.test.Heard", "fields": [{fields}]}}"#)
}

const ID: &str = r#"{"name": "id", "type": "string"}"#;
const NOTE: &str = r#"{"name": "note", "type": ["null", "string"], "default": null}"#;
const BARE: &str = r#"{"name": "note", "type": "string"}"#;

#[test]
fn a_change_is_judged_by_who_must_read_whom() {
    let both = |a: &str, b: &str| record(&format!("{a}, {b}"));
    for (what, old, new, backward, full) in [
        ("nothing changed", record(ID), record(ID), true, true),
        ("a field with a default was added", record(ID), both(ID, NOTE), true, true),
        ("a field with a default was taken away", both(ID, NOTE), record(ID), true, true),
        ("a field without a default was added", record(ID), both(ID, BARE), false, false),
        ("a field without a default was taken away", both(ID, BARE), record(ID), true, false),
        ("a text became a text or nothing", both(ID, BARE), both(ID, NOTE), true, false),
        ("a text or nothing became a text", both(ID, NOTE), both(ID, BARE), false, false),
    ] {
        for (rule, expected) in [(Rule::Backward, backward), (Rule::Full, full)] {
            let found = evolution(rule, &new, &[&old, &new]);
            assert_eq!(found.is_empty(), expected, "{what}, {rule:?}: {found:?}");
        }
    }
}

#[test]
fn a_symbol_more_is_read_by_whoever_has_a_default_for_it() {
    let kinds = |symbols: &str| {
        record(&format!(
            r#"{{"name": "kind", "type": {{"type": "enum", "name": "harken.test.Kind",
                "symbols": [{symbols}], "default": "other"}}}}"#
        ))
    };
    let (old, new) = (kinds(r#""other", "praise""#), kinds(r#""other", "praise", "spam""#));
    assert_eq!(evolution(Rule::Full, &new, &[&old, &new]), Vec::<String>::new());
}

#[test]
fn a_schema_that_is_not_the_last_of_its_history_is_a_problem() {
    let (old, new) = (record(ID), record(&format!("{ID}, {NOTE}")));
    let found = evolution(Rule::Full, &new, &[&old]);
    assert_eq!(found, ["is not the last of its history: copy it there as version 2"]);
}

#[test]
fn what_no_fact_may_use_is_a_problem() {
    for (what, text) in [
        ("no JSON", "{".to_owned()),
        ("a map", record(r#"{"name": "m", "type": {"type": "map", "values": "long"}}"#)),
        ("itself", record(r#"{"name": "m", "type": ["null", "harken.test.Heard"]}"#)),
        ("no bytes", record(r#"{"name": "m", "type": {"type": "array", "items": "null"}}"#)),
    ] {
        let found = evolution(Rule::Backward, &text, &[]);
        assert!(found[0].starts_with("is no schema for a fact: "), "{what}: {found:?}");
    }
}

#[test]
fn a_file_that_was_edited_added_or_lost_is_a_problem() {
    let text = record(ID);
    let history: &[&str] = &[&text];
    let entry = Entry {
        name: "harken.test.Heard",
        topic: None,
        text: Box::leak(text.clone().into_boxed_str()),
        history: Box::leak(vec![&*Box::leak(text.clone().into_boxed_str())].into_boxed_slice()),
    };
    let kept = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    };
    let other = record(&format!("{ID}, {NOTE}"));
    for (what, file, files, problems) in [
        ("all is well", Some(&text), kept(&[("1", history[0])]), 0),
        ("the file is gone", None, kept(&[("1", &text)]), 1),
        ("its history is gone", Some(&text), kept(&[]), 1),
        ("its history was edited", Some(&text), kept(&[("1", &other)]), 1),
        ("its history has one too many", Some(&text), kept(&[("1", &text), ("2", &text)]), 1),
        ("it is newer than the program", Some(&other), kept(&[("1", &text)]), 2),
    ] {
        let found = against(&entry, file.map(String::as_str), &files);
        assert_eq!(found.len(), problems, "{what}: {found:?}");
    }
}
