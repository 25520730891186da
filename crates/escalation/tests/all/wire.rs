//! The wire format of the changelog.

use std::path::Path;

use escalation::CaseState;

#[test]
fn the_changelog_schema_and_golden_bytes_are_unchanged() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    assert_eq!(mention::conformance::check_record::<CaseState>(&schemas), Ok(()));
}
