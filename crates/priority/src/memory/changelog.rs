//! The bytes of the changelog: big-endian, the first byte of keys and values alike being the
//! version of the layout (upper half, now 1) and the kind of entry (lower half). Customers are
//! older than that: their keys are 16 bytes, their values Avro single objects (`C3 01 …`).
//!
//! | entry | key | value |
//! |---|---|---|
//! | customer | account 16 | `harken.priority.Customer` |
//! | author | `12` account 16 | `12` last 4, mentions 2, complaints 2, tone to the end |
//! | open | `13` account 16, post 8 | `13` since 4, revision 2, level 1, base 4, incident 8, customer 8, reposts 4, replies 4, before 2 and 2, tones 1, `harken.mention.Scored` to the end |
//! | heard | `14` second 4, place 4 | `14` author 8, followers 8, marks 1, tenant, post, reason, cluster, words, products |
//! | clock | `15` | `15` minute 4 |
//! | reactions | `16` account 16, post 8 | `16` reposts 4, replies 4 |
//!
//! A text is its length in two bytes and UTF-8, a list its length in one byte and texts.

use mention::Level;
use stage::{Malformed, Wire};

use super::{Author, Heard, Minute, Open, Reactions};
use crate::Known;
use crate::account::{Account, Post};

/// What an entry is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The customer behind an author.
    Customer(Account),
    /// An author.
    Author(Account),
    /// A mention that may have to be decided again.
    Open(Account, Post),
    /// A mention to be counted, by second and place in it.
    Heard(u32, u32),
    /// Stream time.
    Clock,
    /// What others made of a mention that may have to be decided again.
    Reactions(Account, Post),
}

/// An entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of a [`Key::Customer`].
    Customer(Known),
    /// Of a [`Key::Author`].
    Author(Author),
    /// Of a [`Key::Open`].
    Open(Open),
    /// Of a [`Key::Heard`].
    Heard(Heard),
    /// Of the [`Key::Clock`].
    Clock(Minute),
    /// Of [`Key::Reactions`].
    Reactions(Reactions),
}

const AUTHOR: u8 = 0x12;
const OPEN: u8 = 0x13;
const HEARD: u8 = 0x14;
const CLOCK: u8 = 0x15;
const REACTIONS: u8 = 0x16;
/// The bit of the tones that says that another user has answered.
const ANSWERED: u8 = 0x80;
const AVRO: u8 = 0xC3;

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Key::Customer(account) => account.write(out),
            Key::Author(account) => {
                out.push(AUTHOR);
                out.extend(account.to_bytes());
            }
            Key::Open(account, post) => {
                out.push(OPEN);
                out.extend(account.to_bytes());
                out.extend(post.0.to_be_bytes());
            }
            Key::Heard(second, place) => {
                out.push(HEARD);
                out.extend(second.to_be_bytes());
                out.extend(place.to_be_bytes());
            }
            Key::Clock => out.push(CLOCK),
            Key::Reactions(account, post) => {
                out.push(REACTIONS);
                out.extend(account.to_bytes());
                out.extend(post.0.to_be_bytes());
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() == 16 {
            return Account::read(bytes).map(Key::Customer);
        }
        let mut rest = Rest(bytes);
        let key = match rest.byte()? {
            AUTHOR => Key::Author(Account::from_bytes(rest.take()?)),
            OPEN => {
                let account = Account::from_bytes(rest.take()?);
                Key::Open(account, Post(u64::from_be_bytes(rest.take()?)))
            }
            HEARD => Key::Heard(rest.u32()?, rest.u32()?),
            CLOCK => Key::Clock,
            REACTIONS => {
                let account = Account::from_bytes(rest.take()?);
                Key::Reactions(account, Post(u64::from_be_bytes(rest.take()?)))
            }
            _ => return Err(Malformed::new("a key of no known kind")),
        };
        rest.end()?;
        Ok(key)
    }
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Customer(known) => known.write(out),
            Value::Author(author) => {
                out.push(AUTHOR);
                out.extend(author.last.to_be_bytes());
                out.extend(author.mentions.to_be_bytes());
                out.extend(author.complaints.to_be_bytes());
                out.extend(&author.tone);
            }
            Value::Open(open) => {
                out.reserve_exact(open.scored.len() + 41);
                out.push(OPEN);
                out.extend(open.since.to_be_bytes());
                out.extend(open.revision.to_be_bytes());
                out.push(open.level as u8);
                out.extend(open.base.to_be_bytes());
                out.extend(open.incident.to_be_bytes());
                out.extend(open.customer.to_be_bytes());
                out.extend(open.reactions.reposts.to_be_bytes());
                out.extend(open.reactions.replies.to_be_bytes());
                out.extend(open.before.0.to_be_bytes());
                out.extend(open.before.1.to_be_bytes());
                out.push(open.tones | if open.is_answered { ANSWERED } else { 0 });
                out.extend(&open.scored);
            }
            Value::Heard(heard) => write_heard(heard, out),
            Value::Reactions(reactions) => {
                out.push(REACTIONS);
                out.extend(reactions.reposts.to_be_bytes());
                out.extend(reactions.replies.to_be_bytes());
            }
            Value::Clock(minute) => {
                out.push(CLOCK);
                out.extend(minute.to_be_bytes());
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Rest(bytes);
        let value = match rest.byte()? {
            AVRO => return Known::read(bytes).map(Value::Customer),
            AUTHOR => Value::Author(Author {
                last: rest.u32()?,
                mentions: rest.u16()?,
                complaints: rest.u16()?,
                tone: rest.all().into(),
            }),
            OPEN => {
                let mut open = Open {
                    since: rest.u32()?,
                    revision: rest.u16()?,
                    level: level(rest.byte()?)?,
                    base: i32::from_be_bytes(rest.take()?),
                    incident: rest.u64()?,
                    customer: rest.u64()?,
                    reactions: Reactions { reposts: rest.u32()?, replies: rest.u32()? },
                    is_answered: false,
                    before: (rest.u16()?, rest.u16()?),
                    tones: rest.byte()?,
                    scored: rest.all().into(),
                };
                open.is_answered = open.tones & ANSWERED != 0;
                open.tones &= !ANSWERED;
                Value::Open(open)
            }
            HEARD => Value::Heard(read_heard(&mut rest)?),
            CLOCK => Value::Clock(rest.u32()?),
            REACTIONS => Value::Reactions(Reactions { reposts: rest.u32()?, replies: rest.u32()? }),
            _ => return Err(Malformed::new("a value of no known kind")),
        };
        rest.end()?;
        Ok(value)
    }
}

