//! Whether a directory of schemas is what this program was built with, and may be deployed.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use apache_avro::Schema;
use apache_avro::schema::{Name, UnionSchema};
use apache_avro::schema_compatibility::{Compatibility, SchemaCompatibility};
use stage::Topic;

use super::{Entry, TABLE};
use crate::codec::registry::parse;
use crate::codec::{Shape, fingerprint};
use crate::topics;

/// What is wrong with one schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The record, or the file where it is no record of ours.
    pub name: String,
    /// What is wrong, and what would be right.
    pub what: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, self.what)
    }
}

/// Compares the schemas of a directory with those embedded in this program and with their
/// history; empty when all is well.
///
/// The directory is laid out as `schemas/`: `<full name>.avsc` and `history/<full name>/<n>.avsc`.
#[must_use]
pub fn check(dir: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut files = match read(dir) {
        Ok(files) => files,
        Err(what) => return vec![Problem { name: dir.display().to_string(), what }],
    };
    for entry in TABLE {
        let file = files.remove(entry.name);
        let history = read(&dir.join("history").join(entry.name)).unwrap_or_default();
        let found = against(entry, file.as_deref(), &history);
        problems.extend(found.into_iter().map(|what| Problem { name: entry.name.into(), what }));
    }
    problems.extend(files.into_keys().map(|name| Problem {
        what: "is not embedded in this program: it needs a line in the table of schemas".into(),
        name,
    }));
    problems
}

/// The schemas of a directory, by file name without the ending.
fn read(dir: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut files = BTreeMap::new();
    for file in fs::read_dir(dir).map_err(|error| error.to_string())? {
        let path = file.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|ending| ending == "avsc") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(&path).map_err(|error| error.to_string())?);
        }
    }
    Ok(files)
}

/// Compares one schema and its history with what is embedded.
fn against(entry: &Entry, file: Option<&str>, history: &BTreeMap<String, String>) -> Vec<String> {
    let Some(file) = file else { return vec![format!("{}.avsc is missing", entry.name)] };
    let mut found = Vec::new();
    if file != entry.text {
        found.push("differs from the schema embedded in this program: build it again".into());
    }
    for (i, text) in entry.history.iter().enumerate() {
        let version = (i + 1).to_string();
        match history.get(&version) {
            None => found.push(format!("history/{}/{version}.avsc is missing", entry.name)),
            Some(kept) if kept != text => {
                found.push(format!("version {version} of its history was edited"));
            }
            Some(_) => {}
        }
    }
    if history.len() > entry.history.len() {
        found.push("its history has versions that are not in the table of schemas".into());
    }
    found.extend(evolution(rule(entry.topic), file, entry.history));
    found
}

/// Who may be older than whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// Readers are updated first: a new one reads everything ever written.
    Backward,
    /// Others read or write it: besides, every old reader reads what is written now.
    Full,
}

/// The rule for a topic: full where a contact centre, a CRM or another company's job stands at the
/// other end, backward inside the pipeline.
fn rule(topic: Option<Topic>) -> Rule {
    match topic {
        Some(
            topics::ROUTED
            | topics::RAISED
            | topics::CASE_EVENT
            | topics::PROFILE
            | topics::INCIDENT
            | topics::METRICS_WINDOW,
        ) => Rule::Full,
        _ => Rule::Backward,
    }
}

/// What a schema breaks of what was promised by its history.
fn evolution(rule: Rule, text: &str, history: &[&str]) -> Vec<String> {
    let (now, sum) = match parse(text).and_then(|now| usable(&now).map(|sum| (now, sum))) {
        Ok(now) => now,
        Err(error) => return vec![format!("is no schema for a fact: {error}")],
    };
    let mut found = Vec::new();
    let mut last = None;
    for (i, text) in history.iter().enumerate() {
        let version = i + 1;
        let old = match parse(text).and_then(|old| usable(&old).map(|sum| (old, sum))) {
            Ok((old, sum)) => {
                last = Some(sum);
                old
            }
            Err(error) => {
                found.push(format!("version {version} is no schema for a fact: {error}"));
                continue;
            }
        };
        if let Some(why) = unreadable(&old, &now) {
            found.push(format!("cannot read what version {version} has written: {why}"));
        }
        if rule == Rule::Full
            && let Some(why) = unreadable(&now, &old)
        {
            found.push(format!("what it writes cannot be read by version {version}: {why}"));
        }
    }
    if last != Some(sum) {
        let next = history.len() + 1;
        found.push(format!("is not the last of its history: copy it there as version {next}"));
    }
    found
}

/// The fingerprint of a schema that a fact may use.
fn usable(schema: &Schema) -> Result<u64, String> {
    Shape::of(schema)?;
    fingerprint(schema)
}

/// Why a reader cannot read all that a writer may write.
fn unreadable(writer: &Schema, reader: &Schema) -> Option<String> {
    // The library takes a name and what it stands for to be different types.
    let [writer, reader] = [writer, reader].map(|schema| spelt_out(schema, &mut HashMap::new()));
    match SchemaCompatibility::can_read(&writer, &reader) {
        Ok(Compatibility::Full) => None,
        Ok(Compatibility::Partial) => Some("only some values can be read".into()),
        Err(error) => Some(error.to_string()),
    }
}

/// A schema with every name replaced by what it stands for. None contains itself: `usable` says so.
fn spelt_out(schema: &Schema, named: &mut HashMap<Name, Schema>) -> Schema {
    match schema {
        Schema::Ref { name } => named.get(name).unwrap_or(schema).clone(),
        Schema::Enum(one) => {
            named.insert(one.name.clone(), schema.clone());
            schema.clone()
        }
        Schema::Array(array) => {
            let mut array = array.clone();
            array.items = Box::new(spelt_out(&array.items, named));
            Schema::Array(array)
        }
        Schema::Union(union) => {
            let branches = union.variants().iter().map(|branch| spelt_out(branch, named)).collect();
            UnionSchema::new(branches).map_or_else(|_| schema.clone(), Schema::Union)
        }
        Schema::Record(record) => {
            let mut record = record.clone();
            for field in &mut record.fields {
                field.schema = spelt_out(&field.schema, named);
            }
            let whole = Schema::Record(record);
            if let Some(name) = whole.name() {
                named.insert(name.clone(), whole.clone());
            }
            whole
        }
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests;
