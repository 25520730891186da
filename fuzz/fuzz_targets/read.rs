//! Decodes arbitrary bytes as records: the result is an error, or a record that survives encoding and
//! decoding.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mention::codec::{AvroRecord, read, write};
use mention::{Incident, Mention, Routed, schemas};

fuzz_target!(|input: &[u8]| {
    let _ = read::<Routed>(input);
    body::<Mention>(input);
    body::<Routed>(input);
    body::<Incident>(input);
});

/// Decodes the bytes as the body of a record, behind a valid header: the fuzzer would take too long to
/// find the fingerprint of a schema.
fn body<F: AvroRecord>(input: &[u8]) {
    let schema = schemas::all().find(|schema| schema.name == F::SCHEMA).expect("is embedded");
    let mut bytes = vec![0xC3, 0x01];
    bytes.extend(schema.fingerprint.to_le_bytes());
    bytes.extend(input);
    if let Ok(record) = read::<F>(&bytes) {
        let (mut once, mut twice) = (Vec::new(), Vec::new());
        write(&record, &mut once);
        // The input may hold a number in a longer form than `write` produces, so the first encoding is
        // compared with the second. Bytes, because NaN is not equal to itself.
        write(&read::<F>(&once).expect("its own encoding decodes"), &mut twice);
        assert_eq!(once, twice);
    }
}
