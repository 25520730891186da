//! What every fact owes, wherever its struct lives: one call in a test of its crate.
//!
//! Beside its schema stand `examples/<full name>.json`, a realistic record as `serde_json` writes
//! the struct, and `golden/<full name>.<version>.hex`, the bytes of such a record as each version
//! of its schema has written them, for all time.

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;

use crate::codec::registry::parse;
use crate::codec::{self, Fact};
use crate::schemas::{TABLE, place};

/// Proves that the bytes of a fact are what they were, and that its history can be read.
///
/// - the example in `directory` is written as the golden bytes, and they are read as the example;
/// - the golden bytes of every older version are read, too;
/// - `apache-avro`'s generic reader, which shares no code with ours, finds the same content;
/// - what is missing in an older record becomes what the schema says, not something else;
/// - the example as each schema of the history would have written it is read.
///
/// # Errors
/// The first of these that does not hold; where the golden bytes are missing, what they would be.
pub fn prove<F: Fact + PartialEq + Debug>(directory: &Path) -> Result<(), String> {
    let name = F::SCHEMA;
    let text = fs::read_to_string(directory.join(format!("examples/{name}.json")))
        .map_err(|error| format!("examples/{name}.json: {error}"))?;
    let fact: F = from_json(&text)?;
    let mut bytes = Vec::new();
    codec::write(&fact, &mut bytes);
    let versions = TABLE[place(name)].history.len();
    golden(directory, &format!("{name}.{versions}"), &bytes)?;
    for version in 1..versions {
        let older = kept(directory, &format!("{name}.{version}"))?;
        codec::read::<F>(&older).map_err(|wrong| {
            format!("the golden bytes of version {version} cannot be read: {}", wrong.message)
        })?;
    }
    let back = codec::read::<F>(&bytes).map_err(|wrong| wrong.message)?;
    same("the golden bytes are not read as the example", &back, &fact)?;
    let written = content(TABLE[place(name)].text, &bytes)?;
    same("the generic reader disagrees", &json(&written)?, &to_json(&fact)?)?;
    defaults(&from_json(TABLE[place(name)].text)?, &to_json(&from_json::<F>("{}")?)?)?;
    for (i, old) in TABLE[place(name)].history.iter().enumerate() {
        let older = downgrade(&written, old)?;
        codec::read::<F>(&older).map_err(|wrong| {
            format!("what version {} has written cannot be read: {}", i + 1, wrong.message)
        })?;
    }
    Ok(())
}

/// Compares with the golden bytes.
fn golden(directory: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let lines = bytes.chunks(32).map(|line| {
        let hex: String = line.iter().map(|byte| format!("{byte:02x}")).collect();
        hex + "\n"
    });
    let now: String = lines.collect();
    match fs::read_to_string(directory.join(format!("golden/{name}.hex"))) {
        Ok(golden) if golden == now => Ok(()),
        Ok(_) => Err(format!("the bytes of {name} are not golden/{name}.hex any more, but\n{now}")),
        Err(error) => Err(format!("golden/{name}.hex: {error}; it would be\n{now}")),
    }
}

/// Golden bytes as they stand in their file.
fn kept(directory: &Path, name: &str) -> Result<Vec<u8>, String> {
    let text = fs::read_to_string(directory.join(format!("golden/{name}.hex")))
        .map_err(|error| format!("golden/{name}.hex: {error}"))?;
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pair = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).map_err(|error| error.to_string())?;
        u8::from_str_radix(pair, 16).map_err(|error| format!("golden/{name}.hex: {error}"))
    };
    digits.chunks(2).map(pair).collect()
}

/// What the generic reader finds in the bytes.
fn content(schema: &str, bytes: &[u8]) -> Result<Value, String> {
    let schema = parse(schema)?;
    let mut body = bytes.get(codec::HEADER..).unwrap_or_default();
    let reader = GenericDatumReader::builder(&schema).build().map_err(|e| e.to_string())?;
    let value = reader.read_value(&mut body).map_err(|e| e.to_string())?;
    if body.is_empty() { Ok(value) } else { Err("the generic reader leaves bytes".into()) }
}

/// The bytes of a record as an older schema would have written them.
fn downgrade(value: &Value, old: &str) -> Result<Vec<u8>, String> {
    let old = parse(old)?;
    let value = value.clone().resolve(&old).map_err(|e| e.to_string())?;
    let mut bytes = codec::header(codec::fingerprint(&old)?).to_vec();
    let writer = GenericDatumWriter::builder(&old).build().map_err(|e| e.to_string())?;
    writer.write_value(&mut bytes, value).map_err(|e| e.to_string())?;
    Ok(bytes)
}

/// A field that a record lacks must become the default of the schema.
fn defaults(record: &serde_json::Value, empty: &serde_json::Value) -> Result<(), String> {
    for field in record["fields"].as_array().into_iter().flatten() {
        let name = field["name"].as_str().unwrap_or_default();
        if let Some(default) = field.get("default") {
            same(&format!("the default of {name} differs"), &empty[name], default)?;
        }
        defaults(&field["type"], &empty[name])?;
    }
    Ok(())
}

fn same<T: PartialEq + Debug>(what: &str, left: &T, right: &T) -> Result<(), String> {
    if left == right { Ok(()) } else { Err(format!("{what}:\n{left:?}\n{right:?}")) }
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<serde_json::Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// A generic value as `serde_json` writes the struct.
fn json(value: &Value) -> Result<serde_json::Value, String> {
    Ok(match value {
        Value::Null => serde_json::Value::Null,
        Value::Boolean(x) => (*x).into(),
        Value::Int(x) => (*x).into(),
        Value::Long(x) | Value::TimestampMicros(x) => (*x).into(),
        Value::Float(x) => (*x).into(),
        Value::Double(x) => (*x).into(),
        Value::String(x) | Value::Enum(_, x) => x.as_str().into(),
        Value::Bytes(x) => x.as_slice().into(),
        Value::Union(_, x) => json(x)?,
        Value::Array(items) => items.iter().map(json).collect::<Result<_, _>>()?,
        Value::Record(fields) => {
            let fields = fields.iter().map(|(name, x)| Ok((name.clone(), json(x)?)));
            serde_json::Value::Object(fields.collect::<Result<_, String>>()?)
        }
        other => return Err(format!("no fact may use {other:?}")),
    })
}
