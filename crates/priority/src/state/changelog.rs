//! The byte layout of the changelog: big-endian. The first byte of each key and value holds the
//! version of the layout (upper four bits, now 1) and the kind of entry (lower four bits). Customers
//! have no such byte: their keys are 16 bytes and their values Avro single objects (`C3 01 …`).
//!
//! | entry | key | value |
//! |---|---|---|
//! | customer | author 16 | `harken.priority.Customer` |
//! | author | `12` author 16 | `12` last 4, mentions 2, complaints 2, tone history to the end |
//! | open mention | `13` author 16, mention 8 | `13` since 4, revision 2, level 1, base 4, incident 8, customer 8, reposts 4, replies 4, prior mentions 2, prior complaints 2, tones 1, `harken.mention.Scored` to the end |
//! | pending signal | `14` second 4, position 4 | `14` author 8, followers 8, flags 1, tenant, post, reason, cluster, words, products |
//! | clock | `15` | `15` minute 4 |
//! | reactions | `16` author 16, mention 8 | `16` reposts 4, replies 4 |
//! | sweep | `17` | `17` flags 1, incidents 8, rules 8, time 8, last author 16, last mention 8 |
//!
//! Numbers behind the fields are lengths in bytes. A text is its length in two bytes and UTF-8; a
//! list is its length in one byte and texts. Must not know: when an entry is written.

use mention::Level;
use stage::{Malformed, Wire};

use super::{
    AuthorHistory, DecisionInputs, Minute, OpenMention, PendingSignal, PriorContacts,
    ReactionCounts,
};
use crate::CustomerEntry;
use crate::hashes::{AuthorHash, MentionHash};
use crate::sweep::Sweep;

/// The key of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The customer behind an author.
    Customer(AuthorHash),
    /// The history of an author.
    Author(AuthorHash),
    /// An open mention.
    OpenMention(AuthorHash, MentionHash),
    /// A mention to be counted, by second and position in it.
    PendingSignal(u32, u32),
    /// Stream time.
    Clock,
    /// The reactions to an open mention.
    Reactions(AuthorHash, MentionHash),
    /// The last sweep over the open mentions.
    Sweep,
}

/// The value of an entry; its variant is that of the key.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The value of a [`Key::Customer`].
    Customer(CustomerEntry),
    /// The value of a [`Key::Author`].
    Author(AuthorHistory),
    /// The value of a [`Key::OpenMention`].
    OpenMention(OpenMention),
    /// The value of a [`Key::PendingSignal`].
    PendingSignal(PendingSignal),
    /// The value of the [`Key::Clock`].
    Clock(Minute),
    /// The value of [`Key::Reactions`].
    Reactions(ReactionCounts),
    /// The value of [`Key::Sweep`].
    Sweep(Sweep),
}

