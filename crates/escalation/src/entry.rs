//! The keys and values of the state, and their bytes in the changelog.
//!
//! Most entries are cases, under the key of their author. The others have a key that begins with a
//! zero byte, which no author key does, and their own layout; a case begins with the marker of
//! Avro's single-object encoding.

use mention::hash_chain::ChainHead;
use stage::bytes::{ByteReader, ByteWriter};
use stage::{EventTime, Malformed, TimeDelta, Wire};

use crate::author::AuthorKey;
use crate::case::CaseState;

/// The key of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The last case of an author.
    Author(AuthorKey),
    /// The head of the decision chain: a single entry.
    Chain,
    /// The pace of a team, by its name.
    Team(String),
}

/// The value of an entry; each kind of [`Key`] has its own kind of value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A case.
    Case(Box<CaseState>),
    /// The head of the decision chain.
    Chain(ChainHead),
    /// The pace of a team.
    Pace(Pace),
}

/// The number of answers that a pace remembers.
pub(crate) const MAX_ANSWERS: usize = 16;

/// The pace at which a team answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pace {
    /// The time of the last answer.
    pub(crate) last_at: EventTime,
    /// How long the latest answers took, oldest first, at most [`MAX_ANSWERS`]. Each is measured from the later of two times: the previous answer, the start of the author's
    /// wait.
    pub(crate) answer_times: Vec<TimeDelta>,
}

/// First byte of a value, second byte of a key.
const CHAIN: u8 = 1;
/// First byte of a value, second byte of a key.
const TEAM: u8 = 2;

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Key::Author(author) => author.write(out),
            Key::Chain => ByteWriter::new(out).bytes(&[0, CHAIN]),
            Key::Team(name) => {
                let mut out = ByteWriter::new(out);
                out.bytes(&[0, TEAM]);
                out.bytes(name.as_bytes());
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.first() != Some(&0) {
            return AuthorKey::read(bytes).map(Key::Author);
        }
        let mut reader = ByteReader::new(bytes);
        let key = match reader.array()? {
            [0, CHAIN] => Key::Chain,
            [0, TEAM] => Key::Team(reader.rest_as_text()?.to_owned()),
            _ => return Err(Malformed::InvalidField("kind of key")),
        };
        reader.finish(key)
    }
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Case(case) => case.write(out),
            Value::Chain(head) => {
                let mut out = ByteWriter::new(out);
                out.byte(CHAIN);
                out.le(head.sequence);
                out.bytes(&head.digest);
            }
            Value::Pace(Pace { last_at, answer_times }) => {
                let mut out = ByteWriter::new(out);
                out.byte(TEAM);
                out.le(last_at.as_micros());
                answer_times.iter().for_each(|time| out.le(time.as_micros()));
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let value = match reader.byte()? {
            CHAIN => Value::Chain(ChainHead { sequence: reader.le()?, digest: reader.array()? }),
            TEAM => Value::Pace(read_pace(&mut reader)?),
            // Avro writes 0xC3 first, which is neither marker.
            _ => return CaseState::read(bytes).map(|case| Value::Case(Box::new(case))),
        };
        reader.finish(value)
    }
}

/// Reads a pace: its list of answer times has no length, it runs to the end of the value.
fn read_pace(reader: &mut ByteReader<'_>) -> Result<Pace, Malformed> {
    let last_at = EventTime::from_micros(reader.le()?);
    let count = reader.remaining() / size_of::<i64>();
    if count > MAX_ANSWERS {
        return Err(Malformed::InvalidField("number of answers"));
    }
    let answer_time = |_| reader.le().map(TimeDelta::from_micros);
    let answer_times = (0..count).map(answer_time).collect::<Result<_, _>>()?;
    Ok(Pace { last_at, answer_times })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_round_trips_and_has_the_documented_layout() {
        let bytes = |value: &dyn Fn(&mut Vec<u8>)| {
            let mut out = Vec::new();
            value(&mut out);
            out
        };
        let author = Key::Author(AuthorKey::read(b"t/x/1").unwrap());
        for (key, layout) in [
            (Key::Chain, &b"\0\x01"[..]),
            (Key::Team("care".into()), b"\0\x02care"),
            (author, b"t/x/1"),
        ] {
            assert_eq!(bytes(&|out| key.write(out)), layout);
            assert_eq!(Key::read(layout), Ok(key));
        }
        let head = Value::Chain(ChainHead { sequence: 258, digest: [7; 32] });
        let pace = Value::Pace(Pace {
            last_at: EventTime::from_micros(1),
            answer_times: vec![TimeDelta::from_micros(-1)],
        });
        let case = Value::Case(Box::new(CaseState {
            id: 3,
            sentiments: vec![-4],
            ..CaseState::default()
        }));
        for value in [&head, &pace, &case] {
            let written = bytes(&|out| value.write(out));
            assert_eq!(Value::read(&written).as_ref(), Ok(value));
        }
        let layout = [&b"\x01\x02\x01\0\0\0\0\0\0"[..], &[7; 32]].concat();
        assert_eq!(bytes(&|out| head.write(out)), layout);
        let layout = [&b"\x02\x01\0\0\0\0\0\0\0"[..], &[0xff; 8]].concat();
        assert_eq!(bytes(&|out| pace.write(out)), layout);
    }

    #[test]
    fn malformed_bytes_are_rejected() {
        for key in [&b"\0"[..], b"\0\x03", b"\0\x02\xff"] {
            assert!(Key::read(key).is_err(), "{key:?}");
        }
        for value in [&b""[..], b"\x01", b"\x02\x01", b"\x03", b"\x02", &[2; 8 * 18 + 1]] {
            assert!(Value::read(value).is_err(), "{value:?}");
        }
    }
}
