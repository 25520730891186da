//! `harken schemas`.

use crate::binary::{file, harken, run};

#[test]
fn every_record_topic_is_listed_with_its_schema() {
    let ended = run(harken(&["schemas", "list"]), b"");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    for topic in mention::topics::ALL {
        assert!(ended.out.contains(topic), "{topic} is not in\n{}", ended.out);
    }
}

#[test]
fn the_check_accepts_the_committed_schemas_and_rejects_a_folder_without_schemas() {
    let ended = run(harken(&["schemas", "check", file("schemas").to_str().unwrap()]), b"");
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let ended = run(harken(&["schemas", "check", file("tests/cli").to_str().unwrap()]), b"");
    assert_eq!(ended.code, Some(78), "{}", ended.err);
    assert!(ended.err.contains("is missing"), "{}", ended.err);
}
