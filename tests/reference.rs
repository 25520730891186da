//! Generates `docs/reference` from the code and compares it with what is committed.
//!
//! `UPDATE_REFERENCE=1 cargo test -p harken --test integration reference` rewrites the pages.

use std::fmt::Write as _;

use clap::CommandFactory as _;
use harken::cli::Cli;
use serde_json::Value;

use crate::binary::file;

/// Set to rewrite the pages instead of comparing them.
const UPDATE_VARIABLE: &str = "UPDATE_REFERENCE";

const GENERATED: &str =
    "<!-- Generated from the code by tests/reference.rs: edit the source. -->\n";

/// Compares a page with the committed one, or rewrites it.
fn check(name: &str, title: &str, introduction: &str, body: &str) {
    let page = format!("{GENERATED}# {title}\n\n{introduction}\n\n{}\n", body.trim_end());
    let path = file(&format!("docs/reference/{name}.md"));
    if std::env::var_os(UPDATE_VARIABLE).is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let first = page.lines().zip(committed.lines()).find(|(now, then)| now != then);
    assert!(
        page == committed,
        "docs/reference/{name}.md is out of date ({first:?}): run\n\
         {UPDATE_VARIABLE}=1 cargo test -p harken --test integration reference"
    );
}

fn text(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

/// Escapes what would end a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[test]
fn the_page_of_settings_shows_every_key_of_the_default_file() {
    let mut out = String::new();
    let (mut section, mut comment) = (String::new(), Vec::new());
    for line in text("crates/pipeline/default.toml").lines() {
        if let Some(words) = line.strip_prefix("# ") {
            comment.push(words.to_owned());
        } else if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
            writeln!(out, "\n## `[{section}]`\n").unwrap();
            if !comment.is_empty() {
                writeln!(out, "{}\n", comment.join(" ")).unwrap();
            }
            if section != "kafka.client" {
                out.push_str("| key | default | meaning |\n|---|---|---|\n");
            }
            comment.clear();
        } else if let Some((key, default)) = line.split_once(" = ") {
            let value = default.trim_matches('"');
            let value = if value.is_empty() { String::new() } else { format!("`{value}`") };
            writeln!(out, "| `{section}.{key}` | {value} | {} |", cell(&comment.join(" ")))
                .unwrap();
            comment.clear();
        } else {
            comment.clear();
        }
    }
    check(
        "settings",
        "Settings",
        "The reference is `crates/pipeline/default.toml`, which is compiled in. A file given with `--config` may set any\n\
         part of it; `HARKEN__SECTION__KEY` in the environment overrides both. Unknown keys are rejected, secrets are never\n\
         printed. `harken config print` shows the effective settings, `harken config check` checks them.",
        &out,
    );
}

#[test]
fn the_page_of_metrics_shows_the_table_of_metrics() {
    check(
        "metrics",
        "Metrics",
        "Served at `/metrics` of every process. Metrics with a label `tenant` are counted by the stage `metrics` inside its\n\
         transactions, so a crash counts nothing twice.",
        &telemetry::table_markdown(),
    );
}

/// Each section of `deploy/topics.toml` with the comment above it.
fn topic_comments() -> Vec<(String, String)> {
    let mut sections = Vec::new();
    let mut comment = Vec::new();
    for line in text("deploy/topics.toml").lines() {
        if let Some(words) = line.strip_prefix("# ") {
            comment.push(words.to_owned());
        } else if let Some(name) = line.strip_prefix("[topics.\"") {
            let name = name.trim_end_matches("\"]");
            sections.push((name.to_owned(), comment.join(" ")));
            comment.clear();
        } else {
            comment.clear();
        }
    }
    sections
}

fn retention(topic: &toml::Table) -> String {
    match topic.get("retention.ms").and_then(toml::Value::as_str) {
        Some(millis) => match millis.parse::<u64>().unwrap() / 86_400_000 {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        },
        None => "the last of each key".to_owned(),
    }
}