fn level(code: u8) -> Result<Level, Malformed> {
    let levels = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];
    let level = levels.get(usize::from(code)).copied();
    level.ok_or_else(|| Malformed::new("a level that is none"))
}

fn write_heard(heard: &Heard, out: &mut Vec<u8>) {
    out.reserve(160);
    out.push(HEARD);
    out.extend(heard.author.to_be_bytes());
    out.extend(heard.followers.to_be_bytes());
    let marks = [heard.is_negative, heard.is_young, heard.is_repost];
    out.push(marks.iter().rev().fold(0, |bits, mark| bits << 1 | u8::from(*mark)));
    for text in [&heard.tenant, &heard.post, &heard.reason, &heard.cluster, &heard.words] {
        write_text(text, out);
    }
    let count = heard.products.len().min(usize::from(u8::MAX));
    out.push(count as u8);
    heard.products.iter().take(count).for_each(|text| write_text(text, out));
}

fn read_heard(rest: &mut Rest<'_>) -> Result<Heard, Malformed> {
    let (author, followers, marks) = (rest.u64()?, rest.u64()?.cast_signed(), rest.byte()?);
    let [tenant, post, reason, cluster] = [rest.text()?, rest.text()?, rest.text()?, rest.text()?];
    let (words, products) = (rest.text()?, rest.texts()?);
    let [is_negative, is_young, is_repost] = [1, 2, 4].map(|mark| marks & mark != 0);
    Ok(Heard {
        tenant,
        post,
        author,
        followers,
        is_negative,
        is_young,
        is_repost,
        reason,
        cluster,
        products,
        words,
    })
}

/// Names and ids are far shorter than a length can say; what is longer all the same is cut.
fn write_text(text: &str, out: &mut Vec<u8>) {
    let mut length = text.len().min(usize::from(u16::MAX));
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    out.extend((length as u16).to_be_bytes());
    out.extend(&text.as_bytes()[..length]);
}

/// Bytes not yet read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.0.split_first_chunk().ok_or_else(too_short)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, Malformed> {
        self.take().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        self.take().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, Malformed> {
        self.take().map(u64::from_be_bytes)
    }

    fn text(&mut self) -> Result<Box<str>, Malformed> {
        let length = usize::from(self.u16()?);
        let (text, rest) = self.0.split_at_checked(length).ok_or_else(too_short)?;
        self.0 = rest;
        let text = std::str::from_utf8(text).map_err(|_| Malformed::new("a text that is none"))?;
        Ok(text.into())
    }

    fn texts(&mut self) -> Result<Box<[Box<str>]>, Malformed> {
        let count = self.byte()?;
        (0..count).map(|_| self.text()).collect()
    }

    fn all(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    fn end(&self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed::new("bytes behind the entry")) }
    }
}

fn too_short() -> Malformed {
    Malformed::new("an entry that is too short")
}
