//! What writing and reading a fact costs, beside `apache-avro`'s own ways:
//! `cargo bench -p mention`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use mention::codec::{Fact, read, write};
use mention::{Mention, Routed, schemas};

const ROUNDS: u32 = 200_000;

fn main() {
    both::<Mention>();
    both::<Routed>();
}

/// Measures the example of a fact.
fn both<F: Fact>() {
    let file = format!("../../schemas/examples/{}.json", F::SCHEMA);
    let json = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let fact: F = serde_json::from_str(&json).unwrap();
    let mut bytes = Vec::new();
    write(&fact, &mut bytes);
    println!("{}, {} bytes, nanoseconds, best of 5 × {ROUNDS}", F::SCHEMA, bytes.len());

    let mut out = Vec::with_capacity(4096);
    nanos("write", || {
        out.clear();
        write(black_box(&fact), &mut out);
    });
    nanos("read", || read::<F>(black_box(&bytes)).unwrap());

    let text = schemas::all().find(|schema| schema.name == F::SCHEMA).unwrap().text;
    let schema = Schema::parse_str(text).unwrap();
    let reader = GenericDatumReader::builder(&schema).build().unwrap();
    let writer = GenericDatumWriter::builder(&schema).build().unwrap();
    nanos("write, apache-avro write_ser", || {
        out.clear();
        writer.write_ser(&mut out, black_box(&fact)).unwrap()
    });
    nanos("read, apache-avro read_deser", || {
        reader.read_deser::<F>(&mut &black_box(&bytes)[10..]).unwrap()
    });
    nanos("read, apache-avro Value", || reader.read_value(&mut &black_box(&bytes)[10..]).unwrap());
}

fn nanos<T>(what: &str, mut work: impl FnMut() -> T) {
    let best = (0..5).map(|_| {
        let start = Instant::now();
        for _ in 0..ROUNDS {
            black_box(work());
        }
        start.elapsed() / ROUNDS
    });
    println!("  {:>6}  {what}", best.min().unwrap_or_default().as_nanos());
}
