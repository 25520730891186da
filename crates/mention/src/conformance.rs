//! The conformance test of a record type: one call in a test of the crate that owns the struct.
//!
//! `schemas/examples/<full name>.json` has a realistic record as `serde_json` writes the struct;
//! `schemas/golden/<full name>.<version>.hex` has the bytes that each version of the schema gives
//! such a record, and never changes.

mod evolution;

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;

use crate::codec::registry::parse;
use crate::codec::{self, AvroRecord, RecordSchemas};
use crate::schemas::{TABLE, table_index};

/// Checks that the encoding of a record is unchanged and that all older versions are readable.
///
/// - The example in `directory` is written as the golden bytes, and they are read as the example.
/// - The golden bytes of every older version are readable.
/// - `apache-avro`'s generic reader, which shares no code with ours, reads the same content.
/// - The default of every field of the struct equals the default in the schema.
/// - The example is readable when encoded with each schema of the history.
/// - The example is readable when encoded with the schema as it was before any one of its fields
///   with a default was added; that field then has its default.
///
/// # Errors
/// The first check that fails; if the golden bytes are missing, the error contains them.
pub fn check_record<F: AvroRecord + PartialEq + Debug>(directory: &Path) -> Result<(), String> {
    let name = F::SCHEMA;
    let text = fs::read_to_string(directory.join(format!("examples/{name}.json")))
        .map_err(|error| format!("examples/{name}.json: {error}"))?;
    let record: F = from_json(&text)?;
    let mut bytes = Vec::new();
    codec::write(&record, &mut bytes);
    let versions = TABLE[table_index(name)].history.len();
    compare_golden(directory, &format!("{name}.{versions}"), &bytes)?;
    for version in 1..versions {
        let older = read_golden(directory, &format!("{name}.{version}"))?;
        codec::read::<F>(&older).map_err(|error| {
            format!("the golden bytes of version {version} cannot be read: {}", error)
        })?;
    }
    let decoded = codec::read::<F>(&bytes).map_err(|error| error.to_string())?;
    expect_equal("the golden bytes are not read as the example", &decoded, &record)?;
    // apache-avro shares no code with our codec, so an error in both directions of ours shows here.
    let written = decode_generic(TABLE[table_index(name)].text, &bytes)?;
    expect_equal(
        "apache-avro's generic reader reads other content",
        &generic_to_json(&written)?,
        &to_json(&record)?,
    )?;
    compare_defaults(
        &from_json(TABLE[table_index(name)].text)?,
        &to_json(&from_json::<F>("{}")?)?,
    )?;
    for (i, old) in TABLE[table_index(name)].history.iter().enumerate() {
        let older = encode_with_schema(&written, old)?;
        codec::read::<F>(&older)
            .map_err(|error| format!("records of version {} cannot be read: {}", i + 1, error))?;
    }
    read_earlier_schemas::<F>(&written, TABLE[table_index(name)].text)
}

/// Checks that records of every earlier schema of [`evolution`] are readable.
fn read_earlier_schemas<F: AvroRecord>(written: &Value, current: &str) -> Result<(), String> {
    let reader = parse(current)?;
    for (field, earlier) in evolution::earlier_schemas(&from_json(current)?) {
        let earlier = earlier.to_string();
        let schemas = RecordSchemas::parse(current, &[&earlier, current])?;
        let bytes = encode_with_schema(written, &earlier)?;
        let decoded: F = codec::read_with(&schemas, &bytes)
            .map_err(|error| format!("records without {field} cannot be read: {}", error))?;
        // apache-avro resolves the same schemas without our code.
        let writer = parse(&earlier)?;
        let resolved = written.clone().resolve(&writer).and_then(|value| value.resolve(&reader));
        let expected = generic_to_json(&resolved.map_err(|error| error.to_string())?)?;
        expect_equal(
            &format!("records without {field} are read as other content"),
            &to_json(&decoded)?,
            &expected,
        )?;
    }
    Ok(())
}

