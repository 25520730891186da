//! Labelled texts outside the repository.

use std::io::Write as _;
use std::path::Path;

/// A file of the folder, or `None` after printing that `test` is skipped. In CI a missing folder fails the
/// test.
pub(crate) fn texts(test: &str, file: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/text");
    if folder.is_dir() {
        return Some(std::fs::read_to_string(folder.join(file)).unwrap());
    }
    #[allow(
        clippy::disallowed_methods,
        reason = "CI must not skip; only tests read the environment"
    )]
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "{test}: ../shared/data is absent");
    // Not println!: the test harness captures that when a test passes.
    let mut screen = std::io::stderr();
    writeln!(screen, "SKIPPED {test}: ../shared/data is absent").unwrap();
    None
}
