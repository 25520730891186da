//! `SECURITY.md`: every line of its tables names tests that exist.

use std::path::Path;

use crate::binary::file;

/// The rows of the tables of `SECURITY.md`, without their heads.
fn rows(document: &str) -> Vec<&str> {
    let is_row = |line: &&str| {
        line.starts_with("| ") && !line.starts_with("| attempt |") && !line.starts_with("|---")
    };
    document.lines().filter(is_row).collect()
}

/// The names of tests in the last column: `module::test` in code spans.
fn named_tests(row: &str) -> Vec<&str> {
    let column = row.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default();
    let spans = column.split('`').skip(1).step_by(2);
    spans.filter_map(|span| Some(span.rsplit_once("::")?.1)).collect()
}

/// Whether a file under this folder has a function of this name.
fn has_function(folder: &Path, name: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return has_function(&path, name);
        }
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        is_source && std::fs::read_to_string(&path).unwrap().contains(&format!("fn {name}("))
    })
}

#[test]
fn every_row_names_tests_that_exist_or_says_that_there_is_none() {
    let document = std::fs::read_to_string(file("SECURITY.md")).unwrap();
    let rows = rows(&document);
    assert!(rows.len() >= 15, "{} rows", rows.len());
    for row in rows {
        let tests = named_tests(row);
        assert!(!tests.is_empty() || row.ends_with("| — |"), "no test is named in {row}");
        for name in tests {
            let exists =
                ["crates", "tests", "xtask"].iter().any(|at| has_function(&file(at), name));
            assert!(exists, "there is no test {name}: {row}");
        }
    }
}