/// Compares bytes with the golden ones.
fn compare_golden(directory: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let lines = bytes.chunks(32).map(|line| {
        let hex: String = line.iter().map(|byte| format!("{byte:02x}")).collect();
        hex + "\n"
    });
    let now: String = lines.collect();
    match fs::read_to_string(directory.join(format!("golden/{name}.hex"))) {
        Ok(golden) if golden == now => Ok(()),
        Ok(_) => Err(format!("the bytes of {name} differ from golden/{name}.hex:\n{now}")),
        Err(error) => Err(format!("golden/{name}.hex: {error}; its content would be\n{now}")),
    }
}

/// Reads a file of golden bytes.
fn read_golden(directory: &Path, name: &str) -> Result<Vec<u8>, String> {
    let text = fs::read_to_string(directory.join(format!("golden/{name}.hex")))
        .map_err(|error| format!("golden/{name}.hex: {error}"))?;
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pair = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).map_err(|error| error.to_string())?;
        u8::from_str_radix(pair, 16).map_err(|error| format!("golden/{name}.hex: {error}"))
    };
    digits.chunks(2).map(pair).collect()
}

/// Decodes bytes with apache-avro's generic reader.
fn decode_generic(schema: &str, bytes: &[u8]) -> Result<Value, String> {
    let schema = parse(schema)?;
    let mut body = bytes.get(codec::HEADER..).unwrap_or_default();
    let reader = GenericDatumReader::builder(&schema).build().map_err(|e| e.to_string())?;
    let value = reader.read_value(&mut body).map_err(|e| e.to_string())?;
    if body.is_empty() {
        Ok(value)
    } else {
        Err("apache-avro's generic reader leaves bytes unread".into())
    }
}

/// Encodes a value with another schema, dropping the fields that it lacks.
fn encode_with_schema(value: &Value, old: &str) -> Result<Vec<u8>, String> {
    let old = parse(old)?;
    let value = value.clone().resolve(&old).map_err(|e| e.to_string())?;
    let mut bytes = codec::header(codec::fingerprint(&old)?).to_vec();
    let writer = GenericDatumWriter::builder(&old).build().map_err(|e| e.to_string())?;
    writer.write_value(&mut bytes, value).map_err(|e| e.to_string())?;
    Ok(bytes)
}

/// Compares the defaults of a schema's fields with those of the struct, recursively.
fn compare_defaults(record: &serde_json::Value, empty: &serde_json::Value) -> Result<(), String> {
    for field in record["fields"].as_array().into_iter().flatten() {
        let name = field["name"].as_str().unwrap_or_default();
        if let Some(default) = field.get("default") {
            expect_equal(&format!("the default of {name} differs"), &empty[name], default)?;
        }
        compare_defaults(&field["type"], &empty[name])?;
    }
    Ok(())
}

fn expect_equal<T: PartialEq + Debug>(what: &str, left: &T, right: &T) -> Result<(), String> {
    if left == right { Ok(()) } else { Err(format!("{what}:\n{left:?}\n{right:?}")) }
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<serde_json::Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// Converts a generic value into the JSON that `serde_json` writes for the struct.
fn generic_to_json(value: &Value) -> Result<serde_json::Value, String> {
    Ok(match value {
        Value::Null => serde_json::Value::Null,
        Value::Boolean(x) => (*x).into(),
        Value::Int(x) => (*x).into(),
        Value::Long(x) | Value::TimestampMicros(x) => (*x).into(),
        Value::Float(x) => (*x).into(),
        Value::Double(x) => (*x).into(),
        Value::String(x) | Value::Enum(_, x) => x.as_str().into(),
        Value::Bytes(x) => x.as_slice().into(),
        Value::Union(_, x) => generic_to_json(x)?,
        Value::Array(items) => items.iter().map(generic_to_json).collect::<Result<_, _>>()?,
        Value::Record(fields) => {
            let fields = fields.iter().map(|(name, x)| Ok((name.clone(), generic_to_json(x)?)));
            serde_json::Value::Object(fields.collect::<Result<_, String>>()?)
        }
        other => return Err(format!("unsupported type {other:?}")),
    })
}
