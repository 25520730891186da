//! Reads any bytes as facts: they end in an error, or in a fact that is written and read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mention::codec::{Fact, read, write};
use mention::{Incident, Mention, Routed, schemas};

fuzz_target!(|input: &[u8]| {
    let _ = read::<Routed>(input);
    body::<Mention>(input);
    body::<Routed>(input);
    body::<Incident>(input);
});

/// Reads the bytes as what stands behind the head of a record: finding one takes too long.
fn body<F: Fact>(input: &[u8]) {
    let schema = schemas::all().find(|schema| schema.name == F::SCHEMA).expect("is embedded");
    let mut record = vec![0xC3, 0x01];
    record.extend(schema.fingerprint.to_le_bytes());
    record.extend(input);
    if let Ok(fact) = read::<F>(&record) {
        let (mut once, mut twice) = (Vec::new(), Vec::new());
        write(&fact, &mut once);
        // Numbers have several forms, facts do not; bytes are compared, for NaN is not itself.
        write(&read::<F>(&once).expect("what was written is read"), &mut twice);
        assert_eq!(once, twice);
    }
}