/// Who writes a topic besides the stages.
fn other_writer(topic: &str) -> Option<&'static str> {
    match topic {
        "mention.received.v1" => Some("ingest"),
        "case.event.v1" => Some("the contact centre"),
        "customer.profile.v1" => Some("`harken profiles import`"),
        _ => None,
    }
}

/// Who reads a topic besides the stages.
fn other_reader(topic: &str) -> Option<&'static str> {
    match topic {
        "mention.routed.v1" | "escalation.call.v1" => Some("the contact centre"),
        _ => None,
    }
}

/// The stages that read a topic, as an input or as a table.
fn reading_stages(topic: &str) -> Vec<&'static str> {
    let stages = pipeline::stages::TABLE.iter();
    let is_reader = |row: &&pipeline::stages::StageRow| {
        (row.inputs)().contains(&topic) || (row.tables)().contains(&topic)
    };
    stages.filter(is_reader).map(|row| row.name).collect()
}

#[test]
fn the_page_of_topics_shows_who_writes_and_who_reads_each() {
    let settings: toml::Table = text("deploy/topics.toml").parse().unwrap();
    let topics = settings["topics"].as_table().unwrap();
    let mut out =
        "| topic | written by | read by | kept | what it holds |\n|---|---|---|---|---|\n"
            .to_owned();
    for (topic, comment) in topic_comments() {
        let name = topic.as_str();
        let stages = pipeline::stages::TABLE;
        let writers = stages.iter().filter(|row| (row.outputs)().contains(&name));
        let writers: Vec<_> = writers.map(|row| row.name).chain(other_writer(name)).collect();
        let readers: Vec<_> = reading_stages(name).into_iter().chain(other_reader(name)).collect();
        let or_others = |names: Vec<&str>| match names.is_empty() {
            true => "other systems".to_owned(),
            false => names.join(", "),
        };
        assert!(!comment.is_empty(), "deploy/topics.toml does not state what {name} holds");
        let kept = retention(topics[name].as_table().unwrap());
        writeln!(
            out,
            "| `{topic}` | {} | {} | {kept} | {} |",
            or_others(writers),
            or_others(readers),
            cell(&comment)
        )
        .unwrap();
    }
    for (kind, suffix) in [("changelogs", "changelog"), ("dead-letters", "dead-letters")] {
        for stage in settings[kind]["stages"].as_array().unwrap() {
            let stage = stage.as_str().unwrap();
            let topic = format!("{stage}.{suffix}.v1");
            let mut readers = reading_stages(&topic);
            let what = match kind {
                "changelogs" => {
                    readers.push(stage);
                    "its state, from which a worker restores"
                }
                _ => {
                    readers.push("`harken dead-letters`");
                    "records it could not process, with the reason"
                }
            };
            let kept = retention(settings[kind].as_table().unwrap());
            let readers = readers.join(", ");
            writeln!(out, "| `{topic}` | {stage} | {readers} | {kept} | {what} |").unwrap();
        }
    }
    check(
        "topics",
        "Topics",
        "Names without the prefix (`kafka.prefix`, by default `harken`). Values are Avro in single-object encoding: `C3 01`,\n\
         the CRC-64-AVRO fingerprint of the schema (little-endian), the record. Every topic between `mention.received` and\n\
         `mention.routed` has the key `tenant/platform/author_id` and the same number of partitions. A changelog has the\n\
         partition count of its stage's inputs and keys of its own.\n\
         `deploy/topics.toml` holds counts, retention and cleanup; `harken topics apply` applies it to a cluster. Consume\n\
         with `read_committed`.",
        &out,
    );
}

