//! Checks that a directory of schemas equals the embedded ones and evolves compatibly.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use apache_avro::Schema;
use apache_avro::schema::{Name, UnionSchema};
use apache_avro::schema_compatibility::{Compatibility, SchemaCompatibility};
use stage::Topic;

use super::{SchemaEntry, TABLE};
use crate::codec::registry::parse;
use crate::codec::{Shape, fingerprint};
use crate::topics;

/// A fault of one schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaProblem {
    /// The full name of the record, or the name of a file that is not embedded.
    pub name: String,
    /// The fault and how to correct it.
    pub what: String,
}

impl std::fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, self.what)
    }
}

/// Compares the schemas of a directory with the embedded ones, and every schema with its history.
/// Returns the faults.
///
/// The directory has the layout of `schemas/`: `<full name>.avsc` and
/// `history/<full name>/<n>.avsc`.
#[must_use]
pub fn check(dir: &Path) -> Vec<SchemaProblem> {
    let mut problems = Vec::new();
    let mut files = match read(dir) {
        Ok(files) => files,
        Err(what) => return vec![SchemaProblem { name: dir.display().to_string(), what }],
    };
    for entry in TABLE {
        let file = files.remove(entry.name);
        // A missing directory is reported version by version.
        let history = read(&dir.join("history").join(entry.name)).unwrap_or_default();
        let found = compare_entry(entry, file.as_deref(), &history);
        problems
            .extend(found.into_iter().map(|what| SchemaProblem { name: entry.name.into(), what }));
    }
    // The loop removed every file that has a line in the table.
    problems.extend(files.into_keys().map(|name| SchemaProblem {
        what: "is not embedded in this program: add a line to the table of schemas".into(),
        name,
    }));
    problems
}

/// The schemas of a directory, by file name without extension.
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

/// Compares one schema and its history with the embedded ones.
fn compare_entry(
    entry: &SchemaEntry,
    file: Option<&str>,
    history: &BTreeMap<String, String>,
) -> Vec<String> {
    let Some(file) = file else { return vec![format!("{}.avsc is missing", entry.name)] };
    let mut found = Vec::new();
    if file != entry.text {
        found.push("differs from the schema embedded in this program: rebuild the program".into());
    }
    for (i, text) in entry.history.iter().enumerate() {
        let version = (i + 1).to_string();
        match history.get(&version) {
            None => found.push(format!("history/{}/{version}.avsc is missing", entry.name)),
            Some(stored) if stored != text => {
                found.push(format!("version {version} of its history was edited"));
            }
            Some(_) => {}
        }
    }
    if history.len() > entry.history.len() {
        found.push("its history has versions that are not in the table of schemas".into());
    }
    found.extend(check_evolution(compatibility_mode(entry.topic), file, entry.history));
    found
}

/// Which side may use an older schema than the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CompatibilityMode {
    /// Readers are updated first: a new reader reads the records of every older writer.
    Backward,
    /// Outside parties read or write the topic: besides, every older reader reads new records.
    Full,
}

/// The mode of a topic: full if a contact centre, a CRM or another outside party uses it, backward
/// inside the pipeline.
fn compatibility_mode(topic: Option<Topic>) -> CompatibilityMode {
    match topic {
        Some(
            topics::ROUTED
            | topics::RAISED
            | topics::CALL
            | topics::CASE_EVENT
            | topics::PROFILE
            | topics::INCIDENT
            | topics::METRICS_WINDOW,
        ) => CompatibilityMode::Full,
        _ => CompatibilityMode::Backward,
    }
}

/// Checks that a schema is compatible with every version of its history and is the last of them.
fn check_evolution(rule: CompatibilityMode, text: &str, history: &[&str]) -> Vec<String> {
    let (now, sum) =
        match parse(text).and_then(|now| supported_fingerprint(&now).map(|sum| (now, sum))) {
            Ok(now) => now,
            Err(error) => return vec![format!("is not a supported schema: {error}")],
        };
    let mut found = Vec::new();
    let mut last = None;
    for (i, text) in history.iter().enumerate() {
        let version = i + 1;
        let old =
            match parse(text).and_then(|old| supported_fingerprint(&old).map(|sum| (old, sum))) {
                Ok((old, sum)) => {
                    last = Some(sum);
                    old
                }
                Err(error) => {
                    found.push(format!("version {version} is not a supported schema: {error}"));
                    continue;
                }
            };
        if let Some(why) = incompatibility(&old, &now) {
            found.push(format!("cannot read records of version {version}: {why}"));
        }
        if rule == CompatibilityMode::Full
            && let Some(why) = incompatibility(&now, &old)
        {
            found.push(format!("version {version} cannot read its records: {why}"));
        }
    }
    // Compared by fingerprint: a change of doc texts is no new version.
    if last != Some(sum) {
        let next = history.len() + 1;
        found.push(format!(
            "is not the last version of its history: copy it there as version {next}"
        ));
    }
    found
}

/// The fingerprint of a schema, if all its types are supported.
fn supported_fingerprint(schema: &Schema) -> Result<u64, String> {
    Shape::from_schema(schema)?;
    fingerprint(schema)
}

/// Why a reader cannot read every record of a writer; `None` if it can.
fn incompatibility(writer: &Schema, reader: &Schema) -> Option<String> {
    // apache-avro 0.22 treats a reference by name and the type it names as different types.
    let [writer, reader] = [writer, reader].map(|schema| inline_names(schema, &mut HashMap::new()));
    match SchemaCompatibility::can_read(&writer, &reader) {
        Ok(Compatibility::Full) => None,
        Ok(Compatibility::Partial) => Some("only some values can be read".into()),
        Err(error) => Some(error.to_string()),
    }
}

/// Replaces every reference by name with the type it names. Terminates because
/// [`supported_fingerprint`] has rejected types that contain themselves.
fn inline_names(schema: &Schema, named: &mut HashMap<Name, Schema>) -> Schema {
    match schema {
        Schema::Ref { name } => named.get(name).unwrap_or(schema).clone(),
        Schema::Enum(one) => {
            named.insert(one.name.clone(), schema.clone());
            schema.clone()
        }
        Schema::Array(array) => {
            let mut array = array.clone();
            array.items = Box::new(inline_names(&array.items, named));
            Schema::Array(array)
        }
        Schema::Union(union) => {
            let branches =
                union.variants().iter().map(|branch| inline_names(branch, named)).collect();
            UnionSchema::new(branches).map_or_else(|_| schema.clone(), Schema::Union)
        }
        Schema::Record(record) => {
            let mut record = record.clone();
            for field in &mut record.fields {
                field.schema = inline_names(&field.schema, named);
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
