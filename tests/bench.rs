//! Benchmarks whose results a document quotes.

use crate::binary::{file, harken, run, scratch};

#[test]
fn the_outbreak_benchmark_reproduces_the_table_and_the_plot_of_the_document() {
    let plot = scratch("surge.svg");
    let ended = run(harken(&["bench", "surge", "--plot", plot.to_str().unwrap()]), b"");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let remedy = "run `harken bench surge --plot docs/explanation/outbreaks.svg` and copy its table to docs/explanation/outbreaks.md";
    let document = std::fs::read_to_string(file("docs/explanation/outbreaks.md")).unwrap();
    assert!(document.contains(&ended.out), "{remedy}:\n{}", ended.out);
    let drawn = std::fs::read_to_string(&plot).unwrap();
    std::fs::remove_file(&plot).unwrap();
    let committed = std::fs::read_to_string(file("docs/explanation/outbreaks.svg")).unwrap();
    assert!(drawn == committed, "{remedy}");
}
