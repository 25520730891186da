//! Generated records of every type, written by `apache-avro` from the schema alone.

use apache_avro::Schema;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use mention::codec::{AvroRecord, read, write};
use mention::{
    Call, CaseEvent, Filtered, Incident, Mention, Prioritized, Profile, Raised, Routed, Scored,
    Spread, Unique, schemas,
};
use proptest::prelude::*;

/// Collects every named type of a schema.
fn definitions<'s>(schema: &'s Schema, named: &mut Vec<&'s Schema>) {
    match schema {
        Schema::Enum(_) => named.push(schema),
        Schema::Union(union) => union.variants().iter().for_each(|one| definitions(one, named)),
        Schema::Array(array) => definitions(&array.items, named),
        Schema::Record(record) => {
            named.push(schema);
            record.fields.iter().for_each(|field| definitions(&field.schema, named));
        }
        _ => {}
    }
}

/// A byte string that decides every choice of a generated value. Missing bytes are 0, the simplest
/// choice, so that proptest can shrink a value.
pub(crate) struct Choices<'a>(pub(crate) &'a [u8]);

impl Choices<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn long(&mut self) -> i64 {
        match self.next() % 6 {
            0 => 0,
            1 => i64::from(self.next()) - 128,
            2 => i64::MAX - i64::from(self.next()),
            3 => i64::MIN + i64::from(self.next()),
            _ => i64::from_le_bytes(std::array::from_fn(|_| self.next())),
        }
    }

    fn text(&mut self) -> String {
        const SIGNS: [char; 8] = ['a', 'Z', ' ', '"', '\0', 'ß', '€', '\u{1F4F6}'];
        let len = self.next() % 24;
        (0..len).map(|_| SIGNS[usize::from(self.next() % 8)]).collect()
    }

    /// Generates a value of a schema; `named` are the types that references name.
    pub(crate) fn value(&mut self, schema: &Schema, named: &[&Schema]) -> Value {
        match schema {
            Schema::Null => Value::Null,
            Schema::Boolean => Value::Boolean(self.next() % 2 == 1),
            Schema::Int => Value::Int(i32::try_from(self.long() >> 33).unwrap()),
            Schema::Long => Value::Long(self.long()),
            Schema::TimestampMicros => Value::TimestampMicros(self.long()),
            Schema::Float => Value::Float(f32::from(self.next()) / 256.0),
            Schema::Double => Value::Double(f64::from(self.next()) / 256.0),
            Schema::String => Value::String(self.text()),
            Schema::Enum(one) => {
                let place = usize::from(self.next()) % one.symbols.len();
                Value::Enum(u32::try_from(place).unwrap(), one.symbols[place].clone())
            }
            Schema::Union(union) => {
                let place = usize::from(self.next()) % union.variants().len();
                let value = self.value(&union.variants()[place], named);
                Value::Union(u32::try_from(place).unwrap(), Box::new(value))
            }
            Schema::Array(array) => {
                let len = self.next() % 4;
                Value::Array((0..len).map(|_| self.value(&array.items, named)).collect())
            }
            Schema::Record(record) => {
                let fields = record.fields.iter();
                Value::Record(
                    fields.map(|f| (f.name.clone(), self.value(&f.schema, named))).collect(),
                )
            }
            Schema::Ref { name } => {
                let definition = named.iter().find(|schema| schema.name() == Some(name));
                self.value(definition.expect("defined before its use"), named)
            }
            other => panic!("unsupported type {other:?}"),
        }
    }
}

/// Generates a record from the choices and writes it with `apache-avro`.
fn write_with_apache_avro<F: AvroRecord>(choices: &[u8]) -> Vec<u8> {
    let embedded = schemas::all().find(|schema| schema.name == F::SCHEMA).unwrap();
    let schema = Schema::parse_str(embedded.text).unwrap();
    let mut named = Vec::new();
    definitions(&schema, &mut named);
    let value = Choices(choices).value(&schema, &named);
    let mut bytes = vec![0xC3, 0x01];
    bytes.extend(embedded.fingerprint.to_le_bytes());
    let writer = GenericDatumWriter::builder(&schema).build().unwrap();
    writer.write_value(&mut bytes, value).unwrap();
    bytes
}

/// Reads a record written by `apache-avro` and writes the same bytes.
fn assert_round_trip<F: AvroRecord + PartialEq + std::fmt::Debug>(choices: &[u8]) {
    let bytes = write_with_apache_avro::<F>(choices);
    let record: F = read(&bytes).unwrap();
    let mut again = Vec::new();
    write(&record, &mut again);
    assert_eq!(again, bytes);
    assert_eq!(read::<F>(&again), Ok(record));
}

/// Reads changed bytes: the result may be a record or an error, within the memory limit.
fn assert_bounded_read<F: AvroRecord>(choices: &[u8], changes: &[(usize, u8)]) {
    let mut bytes = write_with_apache_avro::<F>(choices);
    for (at, byte) in changes {
        let len = bytes.len() - 10;
        bytes[10 + at % len] = *byte;
    }
    let (_, peak) = crate::memory::peak(|| read::<F>(&bytes).is_ok());
    assert!(peak <= mention::codec::MAX_BYTES, "{peak} bytes");
}

proptest! {
    #[test]
    fn records_written_by_apache_avro_round_trip_byte_for_byte(
        choices in prop::collection::vec(any::<u8>(), 0..1200)
    ) {
        assert_round_trip::<Mention>(&choices);
        assert_round_trip::<Unique>(&choices);
        assert_round_trip::<Spread>(&choices);
        assert_round_trip::<Filtered>(&choices);
        assert_round_trip::<Scored>(&choices);
        assert_round_trip::<Prioritized>(&choices);
        assert_round_trip::<Routed>(&choices);
        assert_round_trip::<Raised>(&choices);
        assert_round_trip::<Call>(&choices);
        assert_round_trip::<CaseEvent>(&choices);
        assert_round_trip::<Profile>(&choices);
        assert_round_trip::<Incident>(&choices);
    }

    #[test]
    fn changed_bytes_give_a_record_or_an_error(
        choices in prop::collection::vec(any::<u8>(), 0..600),
        changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..12),
    ) {
        assert_bounded_read::<Mention>(&choices, &changes);
        assert_bounded_read::<Routed>(&choices, &changes);
        assert_bounded_read::<Incident>(&choices, &changes);
    }

    #[test]
    fn random_bytes_give_a_record_or_an_error(
        body in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let embedded = schemas::all().find(|schema| schema.name == Incident::SCHEMA).unwrap();
        let mut bytes = vec![0xC3, 0x01];
        bytes.extend(embedded.fingerprint.to_le_bytes());
        bytes.extend(&body);
        prop_assert!(read::<Routed>(&body).is_err());
        let (_, peak) = crate::memory::peak(|| read::<Incident>(&bytes).is_ok());
        prop_assert!(peak <= mention::codec::MAX_BYTES);
    }
}
