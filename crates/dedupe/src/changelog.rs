//! The byte layout of the changelog: fixed fields, big-endian. The first byte of each key and value
//! holds the version of the layout (upper four bits, now 1) and the kind of entry (lower four bits).
//!
//! | entry | key | value |
//! |---|---|---|
//! | id | `11` digest 12 | `11` since 4, first 4, content 4, version 2, flags 2 |
//! | original | `12` digest 12 | `12` since 4, content 4, id as UTF-8 to the end |
//! | cluster | `13` SimHash 8 | `13` since 4, size 4 |
//! | clock | `14` | `14` minutes 4 |
//!
//! Numbers behind the fields are lengths in bytes. Must not know: when an entry is written.

use stage::bytes::{ByteReader, ByteWriter};
use stage::{Malformed, Wire};

use crate::Digest;
use crate::entry::{Cluster, OriginalEntry, SeenEntry};
use crate::time::Second;

/// The key of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A seen mention, by tenant, platform and id.
    Id(Digest),
    /// The original of copies, by author and plain text.
    Original(Digest),
    /// A cluster, by the SimHash of its first text.
    Cluster(u64),
    /// Stream time.
    Clock,
}

/// The value of an entry; its variant is that of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The value of a [`Key::Id`].
    Id(SeenEntry),
    /// The value of a [`Key::Original`].
    Original(OriginalEntry),
    /// The value of a [`Key::Cluster`].
    Cluster(Cluster),
    /// The value of the [`Key::Clock`]: whole minutes since the Unix epoch.
    Clock(u32),
}

const ID: u8 = 0x11;
const ORIGINAL: u8 = 0x12;
const CLUSTER: u8 = 0x13;
const CLOCK: u8 = 0x14;

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        let mut out = ByteWriter::new(out);
        match self {
            Key::Id(digest) => {
                out.byte(ID);
                out.bytes(&digest.to_bytes());
            }
            Key::Original(digest) => {
                out.byte(ORIGINAL);
                out.bytes(&digest.to_bytes());
            }
            Key::Cluster(simhash) => {
                out.byte(CLUSTER);
                out.be(*simhash);
            }
            Key::Clock => out.byte(CLOCK),
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let key = match reader.byte()? {
            ID => Key::Id(Digest::from_bytes(reader.array()?)),
            ORIGINAL => Key::Original(Digest::from_bytes(reader.array()?)),
            CLUSTER => Key::Cluster(reader.be()?),
            CLOCK => Key::Clock,
            _ => return Err(Malformed::InvalidField("kind of key")),
        };
        reader.finish(key)
    }
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Id(SeenEntry { since, first, content, version, flags }) => {
                out.reserve_exact(17);
                let mut out = ByteWriter::new(out);
                out.byte(ID);
                [since.get(), *first, *content].into_iter().for_each(|word| out.be(word));
                out.be(*version);
                out.be(*flags);
            }
            Value::Original(OriginalEntry { since, content, id }) => {
                out.reserve_exact(9 + id.len());
                let mut out = ByteWriter::new(out);
                out.byte(ORIGINAL);
                out.be(since.get());
                out.be(*content);
                out.bytes(id.as_bytes());
            }
            Value::Cluster(Cluster { since, size }) => {
                out.reserve_exact(9);
                let mut out = ByteWriter::new(out);
                out.byte(CLUSTER);
                out.be(since.get());
                out.be(*size);
            }
            Value::Clock(minutes) => {
                let mut out = ByteWriter::new(out);
                out.byte(CLOCK);
                out.be(*minutes);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        // Struct fields are evaluated in the order written here: that of the layout.
        let value = match reader.byte()? {
            ID => Value::Id(SeenEntry {
                since: read_second(&mut reader)?,
                first: reader.be()?,
                content: reader.be()?,
                version: reader.be()?,
                flags: reader.be()?,
            }),
            ORIGINAL => Value::Original(OriginalEntry {
                since: read_second(&mut reader)?,
                content: reader.be()?,
                id: reader.rest_as_text()?.into(),
            }),
            CLUSTER => {
                Value::Cluster(Cluster { since: read_second(&mut reader)?, size: reader.be()? })
            }
            CLOCK => Value::Clock(reader.be()?),
            _ => return Err(Malformed::InvalidField("kind of value")),
        };
        reader.finish(value)
    }
}

