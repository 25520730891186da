//! The keys and values of the state, and their bytes in the changelog.
//!
//! Most entries are cases, under the key of their author. The others have a key that begins with a
//! zero byte, which no author key does, and their own layout; a case begins with the marker of
//! Avro's single-object encoding.

use mention::hash_chain::ChainHead;
use stage::{Malformed, Micros, Wire};

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
    /// The time of the last answer, in microseconds.
    pub(crate) last_at: Micros,
    /// The times of the latest answers, oldest first, at most [`MAX_ANSWERS`], each since the
    /// previous answer or the beginning of the author's wait, whichever is later, in microseconds.
    pub(crate) answer_times: Vec<Micros>,
}

const CHAIN: u8 = 1;
const TEAM: u8 = 2;

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Key::Author(author) => author.write(out),
            Key::Chain => out.extend([0, CHAIN]),
            Key::Team(name) => {
                out.extend([0, TEAM]);
                out.extend_from_slice(name.as_bytes());
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        match bytes {
            [0, CHAIN] => Ok(Key::Chain),
            [0, TEAM, name @ ..] => String::from_utf8(name.to_vec())
                .map(Key::Team)
                .map_err(|_| Malformed::new("a team name that is not UTF-8")),
            [0, ..] => Err(Malformed::new("an unknown kind of key")),
            _ => AuthorKey::read(bytes).map(Key::Author),
        }
    }
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Case(case) => case.write(out),
            Value::Chain(head) => {
                out.push(CHAIN);
                out.extend_from_slice(&head.sequence.to_le_bytes());
                out.extend_from_slice(&head.digest);
            }
            Value::Pace(Pace { last_at, answer_times }) => {
                out.push(TEAM);
                let numbers = std::iter::once(last_at).chain(answer_times);
                numbers.for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        match bytes {
            [CHAIN, rest @ ..] if rest.len() == 40 => {
                let (sequence, digest) = rest.split_at(8);
                let mut head = ChainHead { sequence: read_i64(sequence), digest: [0; 32] };
                head.digest.copy_from_slice(digest);
                Ok(Value::Chain(head))
            }
            [TEAM, rest @ ..]
                if rest.len() % 8 == 0 && (8..=8 + 8 * MAX_ANSWERS).contains(&rest.len()) =>
            {
                let (last, answer_times) = rest.split_at(8);
                let answer_times = answer_times.chunks(8).map(read_i64).collect();
                Ok(Value::Pace(Pace { last_at: read_i64(last), answer_times }))
            }
            // Avro writes 0xC3 first, which is neither marker.
            _ => CaseState::read(bytes).map(|case| Value::Case(Box::new(case))),
        }
    }
}

/// Decodes a little-endian integer; missing bytes count as zero.
fn read_i64(bytes: &[u8]) -> i64 {
    let mut number = [0; 8];
    number.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    i64::from_le_bytes(number)
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
        let pace = Value::Pace(Pace { last_at: 1, answer_times: vec![-1] });
        let case =
            Value::Case(Box::new(CaseState { id: 3, moods: vec![-4], ..CaseState::default() }));
        for value in [&head, &pace, &case] {
            let written = bytes(&|out| value.write(out));
            assert_eq!(Value::read(&written).as_ref(), Ok(value));
        }
        assert_eq!(bytes(&|out| head.write(out))[..10], *b"\x01\x02\x01\0\0\0\0\0\0\x07");
        assert_eq!(bytes(&|out| pace.write(out))[..10], *b"\x02\x01\0\0\0\0\0\0\0\xff");
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
