//! Records of every topic that a stage reads, through its admission. The bytes give an error, or a record
//! that survives encoding and decoding, and whose own encoding is admitted again.
#![no_main]

use harken_fuzz::doors::{DOORS, Door, check_codec};
use harken_fuzz::{raw, selector};
use libfuzzer_sys::fuzz_target;
use mention::{Incident, schemas, topics};
use stage::BroadcastTable;

fuzz_target!(|input: &[u8]| {
    let (choice, body) = selector(input);
    let doors = DOORS.len() + 1;
    // Every thirtieth of the bytes is one door; those behind the last are raw bytes without a header.
    match usize::from(choice) {
        n if n < DOORS.len() => through(&DOORS[n], DOORS[n].frame(body), None),
        n if n == DOORS.len() => row(body),
        n if n < 2 * doors => through(&DOORS[n % DOORS.len()], body.to_vec(), None),
        n => {
            // A key of its own, before the body.
            let (length, rest) = selector(body);
            let (key, body) = rest.split_at(usize::from(length).min(rest.len()));
            let door = &DOORS[n % DOORS.len()];
            through(door, door.frame(body), Some(key.to_vec()));
        }
    }
});

fn through(door: &Door, value: Vec<u8>, key: Option<Vec<u8>>) {
    (door.check_codec)(&value);
    let key = key.or_else(|| (door.key)(&value)).unwrap_or_default();
    let record = raw(door.topic, key, Some(value));
    let first = (door.read)(&record);
    if let Err(malformed) = &first {
        // The text goes into a header of the dead letter and into the log.
        assert!(malformed.to_string().len() < 1_000, "{malformed}");
    }
    // The check has no state.
    assert_eq!((door.read)(&record), first);
}

/// A row of the table of incidents.
fn row(body: &[u8]) {
    let schema = schemas::all().find(|schema| schema.topic == Some(topics::INCIDENT));
    let mut value = vec![0xC3, 0x01];
    value.extend(schema.expect("is embedded").fingerprint.to_le_bytes());
    value.extend(body);
    check_codec::<Incident>(&value);
    let mut table = priority::Incidents::default();
    let _ = table.apply(topics::INCIDENT, b"northline/i1", Some(&value));
    let _ = table.apply(topics::INCIDENT, b"northline/i1", None);
}
