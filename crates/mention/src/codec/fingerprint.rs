//! The fingerprint of a schema: CRC-64-AVRO of its parsing canonical form, as defined by the Avro
//! specification ("Parsing Canonical Form for Schemas", "Schema Fingerprints").
//!
//! `apache-avro` 0.22 implements both, but its canonical form renders a type with a logical type as
//! `{"type":"long"}` where the specification requires `"long"`, so its fingerprints differ from
//! those of the Java implementation.

use std::fmt::Write as _;

use apache_avro::Schema;

/// CRC-64-AVRO of the parsing canonical form of a schema.
///
/// # Errors
/// If the schema uses an unsupported type.
pub(crate) fn fingerprint(schema: &Schema) -> Result<u64, String> {
    let mut text = String::new();
    canonical(schema, &mut text)?;
    Ok(crc(text.as_bytes()))
}

/// Appends the parsing canonical form.
fn canonical(schema: &Schema, out: &mut String) -> Result<(), String> {
    match schema {
        Schema::Null => quoted("null", out),
        Schema::Boolean => quoted("boolean", out),
        Schema::Int => quoted("int", out),
        Schema::Long | Schema::TimestampMicros => quoted("long", out),
        Schema::Float => quoted("float", out),
        Schema::Double => quoted("double", out),
        Schema::Bytes => quoted("bytes", out),
        Schema::String => quoted("string", out),
        Schema::Ref { name } => quoted(&name.fullname(None), out),
        Schema::Enum(one) => {
            let _ =
                write!(out, r#"{{"name":"{}","type":"enum","symbols":["#, one.name.fullname(None));
            list(&one.symbols, out, |symbol, out| {
                quoted(symbol, out);
                Ok(())
            })?;
            out.push_str("]}");
        }
        Schema::Union(union) => {
            out.push('[');
            list(union.variants(), out, canonical)?;
            out.push(']');
        }
        Schema::Record(record) => {
            let _ = write!(
                out,
                r#"{{"name":"{}","type":"record","fields":["#,
                record.name.fullname(None)
            );
            list(&record.fields, out, |field, out| {
                let _ = write!(out, r#"{{"name":"{}","type":"#, field.name);
                canonical(&field.schema, out)?;
                out.push('}');
                Ok(())
            })?;
            out.push_str("]}");
        }
        Schema::Array(array) => {
            out.push_str(r#"{"type":"array","items":"#);
            canonical(&array.items, out)?;
            out.push('}');
        }
        other => return Err(format!("unsupported type {other:?}")),
    }
    Ok(())
}

fn quoted(text: &str, out: &mut String) {
    // Writing to a string never fails.
    let _ = write!(out, r#""{text}""#);
}

fn list<T>(
    items: &[T],
    out: &mut String,
    mut one: impl FnMut(&T, &mut String) -> Result<(), String>,
) -> Result<(), String> {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        one(item, out)?;
    }
    Ok(())
}

/// The checksum of no bytes, which is also the polynomial.
const EMPTY: u64 = 0xC15D_213A_A4D7_A795;

/// CRC-64-AVRO, from the section "Schema Fingerprints" of the Avro specification.
fn crc(bytes: &[u8]) -> u64 {
    bytes.iter().fold(EMPTY, |sum, byte| {
        let mut low = (sum ^ u64::from(*byte)) & 0xFF;
        // Bit by bit instead of by table: a process computes a few dozen fingerprints.
        for _ in 0..8 {
            low = (low >> 1) ^ (EMPTY & (low & 1).wrapping_neg());
        }
        (sum >> 8) ^ low
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected values are from `share/test/data/schema-tests.txt` of the Avro project and from a
    /// second implementation.
    #[test]
    fn fingerprints_equal_those_of_the_avro_project() {
        for (text, expected) in [
            (r#""null""#, 7_195_948_357_588_979_594_i64),
            (r#""boolean""#, -6_970_731_678_124_411_036),
            (r#"{"type": "int"}"#, 8_247_732_601_305_521_295),
            (r#"{"type": "long", "logicalType": "timestamp-micros"}"#, -3_434_872_931_120_570_953),
            (r#"["null", "int"]"#, -3_090_383_510_259_191_337),
            (
                r#"{"type": "record", "namespace": "x.y", "name": "foo", "doc": "d",
                    "fields": [{"name": "f1", "type": "boolean"}]}"#,
                2_187_965_065_507_820_237,
            ),
        ] {
            let schema = Schema::parse_str(text).unwrap();
            assert_eq!(fingerprint(&schema).unwrap().cast_signed(), expected, "{text}");
        }
    }
}
