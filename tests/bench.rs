//! The benches whose outcome a document holds.

use crate::binary::{file, harken, run, scratch};

#[test]
fn the_trial_in_the_document_is_what_the_program_measures() {
    let plot = scratch("surge.svg");
    let ended = run(harken(&["bench", "surge", "--plot", plot.to_str().unwrap()]), b"");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let remedy =
        "run `harken bench surge --plot docs/surge.svg`, its table belongs in docs/surge.md";
    let document = std::fs::read_to_string(file("docs/surge.md")).unwrap();
    assert!(document.contains(&ended.out), "{remedy}:\n{}", ended.out);
    let drawn = std::fs::read_to_string(&plot).unwrap();
    std::fs::remove_file(&plot).unwrap();
    let kept = std::fs::read_to_string(file("docs/surge.svg")).unwrap();
    assert!(drawn == kept, "{remedy}");
}