/// A type as a reader of the table sees it.
fn type_name(value: &Value) -> String {
    match value {
        Value::String(name) => name.clone(),
        Value::Array(union) => union.iter().map(type_name).collect::<Vec<_>>().join(" or "),
        Value::Object(object) => match object["type"].as_str().unwrap_or_default() {
            "array" => format!("array of {}", type_name(&object["items"])),
            "map" => format!("map of {}", type_name(&object["values"])),
            "record" => object["name"].as_str().unwrap().to_owned(),
            "enum" => {
                let symbols: Vec<&str> = object["symbols"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                format!("{}: {}", object["name"].as_str().unwrap(), symbols.join(", "))
            }
            primitive => {
                object.get("logicalType").and_then(Value::as_str).unwrap_or(primitive).to_owned()
            }
        },
        _ => String::new(),
    }
}

/// Writes a record and the records nested in it, each once.
fn records(schema: &Value, seen: &mut Vec<String>, level: &str, out: &mut String) {
    match schema {
        Value::Array(union) => union.iter().for_each(|branch| records(branch, seen, level, out)),
        Value::Object(object) => match object["type"].as_str() {
            Some("record") => {
                let name = object["name"].as_str().unwrap();
                if seen.iter().any(|known| known == name) {
                    return;
                }
                seen.push(name.to_owned());
                let doc = object.get("doc").and_then(Value::as_str).unwrap_or_default();
                writeln!(out, "\n{level} `{name}`\n\n{doc}\n").unwrap();
                out.push_str("| field | type | meaning |\n|---|---|---|\n");
                let fields = object["fields"].as_array().unwrap();
                for field in fields {
                    let doc = field.get("doc").and_then(Value::as_str).unwrap_or_default();
                    let name = field["name"].as_str().unwrap();
                    writeln!(
                        out,
                        "| `{name}` | {} | {} |",
                        cell(&type_name(&field["type"])),
                        cell(doc)
                    )
                    .unwrap();
                }
                fields.iter().for_each(|field| records(&field["type"], seen, "###", out));
            }
            Some("array") => records(&object["items"], seen, level, out),
            Some("map") => records(&object["values"], seen, level, out),
            _ => records(&object["type"], seen, level, out),
        },
        _ => {}
    }
}

#[test]
fn the_page_of_records_shows_every_field_of_every_schema() {
    let mut names: Vec<_> = std::fs::read_dir(file("schemas"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.ends_with(".avsc"))
        .collect();
    names.sort();
    let (mut out, mut seen) = (String::new(), Vec::new());
    for name in names {
        let schema: Value = serde_json::from_str(&text(&format!("schemas/{name}"))).unwrap();
        records(&schema, &mut seen, "##", &mut out);
    }
    check(
        "records",
        "Record fields",
        "From `schemas/`, where each record has an example. Times are microseconds since the Unix epoch. A nested record is\n\
         listed where it first occurs.",
        &out,
    );
}

/// Writes the help of a command and of its subcommands.
fn help(command: &mut clap::Command, path: &str, out: &mut String) {
    let name = format!("{path} {}", command.get_name()).trim().to_owned();
    let text = command.render_long_help().to_string();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    writeln!(out, "\n## `{name}`\n\n```text\n{}\n```", lines.join("\n").trim_end()).unwrap();
    let subcommands: Vec<String> = command
        .get_subcommands()
        .map(|subcommand| subcommand.get_name().to_owned())
        .filter(|name| name != "help")
        .collect();
    for subcommand in subcommands {
        help(command.find_subcommand_mut(&subcommand).unwrap(), &name, out);
    }
}

#[test]
fn the_page_of_commands_shows_the_help_of_each() {
    let mut command = Cli::command().term_width(100);
    command.build();
    let mut out = String::new();
    help(&mut command, "", &mut out);
    check("cli", "Commands", "What `--help` prints.", &out);
}

#[test]
fn the_page_of_exit_codes_shows_each() {
    let mut out =
        "| code | meaning |\n|---|---|\n| 0 | done, or ended in good order |\n".to_owned();
    for (code, meaning) in pipeline::EXIT_CODES {
        writeln!(out, "| {code} | {meaning} |").unwrap();
    }
    check("exit-codes", "Exit codes", "After `sysexits.h`.", &out);
}
