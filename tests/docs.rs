//! Checks what the documents name against the code. `reference.rs` generates the pages of the reference.

use std::path::Path;

use clap::Parser as _;
use harken::cli::Cli;

use crate::binary::{file, harken, run};

fn document(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

/// Every Markdown document that is written by hand, by its path in the repository.
fn documents() -> Vec<String> {
    let mut found =
        vec!["README.md".to_owned(), "ARCHITECTURE.md".to_owned(), "CONTRIBUTING.md".to_owned()];
    let mut folders = vec!["docs".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(file(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().into_string().unwrap());
            if entry.path().is_dir() {
                folders.push(path);
            } else if path.ends_with(".md") && !path.starts_with("docs/reference/") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() >= 20, "{found:?}");
    found
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
    let mut count = 0;
    for name in documents() {
        for command in commands(&document(&name)) {
            count += 1;
            let words = std::iter::once("harken").chain(command.split_whitespace());
            // Prose names a command without its arguments.
            let is_named = |error: &clap::Error| {
                use clap::error::ErrorKind::{
                    DisplayHelpOnMissingArgumentOrSubcommand, MissingRequiredArgument,
                };
                let kinds = [MissingRequiredArgument, DisplayHelpOnMissingArgumentOrSubcommand];
                kinds.contains(&error.kind())
            };
            if let Err(error) = Cli::try_parse_from(words) {
                assert!(is_named(&error), "{name}: harken {command}: {error}");
            }
        }
    }
    // A search that no longer finds the commands would pass as well.
    assert!(count >= 40, "{count} commands");
}

#[test]
fn the_guide_to_replays_shows_the_real_output() {
    let guide = document("docs/how-to/replay.md");
    let afternoon = file("tests/fixtures/afternoon.ndjson");
    let ended = run(harken(&["replay", afternoon.to_str().unwrap()]), b"");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(guide.contains(&format!("routed.ndjson\n{}```", ended.err)), "{}", ended.err);
    for line in ended.out.lines().take(2) {
        let routed: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let (id, why) = (text(&routed["mention_id"]), text(&routed["route"]["explanation"]));
        assert!(guide.contains(&format!("\n{id}  {why}\n")), "{id}  {why}");
    }
}

#[test]
fn the_architecture_names_every_crate() {
    let crates = std::fs::read_dir(file("crates")).unwrap();
    let crates = crates.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let crates: Vec<String> = crates.collect();
    assert!(crates.len() >= 20, "{crates:?}");
    let text = document("ARCHITECTURE.md");
    for name in &crates {
        assert!(text.contains(&format!("| `{name}` |")), "no row for {name}");
    }
    let picture = text.split("```").nth(1).unwrap();
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    // Tests alone use the broker.
    for name in crates.iter().filter(|name| *name != "testbroker") {
        let is_drawn = picture.split(|c: char| !is_word(c)).any(|word| word == name);
        assert!(is_drawn, "the picture lacks {name}");
    }
}

#[test]
fn no_document_contains_a_placeholder() {
    // An edit by script that stops half-way leaves its mark in the text.
    for name in documents().into_iter().chain(["CHANGELOG.md".to_owned()]) {
        let text = document(&name);
        let line = text.lines().find(|line| line.contains("@@"));
        assert!(line.is_none(), "{name}: {}", line.unwrap_or_default());
    }
}

#[test]
fn readme_and_architecture_stay_short() {
    for (name, maximum) in [("README.md", 150), ("ARCHITECTURE.md", 160)] {
        let lines = document(name).lines().count();
        assert!(lines <= maximum, "{name} has {lines} lines");
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
    let folders = [
        "crates/", "tests/", "schemas/", "deploy/", "xtask/", "fuzz/", "models/", "benches/",
        "docs/",
    ];
    let mut count = 0;
    for name in documents() {
        let spans = spans(&document(&name));
        let is_path = |span: &&String| folders.iter().any(|folder| span.starts_with(folder));
        for path in spans.iter().filter(is_path).filter(|span| !span.contains([' ', '*', '<'])) {
            count += 1;
            assert!(file(path).exists(), "{name} names {path}, which does not exist");
        }
    }
    assert!(count >= 60, "{count} paths");
}

#[test]
fn every_link_between_documents_leads_to_a_file() {
    for name in documents() {
        let text = document(&name);
        let folder = Path::new(&name).parent().unwrap();
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let path = link.split('#').next().unwrap();
            if !path.is_empty() && !path.starts_with("http") {
                let target = file(folder.join(path).to_str().unwrap());
                assert!(target.exists(), "{name} links to {link}, which does not exist");
            }
        }
    }
}

#[test]
fn the_summary_of_the_book_lists_every_page() {
    let summary = document("docs/SUMMARY.md");
    let pages =
        documents().into_iter().filter_map(|name| Some(name.strip_prefix("docs/")?.to_owned()));
    for page in pages.filter(|page| page != "SUMMARY.md") {
        assert!(summary.contains(&format!("({page})")), "docs/SUMMARY.md lacks {page}");
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
fn every_test_that_a_document_names_exists() {
    let mut all = String::new();
    ["crates", "tests", "xtask/src"]
        .iter()
        .for_each(|folder| append_sources(&file(folder), &mut all));
    let is_word = |c: char| c.is_ascii_lowercase() || c == '_';
    // The names of tests are sentences, so a long snake-case name counts as a test; metrics do not.
    let is_test = |s: &&String| {
        s.matches('_').count() >= 4 && s.chars().all(is_word) && !s.starts_with("harken_")
    };
    let mut count = 0;
    for name in documents() {
        for test in spans(&document(&name)).iter().filter(is_test) {
            count += 1;
            assert!(all.contains(&format!("fn {test}()")), "{name}: no test is named {test}");
        }
    }
    assert!(count >= 25, "{count} tests");
}

#[test]
fn every_mutant_applies_and_every_mutant_that_a_document_names_exists() {
    let text = document("tests/mutants.toml");
    let list: toml::Table = text.parse().unwrap();
    let mutants = list["mutant"].as_array().unwrap();
    assert!(mutants.len() >= 75, "{}", mutants.len());
    for mutant in mutants {
        let [name, path, find] = ["name", "file", "find"].map(|key| mutant[key].as_str().unwrap());
        // A mutant whose snippet occurs twice, or no longer, could not be applied.
        assert_eq!(document(path).matches(find).count(), 1, "{name}: {find}");
    }
    let table = document("docs/explanation/exactly-once.md");
    for named in table.split("| mutant: ").skip(1).map(|rest| rest.split(" |").next().unwrap()) {
        assert!(text.contains(&format!("name = \"{named}\"")), "no mutant is named {named}");
    }
}
