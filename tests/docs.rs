//! Checks README and ARCHITECTURE against the code.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use clap::Parser as _;
use harken::cli::Cli;

use crate::binary::{file, harken, run};

fn document(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

/// The text between `<!-- name -->` and `<!-- end of name -->`.
fn marked(document: &str, name: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (_, rest) = document.split_once(&begin).unwrap_or_else(|| panic!("{begin} is missing"));
    let (between, _) = rest.split_once(&end).unwrap_or_else(|| panic!("{end} is missing"));
    between.to_owned()
}

/// The names in the first column of a table, each in backquotes there.
fn first_column(table: &str) -> BTreeSet<String> {
    let cell = |row: &str| Some(row.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    table.lines().filter_map(cell).collect()
}

#[test]
fn the_readme_lists_every_metric() {
    let (found, expected) =
        (marked(&document("README.md"), "metrics"), telemetry::table_markdown());
    assert!(found == expected, "the text between the marks must be:\n{expected}");
}

#[test]
fn the_readme_lists_every_topic() {
    let topics = harken::topics::TopicsFile::parse(harken::topics::BUILT_IN).unwrap();
    let mut names: BTreeSet<String> = mention::topics::ALL.iter().map(|t| (*t).into()).collect();
    let changelogs = topics.changelogs.stages.iter();
    names.extend(changelogs.map(|stage| format!("{stage}.changelog.v1")));
    let dead_letters = topics.dead_letters.stages.iter();
    names.extend(dead_letters.map(|stage| format!("{stage}.dead-letters.v1")));
    assert_eq!(first_column(&marked(&document("README.md"), "topics")), names);
}

/// The reference file as a Markdown table: each key with its default and the comment above it.
fn settings_table() -> String {
    let mut out = "| key | default | what it means |\n|---|---|---|\n".to_owned();
    let (mut section, mut comment) = (String::new(), Vec::new());
    for line in document("crates/harken/default.toml").lines() {
        if let Some(words) = line.strip_prefix("# ") {
            comment.push(words.to_owned());
        } else if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
            if section == "kafka.client" {
                writeln!(out, "| `kafka.client.*` | | {} |", comment.join(" ")).unwrap();
            }
            comment.clear();
        } else if let Some((key, default)) = line.split_once(" = ") {
            let (meaning, default) = (comment.join(" "), default.trim_matches('"'));
            let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
            writeln!(out, "| `{section}.{key}` | {default} | {meaning} |").unwrap();
            comment.clear();
        } else {
            comment.clear();
        }
    }
    out
}

#[test]
fn the_readme_lists_every_setting() {
    let (found, expected) = (marked(&document("README.md"), "settings"), settings_table());
    assert!(found == expected, "the text between the marks must be:\n{expected}");
}

/// The arguments of every `harken` command line in a document, in code blocks and in code spans.
fn commands(document: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for (index, part) in document.split("```").enumerate() {
        let is_block = index % 2 == 1;
        let candidates: Vec<&str> = match is_block {
            true => part.lines().collect(),
            false => part.split('`').skip(1).step_by(2).collect(),
        };
        for candidate in candidates {
            let line = candidate.trim().trim_start_matches("$ ");
            let rest = line.strip_prefix("cargo run --release -- ");
            let rest = rest.or_else(|| line.strip_prefix("harken "));
            // Pipes, redirections and comments belong to the shell.
            let arguments = rest.map(|rest| rest.split([';', '|', '>', '&', '#']).next().unwrap());
            commands.extend(arguments.map(str::to_owned));
        }
    }
    commands
}

#[test]
fn every_command_line_in_the_documents_parses() {
    // The minimum counts notice a search that no longer finds the commands.
    for (name, minimum) in [("README.md", 12), ("ARCHITECTURE.md", 3)] {
        let commands = commands(&document(name));
        assert!(commands.len() >= minimum, "{name} names {} commands", commands.len());
        for command in commands {
            let words = std::iter::once("harken").chain(command.split_whitespace());
            let parsed = Cli::try_parse_from(words);
            assert!(parsed.is_ok(), "{name}: harken {command}: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn the_readme_shows_the_real_output_of_the_replay() {
    let readme = document("README.md");
    let afternoon = file("tests/fixtures/afternoon.ndjson");
    let ended = run(harken(&["replay", afternoon.to_str().unwrap()]), b"");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(readme.contains(&format!("routed.ndjson\n{}$ head", ended.err)), "{}", ended.err);
    for line in ended.out.lines().take(2) {
        let routed: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let (id, why) = (text(&routed["mention_id"]), text(&routed["route"]["explanation"]));
        assert!(readme.contains(&format!("\n{id}  {why}\n")), "{id}  {why}");
    }
}

#[test]
fn both_documents_name_every_crate() {
    let crates = std::fs::read_dir(file("crates")).unwrap();
    let crates = crates.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let crates: Vec<String> = crates.collect();
    assert!(crates.len() >= 14, "{crates:?}");
    for document_name in ["README.md", "ARCHITECTURE.md"] {
        let text = document(document_name);
        for name in &crates {
            assert!(text.contains(&format!("`{name}`")), "{document_name} does not name {name}");
        }
    }
}

/// The code spans of a document, without its code blocks.
fn spans(document: &str) -> Vec<String> {
    let prose: Vec<&str> = document.split("```").step_by(2).collect();
    let spans = prose.iter().flat_map(|part| part.split('`').skip(1).step_by(2));
    spans.map(str::to_owned).collect()
}

#[test]
fn every_file_that_a_document_names_exists() {
    let folders = ["crates/", "tests/", "schemas/", "deploy/", "xtask/", "fuzz/", "models/"];
    for (name, minimum) in [("README.md", 4), ("ARCHITECTURE.md", 20)] {
        let spans = spans(&document(name));
        let is_path = |span: &&String| folders.iter().any(|folder| span.starts_with(folder));
        let paths: Vec<_> = spans.iter().filter(is_path).filter(|s| !s.contains(' ')).collect();
        assert!(paths.len() >= minimum, "{name} names {paths:?}");
        for path in paths {
            assert!(file(path).exists(), "{name} names {path}, which does not exist");
        }
    }
}

/// Appends every Rust file under a folder to `into`.
fn append_sources(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            append_sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_architecture_names_exists() {
    let mut all = String::new();
    ["crates", "tests", "xtask/src"]
        .iter()
        .for_each(|folder| append_sources(&file(folder), &mut all));
    let spans = spans(&document("ARCHITECTURE.md"));
    let is_word = |c: char| c.is_ascii_lowercase() || c == '_';
    // The names of tests are sentences, so a long snake-case name counts as a test.
    let is_test = |s: &&String| s.matches('_').count() >= 4 && s.chars().all(is_word);
    let tests: Vec<_> = spans.iter().filter(is_test).collect();
    assert!(tests.len() >= 12, "{tests:?}");
    for test in tests {
        assert!(all.contains(&format!("fn {test}()")), "no test is named {test}");
    }
}

// A mutant whose snippet occurs twice, or no longer, could not be applied.
#[test]
fn the_architecture_lists_every_mutant_and_every_mutant_applies() {
    let (text, list) = (document("ARCHITECTURE.md"), document("tests/mutants.toml"));
    let list: toml::Table = list.parse().unwrap();
    let mutants = list["mutant"].as_array().unwrap();
    assert!(mutants.len() >= 25, "{}", mutants.len());
    for mutant in mutants {
        let [name, path, find, test] =
            ["name", "file", "find", "test"].map(|key| mutant[key].as_str().unwrap());
        let row = format!("| {name} | `{path}` | `cargo test {test}` |");
        assert!(text.contains(&row), "ARCHITECTURE.md lacks:\n{row}");
        assert_eq!(document(path).matches(find).count(), 1, "{name}: {find}");
    }
}
