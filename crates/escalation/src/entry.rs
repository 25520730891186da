//! What the entries of the state are found by, and what they are.
//!
//! Most are cases, under the key of their author. The others have a key that begins with a zero,
//! which no author has, and a layout of their own; a case begins with the marker of Avro's
//! single-object encoding.

use mention::chain::Head;
use stage::{Malformed, Micros, Wire};

use crate::case::Case;
use crate::cases::Author;

/// Finds an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The last case of an author.
    Author(Author),
    /// Where the chain of decisions stands: one entry.
    Chain,
    /// How fast a team answers, by its name.
    Team(String),
}

/// An entry; each kind of [`Key`] has its own.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A case.
    Case(Box<Case>),
    /// Where the chain of decisions stands.
    Chain(Head),
    /// How fast a team answers.
    Pace(Pace),
}

/// How many answers a pace is taken from.
pub(crate) const ANSWERS_MOST: usize = 16;

/// How fast a team answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pace {
    /// When it answered last.
    pub(crate) last_at: Micros,
    /// How long each of the latest answers took behind the one before, oldest first, at most
    /// [`ANSWERS_MOST`]; time in which nobody waited does not count.
    pub(crate) took: Vec<Micros>,
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
                .map_err(|_| Malformed::new("the name of a team that is no text")),
            [0, ..] => Err(Malformed::new("no such kind of key")),
            _ => Author::read(bytes).map(Key::Author),
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
            Value::Pace(Pace { last_at, took }) => {
                out.push(TEAM);
                let numbers = std::iter::once(last_at).chain(took);
                numbers.for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        match bytes {
            [CHAIN, rest @ ..] if rest.len() == 40 => {
                let (sequence, digest) = rest.split_at(8);
                let mut head = Head { sequence: number(sequence), digest: [0; 32] };
                head.digest.copy_from_slice(digest);
                Ok(Value::Chain(head))
            }
            [TEAM, rest @ ..]
                if rest.len() % 8 == 0 && (8..=8 + 8 * ANSWERS_MOST).contains(&rest.len()) =>
            {
                let (last, took) = rest.split_at(8);
                let took = took.chunks(8).map(number).collect();
                Ok(Value::Pace(Pace { last_at: number(last), took }))
            }
            _ => Case::read(bytes).map(|case| Value::Case(Box::new(case))),
        }
    }
}

/// Eight bytes as a number.
fn number(bytes: &[u8]) -> i64 {
    let mut number = [0; 8];
    number.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    i64::from_le_bytes(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_reads_back_as_itself_and_the_layout_is_pinned() {
        let bytes = |value: &dyn Fn(&mut Vec<u8>)| {
            let mut out = Vec::new();
            value(&mut out);
            out
        };
        let author = Key::Author(Author::read(b"t/x/1").unwrap());
        for (key, layout) in [
            (Key::Chain, &b"\0\x01"[..]),
            (Key::Team("care".into()), b"\0\x02care"),
            (author, b"t/x/1"),
        ] {
            assert_eq!(bytes(&|out| key.write(out)), layout);
            assert_eq!(Key::read(layout), Ok(key));
        }
        let head = Value::Chain(Head { sequence: 258, digest: [7; 32] });
        let pace = Value::Pace(Pace { last_at: 1, took: vec![-1] });
        let case = Value::Case(Box::new(Case { id: 3, moods: vec![-4], ..Case::default() }));
        for value in [&head, &pace, &case] {
            let written = bytes(&|out| value.write(out));
            assert_eq!(Value::read(&written).as_ref(), Ok(value));
        }
        assert_eq!(bytes(&|out| head.write(out))[..10], *b"\x01\x02\x01\0\0\0\0\0\0\x07");
        assert_eq!(bytes(&|out| pace.write(out))[..10], *b"\x02\x01\0\0\0\0\0\0\0\xff");
    }

    #[test]
    fn bytes_that_are_no_entry_are_refused() {
        for key in [&b"\0"[..], b"\0\x03", b"\0\x02\xff"] {
            assert!(Key::read(key).is_err(), "{key:?}");
        }
        for value in [&b""[..], b"\x01", b"\x02\x01", b"\x03", b"\x02", &[2; 8 * 18 + 1]] {
            assert!(Value::read(value).is_err(), "{value:?}");
        }
    }
}