const AUTHOR: u8 = 0x12;
const OPEN_MENTION: u8 = 0x13;
const PENDING: u8 = 0x14;
const CLOCK: u8 = 0x15;
const REACTIONS: u8 = 0x16;
const SWEEP: u8 = 0x17;
/// The bit of the tones byte that says that another user answered.
const ANSWERED: u8 = 0x80;
/// The first byte of an Avro single object.
const AVRO: u8 = 0xC3;

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Key::Customer(author) => author.write(out),
            Key::Author(author) => {
                out.push(AUTHOR);
                out.extend(author.to_bytes());
            }
            Key::OpenMention(author, mention) => {
                out.push(OPEN_MENTION);
                out.extend(author.to_bytes());
                out.extend(mention.0.to_be_bytes());
            }
            Key::PendingSignal(second, position) => {
                out.push(PENDING);
                out.extend(second.to_be_bytes());
                out.extend(position.to_be_bytes());
            }
            Key::Clock => out.push(CLOCK),
            Key::Sweep => out.push(SWEEP),
            Key::Reactions(author, mention) => {
                out.push(REACTIONS);
                out.extend(author.to_bytes());
                out.extend(mention.0.to_be_bytes());
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        // No other key has 16 bytes, so the length tells a customer's key from the rest.
        if bytes.len() == 16 {
            return AuthorHash::read(bytes).map(Key::Customer);
        }
        let mut rest = EntryFields(bytes);
        let key = match rest.byte()? {
            AUTHOR => Key::Author(AuthorHash::from_bytes(rest.take()?)),
            OPEN_MENTION => {
                let author = AuthorHash::from_bytes(rest.take()?);
                Key::OpenMention(author, MentionHash(u64::from_be_bytes(rest.take()?)))
            }
            PENDING => Key::PendingSignal(rest.u32()?, rest.u32()?),
            CLOCK => Key::Clock,
            SWEEP => Key::Sweep,
            REACTIONS => {
                let author = AuthorHash::from_bytes(rest.take()?);
                Key::Reactions(author, MentionHash(u64::from_be_bytes(rest.take()?)))
            }
            _ => return Err(Malformed::new("a key of unknown kind")),
        };
        rest.end()?;
        Ok(key)
    }
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Customer(customer) => customer.write(out),
            Value::Author(author) => {
                out.push(AUTHOR);
                out.extend(author.last.to_be_bytes());
                out.extend(author.mentions.to_be_bytes());
                out.extend(author.complaints.to_be_bytes());
                out.extend(&author.tone_history);
            }
            Value::OpenMention(open) => {
                out.reserve_exact(open.scored.len() + 41);
                out.push(OPEN_MENTION);
                out.extend(open.since.to_be_bytes());
                out.extend(open.revision.to_be_bytes());
                out.push(open.level as u8);
                out.extend(open.inputs.base.to_be_bytes());
                out.extend(open.inputs.incident.to_be_bytes());
                out.extend(open.inputs.customer.to_be_bytes());
                out.extend(open.reactions.reposts.to_be_bytes());
                out.extend(open.reactions.replies.to_be_bytes());
                out.extend(open.prior_contacts.mentions.to_be_bytes());
                out.extend(open.prior_contacts.complaints.to_be_bytes());
                out.push(open.tones | if open.is_answered { ANSWERED } else { 0 });
                out.extend(&open.scored);
            }
            Value::PendingSignal(pending) => write_pending(pending, out),
            Value::Reactions(reactions) => {
                out.push(REACTIONS);
                out.extend(reactions.reposts.to_be_bytes());
                out.extend(reactions.replies.to_be_bytes());
            }
            Value::Sweep(sweep) => {
                out.push(SWEEP);
                write_sweep(sweep, out);
            }
            Value::Clock(minute) => {
                out.push(CLOCK);
                out.extend(minute.to_be_bytes());
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = EntryFields(bytes);
        let value = match rest.byte()? {
            AVRO => return CustomerEntry::read(bytes).map(Value::Customer),
            AUTHOR => Value::Author(AuthorHistory {
                last: rest.u32()?,
                mentions: rest.u16()?,
                complaints: rest.u16()?,
                tone_history: rest.all().into(),
            }),
            OPEN_MENTION => {
                // Fields are read in the order of the layout: do not reorder the initialisers.
                let mut open = OpenMention {
                    since: rest.u32()?,
                    revision: rest.u16()?,
                    level: level(rest.byte()?)?,
                    inputs: DecisionInputs {
                        base: i32::from_be_bytes(rest.take()?),
                        incident: rest.u64()?,
                        customer: rest.u64()?,
                    },
                    reactions: ReactionCounts { reposts: rest.u32()?, replies: rest.u32()? },
                    is_answered: false,
                    prior_contacts: PriorContacts {
                        mentions: rest.u16()?,
                        complaints: rest.u16()?,
                    },
                    tones: rest.byte()?,
                    scored: rest.all().into(),
                };
                open.is_answered = open.tones & ANSWERED != 0;
                open.tones &= !ANSWERED;
                Value::OpenMention(open)
            }
            PENDING => Value::PendingSignal(read_pending(&mut rest)?),
            CLOCK => Value::Clock(rest.u32()?),
            SWEEP => Value::Sweep(read_sweep(&mut rest)?),
            REACTIONS => {
                Value::Reactions(ReactionCounts { reposts: rest.u32()?, replies: rest.u32()? })
            }
            _ => return Err(Malformed::new("a value of unknown kind")),
        };
        rest.end()?;
        Ok(value)
    }
}

