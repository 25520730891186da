//! The bytes of the changelog.

use std::path::Path;

use escalation::Case;

#[test]
fn the_bytes_of_the_changelog_are_what_they_were() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    assert_eq!(mention::prove::prove::<Case>(&schemas), Ok(()));
}
