//! Time to write and read a record, compared with `apache-avro`: `cargo bench -p mention`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, prints and may panic"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use mention::admission::Admitted;
use mention::codec::{AvroRecord, read, write};
use mention::{Mention, Routed, schemas, topics};
use stage::{Outgoing, Position};

const ROUNDS: u32 = 200_000;

fn main() {
    measure_record::<Mention>();
    measure_record::<Routed>();
    measure_admission();
}

/// Measures the check of a mention where a stage reads it, without the decoding.
fn measure_admission() {
    let file = format!("../../schemas/examples/{}.json", Mention::SCHEMA);
    let json = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let mention: Mention = serde_json::from_str(&json).unwrap();
    let (mut key, mut value) = (Vec::new(), Vec::new());
    mention.key(&mut key);
    write(&mention, &mut value);
    let at = Position { topic: topics::RECEIVED, partition: 0, offset: 0 };
    let record = Outgoing::new(at.topic, mention.received_at, key, Some(value)).into_record(at);
    println!("admission of a mention, nanoseconds, best of 5 × {ROUNDS}");
    print_best_nanos("admit", || black_box(&mention).admit(black_box(&record)).unwrap());
}

/// Measures the example of a record.
fn measure_record<F: AvroRecord>() {
    let file = format!("../../schemas/examples/{}.json", F::SCHEMA);
    let json = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let record: F = serde_json::from_str(&json).unwrap();
    let mut bytes = Vec::new();
    write(&record, &mut bytes);
    println!("{}, {} bytes, nanoseconds, best of 5 × {ROUNDS}", F::SCHEMA, bytes.len());

    let mut out = Vec::with_capacity(4096);
    print_best_nanos("write", || {
        out.clear();
        write(black_box(&record), &mut out);
    });
    print_best_nanos("read", || read::<F>(black_box(&bytes)).unwrap());

    let text = schemas::all().find(|schema| schema.name == F::SCHEMA).unwrap().text;
    let schema = Schema::parse_str(text).unwrap();
    let reader = GenericDatumReader::builder(&schema).build().unwrap();
    let writer = GenericDatumWriter::builder(&schema).build().unwrap();
    print_best_nanos("write, apache-avro write_ser", || {
        out.clear();
        writer.write_ser(&mut out, black_box(&record)).unwrap()
    });
    print_best_nanos("read, apache-avro Value", || {
        reader.read_value(&mut &black_box(&bytes)[10..]).unwrap()
    });
}

fn print_best_nanos<T>(what: &str, mut work: impl FnMut() -> T) {
    // The minimum of the rounds, because interruptions only ever add time.
    let best = (0..5).map(|_| {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            black_box(work());
        }
        start.elapsed() / ROUNDS
    });
    println!("  {:>6}  {what}", best.min().unwrap_or_default().as_nanos());
}
