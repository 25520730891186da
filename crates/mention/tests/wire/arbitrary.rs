//! Records of every kind, made by a second implementation from the schema alone.

use apache_avro::Schema;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use mention::codec::{Fact, read, write};
use mention::{
    CaseEvent, Filtered, Incident, Mention, Prioritized, Profile, Raised, Routed, Scored, Spread,
    Unique, schemas,
};
use proptest::prelude::*;

/// Every named type of a schema, also where no value of it may come before its name is used.
fn definitions<'s>(schema: &'s Schema, met: &mut Vec<&'s Schema>) {
    match schema {
        Schema::Enum(_) => met.push(schema),
        Schema::Union(union) => union.variants().iter().for_each(|one| definitions(one, met)),
        Schema::Array(array) => definitions(&array.items, met),
        Schema::Record(record) => {
            met.push(schema);
            record.fields.iter().for_each(|field| definitions(&field.schema, met));
        }
        _ => {}
    }
}

/// Choices that shrink: what is not chosen is the simplest.
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

    /// A value of a schema; references are to what [`definitions`] has found.
    pub(crate) fn value(&mut self, schema: &Schema, met: &[&Schema]) -> Value {
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
                let value = self.value(&union.variants()[place], met);
                Value::Union(u32::try_from(place).unwrap(), Box::new(value))
            }
            Schema::Array(array) => {
                let len = self.next() % 4;
                Value::Array((0..len).map(|_| self.value(&array.items, met)).collect())
            }
            Schema::Record(record) => {
                let fields = record.fields.iter();
                Value::Record(
                    fields.map(|f| (f.name.clone(), self.value(&f.schema, met))).collect(),
                )
            }
            Schema::Ref { name } => {
                let known = met.iter().find(|known| known.name() == Some(name));
                let known = *known.expect("defined before its use");
                self.value(known, met)
            }
            other => panic!("no fact may use {other:?}"),
        }
    }
}

/// The bytes of a value that the choices lead to, as `apache-avro` writes it.
fn foreign<F: Fact>(choices: &[u8]) -> Vec<u8> {
    let embedded = schemas::all().find(|schema| schema.name == F::SCHEMA).unwrap();
    let schema = Schema::parse_str(embedded.text).unwrap();
    let mut met = Vec::new();
    definitions(&schema, &mut met);
    let value = Choices(choices).value(&schema, &met);
    let mut bytes = vec![0xC3, 0x01];
    bytes.extend(embedded.fingerprint.to_le_bytes());
    let writer = GenericDatumWriter::builder(&schema).build().unwrap();
    writer.write_value(&mut bytes, value).unwrap();
    bytes
}

/// Reads what another program has written, and writes it as that program did.
fn comes_back<F: Fact + PartialEq + std::fmt::Debug>(choices: &[u8]) {
    let bytes = foreign::<F>(choices);
    let fact: F = read(&bytes).unwrap();
    let mut again = Vec::new();
    write(&fact, &mut again);
    assert_eq!(again, bytes);
    assert_eq!(read::<F>(&again), Ok(fact));
}

/// Reads bytes that were changed, which must end in a record or in an error.
fn is_survived<F: Fact>(choices: &[u8], changes: &[(usize, u8)]) {
    let mut bytes = foreign::<F>(choices);
    for (at, byte) in changes {
        let len = bytes.len() - 10;
        bytes[10 + at % len] = *byte;
    }
    let (_, peak) = crate::memory::peak(|| read::<F>(&bytes).is_ok());
    assert!(peak <= mention::codec::MAX_BYTES, "{peak} bytes");
}

proptest! {
    #[test]
    fn what_another_program_writes_is_read_and_written_alike(
        choices in prop::collection::vec(any::<u8>(), 0..1200)
    ) {
        comes_back::<Mention>(&choices);
        comes_back::<Unique>(&choices);
        comes_back::<Spread>(&choices);
        comes_back::<Filtered>(&choices);
        comes_back::<Scored>(&choices);
        comes_back::<Prioritized>(&choices);
        comes_back::<Routed>(&choices);
        comes_back::<Raised>(&choices);
        comes_back::<CaseEvent>(&choices);
        comes_back::<Profile>(&choices);
        comes_back::<Incident>(&choices);
    }

    #[test]
    fn changed_bytes_end_in_a_record_or_an_error(
        choices in prop::collection::vec(any::<u8>(), 0..600),
        changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..12),
    ) {
        is_survived::<Mention>(&choices, &changes);
        is_survived::<Routed>(&choices, &changes);
        is_survived::<Incident>(&choices, &changes);
    }

    #[test]
    fn random_bytes_end_in_an_error_or_a_record(
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