fn read_second(reader: &mut ByteReader<'_>) -> Result<Second, Malformed> {
    // A second is a `NonZeroU32`, which keeps `Option<SeenEntry>` at 16 bytes.
    Second::new(reader.be()?).ok_or(Malformed::InvalidField("time"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SINCE: Second = Second::new(0x01020304).unwrap();

    fn keys() -> [(Key, &'static str); 4] {
        let digest = Digest::from_bytes(*b"abcdefghijkl");
        [
            (Key::Id(digest), "11 6162636465666768696a6b6c"),
            (Key::Original(digest), "12 6162636465666768696a6b6c"),
            (Key::Cluster(0xfedc_ba98_7654_3210), "13 fedcba9876543210"),
            (Key::Clock, "14"),
        ]
    }

    fn values() -> [(Value, &'static str); 4] {
        let seen = SeenEntry { since: SINCE, first: 5, content: 6, version: 7, flags: 0x8001 };
        let original = OriginalEntry { since: SINCE, content: 6, id: "né".into() };
        [
            (Value::Id(seen), "11 01020304 00000005 00000006 0007 8001"),
            (Value::Original(original), "12 01020304 00000006 6ec3a9"),
            (Value::Cluster(Cluster { since: SINCE, size: 9 }), "13 01020304 00000009"),
            (Value::Clock(29_000_000), "14 01ba8140"),
        ]
    }

    fn check<T: Wire + PartialEq + std::fmt::Debug>(value: &T, expected: &str) {
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected.replace(' ', ""));
        assert_eq!(T::read(&bytes).as_ref(), Ok(value));
        let longer = [&bytes[..], &[0xff]].concat();
        assert!(T::read(&longer).is_err(), "{value:?} is read with an extra byte");
    }

    #[test]
    fn keys_and_values_keep_their_byte_layout() {
        keys().iter().for_each(|(key, expected)| check(key, expected));
        values().iter().for_each(|(value, expected)| check(value, expected));
    }

    #[test]
    fn truncated_keys_and_values_are_refused() {
        for (key, _) in keys() {
            let mut bytes = Vec::new();
            key.write(&mut bytes);
            (0..bytes.len()).for_each(|n| assert!(Key::read(&bytes[..n]).is_err(), "{key:?} {n}"));
        }
        for (value, _) in values() {
            let mut bytes = Vec::new();
            value.write(&mut bytes);
            let shortest = if bytes[0] == ORIGINAL { 9 } else { bytes.len() };
            (0..shortest).for_each(|n| assert!(Value::read(&bytes[..n]).is_err(), "{value:?} {n}"));
        }
    }

    #[test]
    fn zero_times_and_unknown_kinds_are_refused() {
        assert!(Value::read(&[CLUSTER, 0, 0, 0, 0, 0, 0, 0, 1]).is_err());
        for bytes in [&[0x21, 0][..], &[0x15], &[0]] {
            assert!(Value::read(bytes).is_err() && Key::read(bytes).is_err(), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn bytes_that_are_read_are_written_back_unchanged(
            kind in 0x10..0x16_u8,
            rest in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let bytes = [&[kind][..], &rest].concat();
            if let Ok(key) = Key::read(&bytes) {
                let mut again = Vec::new();
                key.write(&mut again);
                prop_assert_eq!(&again, &bytes);
            }
            if let Ok(value) = Value::read(&bytes) {
                let mut again = Vec::new();
                value.write(&mut again);
                prop_assert_eq!(&again, &bytes);
            }
        }
    }
}