fn level(code: u8) -> Result<Level, Malformed> {
    let levels = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];
    let level = levels.get(usize::from(code)).copied();
    level.ok_or_else(|| Malformed::new("an unknown level"))
}

fn write_sweep(sweep: &Sweep, out: &mut Vec<u8>) {
    let (author, mention) =
        sweep.last.unwrap_or((AuthorHash::from_bytes([0; 16]), MentionHash::MIN));
    let flags = [sweep.has_other_rules, sweep.is_done, sweep.last.is_some()];
    out.push(flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag)));
    out.extend(sweep.incidents.to_be_bytes());
    out.extend(sweep.rules.to_be_bytes());
    out.extend(sweep.at.to_be_bytes());
    out.extend(author.to_bytes());
    out.extend(mention.0.to_be_bytes());
}

fn read_sweep(rest: &mut EntryFields<'_>) -> Result<Sweep, Malformed> {
    let flags = rest.byte()?;
    let [has_other_rules, is_done, has_last] = [1, 2, 4].map(|flag| flags & flag != 0);
    let (incidents, rules, at) = (rest.u64()?, rest.u64()?, rest.u64()?.cast_signed());
    let author = AuthorHash::from_bytes(rest.take()?);
    let last = (author, MentionHash(rest.u64()?));
    Ok(Sweep { incidents, rules, has_other_rules, is_done, last: has_last.then_some(last), at })
}

fn write_pending(pending: &PendingSignal, out: &mut Vec<u8>) {
    // The size of a typical entry: names, ids and eight words.
    out.reserve(160);
    out.push(PENDING);
    out.extend(pending.author.to_be_bytes());
    out.extend(pending.followers.to_be_bytes());
    // Bit 0 is the first flag; the unused bits are zero.
    let flags = [pending.is_negative, pending.is_young, pending.is_repost];
    out.push(flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag)));
    for text in [&pending.tenant, &pending.post, &pending.reason, &pending.cluster, &pending.words]
    {
        write_text(text, out);
    }
    // The length of a list is one byte; more products than 255 in one text are not plausible.
    let count = pending.products.len().min(usize::from(u8::MAX));
    out.push(count as u8);
    pending.products.iter().take(count).for_each(|text| write_text(text, out));
}

fn read_pending(rest: &mut EntryFields<'_>) -> Result<PendingSignal, Malformed> {
    let (author, followers, flags) = (rest.u64()?, rest.u64()?.cast_signed(), rest.byte()?);
    let [tenant, post, reason, cluster] = [rest.text()?, rest.text()?, rest.text()?, rest.text()?];
    let (words, products) = (rest.text()?, rest.texts()?);
    let [is_negative, is_young, is_repost] = [1, 2, 4].map(|flag| flags & flag != 0);
    Ok(PendingSignal {
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

/// Writes a text; one longer than 65,535 bytes is cut.
fn write_text(text: &str, out: &mut Vec<u8>) {
    let mut length = text.len().min(usize::from(u16::MAX));
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    out.extend((length as u16).to_be_bytes());
    out.extend(&text.as_bytes()[..length]);
}

/// Reads the fields of an entry in order.
struct EntryFields<'a>(&'a [u8]);

impl<'a> EntryFields<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, rest) = self.0.split_first_chunk().ok_or_else(too_short)?;
        self.0 = rest;
        Ok(*head)
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
        let text =
            std::str::from_utf8(text).map_err(|_| Malformed::new("a text that is not UTF-8"))?;
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
        if self.0.is_empty() { Ok(()) } else { Err(Malformed::new("extra bytes after the entry")) }
    }
}

fn too_short() -> Malformed {
    Malformed::new("an entry that is too short")
}
