//! The tables of attacks (`SECURITY.md`) and of faults (`docs/explanation/faults.md`): every row names tests
//! that exist where it says, or states that there is none.

use std::path::Path;

use crate::binary::file;

const FAULTS: &str = "docs/explanation/faults.md";

/// A test that a row names.
#[derive(Debug, PartialEq)]
struct NamedTest<'a> {
    /// The folder that the row names behind it, such as `crates/kafka`.
    folder: &'a str,
    /// The modules in front of its name.
    modules: Vec<&'a str>,
    name: &'a str,
}

/// The rows of the tables whose head begins with this cell, without their heads.
fn rows<'a>(document: &'a str, head: &str) -> Vec<&'a str> {
    let head = format!("| {head} |");
    let mut is_inside = false;
    let is_row = |line: &&str| {
        is_inside = line.starts_with(&head) || (is_inside && line.starts_with('|'));
        is_inside && line.starts_with("| ") && !line.starts_with(&head)
    };
    document.lines().filter(is_row).collect()
}

/// The cell of a row that shows it.
fn last_cell(row: &str) -> &str {
    row.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default()
}

/// The tests of a cell: `module::test` in code spans, with their folder in parentheses behind them.
fn named_tests(cell: &str) -> Vec<NamedTest<'_>> {
    let mut tests = Vec::new();
    // What is behind the last parenthesis names no test.
    for part in cell.split_inclusive(')') {
        let Some((names, folder)) = part.split_once('(') else { continue };
        for span in names.split('`').skip(1).step_by(2) {
            let mut modules: Vec<_> = span.split("::").collect();
            let name = modules.pop().unwrap_or_default();
            tests.push(NamedTest { folder: folder.trim_end_matches(')'), modules, name });
        }
    }
    tests
}

/// Whether a file under this folder, in these modules, has this function.
fn has_test(at: &Path, test: &NamedTest<'_>) -> bool {
    std::fs::read_dir(at).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return has_test(&path, test);
        }
        let is_source = path.extension().is_some_and(|extension| extension == "rs");
        let path_without_end = path.with_extension("");
        let has_module = |module: &&str| {
            *module == "tests" || path_without_end.iter().any(|part| part == *module)
        };
        is_source
            && test.modules.iter().all(has_module)
            && is_test_in(&std::fs::read_to_string(&path).unwrap(), test.name)
    })
}

/// Whether the text has a function of this name with an attribute such as `#[test]`.
fn is_test_in(text: &str, name: &str) -> bool {
    text.match_indices(&format!("fn {name}(")).any(|(at, _)| {
        let before = text[..at].lines().rev().map(str::trim);
        // The line of the function itself may begin with `async`.
        let attributes = before.skip_while(|line| matches!(*line, "" | "async"));
        let is_attribute = |line: &&str| line.starts_with("#[") || line.starts_with("//");
        attributes
            .take_while(is_attribute)
            .any(|line| line.starts_with("#[") && line.contains("test"))
    })
}

/// Checks every row of a document: each named test exists, and a row without one says why.
fn assert_rows_are_shown(document: &str, head: &str, least: usize, says_none: fn(&str) -> bool) {
    let text = std::fs::read_to_string(file(document)).unwrap();
    let rows = rows(&text, head);
    assert!(rows.len() >= least, "{document} has {} rows", rows.len());
    for row in rows {
        let cell = last_cell(row);
        let tests = named_tests(cell);
        assert!(!tests.is_empty() || says_none(cell), "{document}: no test is named in {row}");
        for test in tests {
            let folder = file(test.folder);
            assert!(folder.is_dir(), "{document}: no folder {}: {row}", test.folder);
            assert!(!test.modules.is_empty(), "{document}: {} names no module", test.name);
            assert!(has_test(&folder, &test), "{document}: there is no {test:?}: {row}");
        }
    }
}

#[test]
fn every_row_of_the_attacks_names_tests_that_exist_or_says_that_there_is_none() {
    assert_rows_are_shown("SECURITY.md", "attempt", 40, |cell| cell == "—");
}

#[test]
fn every_row_of_the_fault_matrix_names_tests_that_exist_or_states_a_gap() {
    assert_rows_are_shown(FAULTS, "fault", 90, |cell| cell.starts_with("gap: "));
}

#[test]
fn every_test_in_the_fault_matrix_is_in_a_last_cell() {
    // A row with a cell too many or too few would be checked in the wrong place.
    let text = std::fs::read_to_string(file(FAULTS)).unwrap();
    for row in rows(&text, "fault") {
        assert_eq!(row.matches(" | ").count(), 3, "{row}");
    }
}

#[test]
fn a_test_is_named_with_its_folder_and_modules() {
    let cell = "`a::tests::b`, `c::d` (crates/x), `e::f` (tests); gap: `g` is not";
    let test = |folder, modules: &[&'static str], name| NamedTest {
        folder,
        modules: modules.to_vec(),
        name,
    };
    let expected = [
        test("crates/x", &["a", "tests"], "b"),
        test("crates/x", &["c"], "d"),
        test("tests", &["e"], "f"),
    ];
    assert_eq!(named_tests(cell), expected);
    assert!(!has_test(&file("tests"), &test("tests", &["docs"], "every_row")));
    assert!(has_test(
        &file("tests"),
        &test("tests", &["docs"], "every_command_line_in_the_documents_parses")
    ));
    assert!(!has_test(
        &file("tests"),
        &test("tests", &["rules"], "every_command_line_in_the_documents_parses")
    ));
    assert!(!has_test(&file("tests"), &test("tests", &["docs"], "spans")), "no test");
    assert!(is_test_in("#[tokio::test]\n// Why.\nasync fn a() {}", "a"));
    assert!(!is_test_in("#[test]\nfn a() {}\n\nfn b() {}", "b"));
}
