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
//! | sweep | `17` | `17` flags 1, incidents 8, rules 8, time 8, last author 16, mention 8, scored author 16, mention 8 |
//!
//! Numbers behind the fields are lengths in bytes. A text is its length in two bytes and UTF-8; a
//! list is its length in one byte and texts. Must not know: when an entry is written.

use mention::Level;
use stage::bytes::{ByteReader, ByteWriter};
use stage::{EventTime, Malformed, Wire};

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
        let mut out = ByteWriter::new(out);
        match self {
            Key::Customer(author) => out.bytes(&author.to_bytes()),
            Key::Author(author) => {
                out.byte(AUTHOR);
                out.bytes(&author.to_bytes());
            }
            Key::OpenMention(author, mention) => {
                out.byte(OPEN_MENTION);
                write_hashes(*author, *mention, &mut out);
            }
            Key::PendingSignal(second, position) => {
                out.byte(PENDING);
                out.be(*second);
                out.be(*position);
            }
            Key::Clock => out.byte(CLOCK),
            Key::Sweep => out.byte(SWEEP),
            Key::Reactions(author, mention) => {
                out.byte(REACTIONS);
                write_hashes(*author, *mention, &mut out);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        // No other key has 16 bytes, so the length tells a customer's key from the rest.
        if bytes.len() == 16 {
            return AuthorHash::read(bytes).map(Key::Customer);
        }
        let mut reader = ByteReader::new(bytes);
        let key = match reader.byte()? {
            AUTHOR => Key::Author(AuthorHash::from_bytes(reader.array()?)),
            OPEN_MENTION => {
                let (author, mention) = read_hashes(&mut reader)?;
                Key::OpenMention(author, mention)
            }
            PENDING => Key::PendingSignal(reader.be()?, reader.be()?),
            CLOCK => Key::Clock,
            SWEEP => Key::Sweep,
            REACTIONS => {
                let (author, mention) = read_hashes(&mut reader)?;
                Key::Reactions(author, mention)
            }
            _ => return Err(Malformed::InvalidField("kind of key")),
        };
        reader.finish(key)
    }
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Customer(customer) => customer.write(out),
            Value::Author(author) => {
                let mut out = ByteWriter::new(out);
                out.byte(AUTHOR);
                out.be(author.last);
                out.be(author.mentions);
                out.be(author.complaints);
                out.bytes(&author.tone_history);
            }
            Value::OpenMention(open) => write_open(open, out),
            Value::PendingSignal(pending) => write_pending(pending, out),
            Value::Reactions(reactions) => {
                let mut out = ByteWriter::new(out);
                out.byte(REACTIONS);
                out.be(reactions.reposts);
                out.be(reactions.replies);
            }
            Value::Sweep(sweep) => write_sweep(sweep, &mut ByteWriter::new(out)),
            Value::Clock(minute) => {
                let mut out = ByteWriter::new(out);
                out.byte(CLOCK);
                out.be(*minute);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let value = match reader.byte()? {
            AVRO => return CustomerEntry::read(bytes).map(Value::Customer),
            AUTHOR => Value::Author(AuthorHistory {
                last: reader.be()?,
                mentions: reader.be()?,
                complaints: reader.be()?,
                tone_history: reader.rest().into(),
            }),
            OPEN_MENTION => Value::OpenMention(read_open(&mut reader)?),
            PENDING => Value::PendingSignal(read_pending(&mut reader)?),
            CLOCK => Value::Clock(reader.be()?),
            SWEEP => Value::Sweep(read_sweep(&mut reader)?),
            REACTIONS => {
                Value::Reactions(ReactionCounts { reposts: reader.be()?, replies: reader.be()? })
            }
            _ => return Err(Malformed::InvalidField("kind of value")),
        };
        reader.finish(value)
    }
}

fn write_hashes(author: AuthorHash, mention: MentionHash, out: &mut ByteWriter<'_>) {
    out.bytes(&author.to_bytes());
    out.be(mention.0);
}

fn read_hashes(reader: &mut ByteReader<'_>) -> Result<(AuthorHash, MentionHash), Malformed> {
    let author = AuthorHash::from_bytes(reader.array()?);
    Ok((author, MentionHash(reader.be()?)))
}

fn write_open(open: &OpenMention, out: &mut Vec<u8>) {
    out.reserve_exact(open.scored.len() + 41);
    let mut out = ByteWriter::new(out);
    out.byte(OPEN_MENTION);
    out.be(open.since);
    out.be(open.revision);
    out.byte(open.level as u8);
    out.be(open.inputs.base);
    out.be(open.inputs.incident);
    out.be(open.inputs.customer);
    out.be(open.reactions.reposts);
    out.be(open.reactions.replies);
    out.be(open.prior_contacts.mentions);
    out.be(open.prior_contacts.complaints);
    out.byte(open.tones | if open.is_answered { ANSWERED } else { 0 });
    out.bytes(&open.scored);
}

fn read_open(reader: &mut ByteReader<'_>) -> Result<OpenMention, Malformed> {
    // Fields are read in the order of the layout: do not reorder the initialisers.
    let mut open = OpenMention {
        since: reader.be()?,
        revision: reader.be()?,
        level: level(reader.byte()?)?,
        inputs: DecisionInputs {
            base: reader.be()?,
            incident: reader.be()?,
            customer: reader.be()?,
        },
        reactions: ReactionCounts { reposts: reader.be()?, replies: reader.be()? },
        is_answered: false,
        prior_contacts: PriorContacts { mentions: reader.be()?, complaints: reader.be()? },
        tones: reader.byte()?,
        scored: reader.rest().into(),
    };
    open.is_answered = open.tones & ANSWERED != 0;
    open.tones &= !ANSWERED;
    Ok(open)
}

fn level(code: u8) -> Result<Level, Malformed> {
    let levels = [Level::P1, Level::P2, Level::P3, Level::P4, Level::P5];
    let level = levels.get(usize::from(code)).copied();
    level.ok_or(Malformed::InvalidField("level"))
}

/// Packs flags into the low bits of a byte, the first into bit 0; the unused bits are zero.
fn pack_flags<const N: usize>(flags: [bool; N]) -> u8 {
    flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag))
}

fn unpack_flags<const N: usize>(bits: u8) -> [bool; N] {
    std::array::from_fn(|bit| bits & 1 << bit != 0)
}

fn write_sweep(sweep: &Sweep, out: &mut ByteWriter<'_>) {
    let Sweep { has_other_rules, is_done, last, scored_until, .. } = *sweep;
    out.byte(SWEEP);
    out.byte(pack_flags([has_other_rules, is_done, last.is_some(), scored_until.is_some()]));
    out.be(sweep.incidents_hash);
    out.be(sweep.rules_hash);
    out.be(sweep.at.as_micros());
    for position in [last, scored_until] {
        let none = (AuthorHash::from_bytes([0; 16]), MentionHash::MIN);
        let (author, mention) = position.unwrap_or(none);
        write_hashes(author, mention, out);
    }
}

fn read_sweep(reader: &mut ByteReader<'_>) -> Result<Sweep, Malformed> {
    let [has_other_rules, is_done, has_last, is_scored] = unpack_flags(reader.byte()?);
    let (incidents_hash, rules_hash) = (reader.be()?, reader.be()?);
    let at = EventTime::from_micros(reader.be()?);
    let last = Some(read_hashes(reader)?).filter(|_| has_last);
    let scored_until = Some(read_hashes(reader)?).filter(|_| is_scored);
    Ok(Sweep { incidents_hash, rules_hash, has_other_rules, is_done, last, scored_until, at })
}

fn write_pending(pending: &PendingSignal, out: &mut Vec<u8>) {
    // The size of a typical entry: names, ids and eight words.
    out.reserve(160);
    let mut out = ByteWriter::new(out);
    out.byte(PENDING);
    out.be(pending.author);
    out.be(pending.followers);
    out.byte(pack_flags([pending.is_negative, pending.is_young, pending.is_repost]));
    let PendingSignal { tenant, post, reason, cluster, words, products, .. } = pending;
    [tenant, post, reason, cluster, words].into_iter().for_each(|text| out.text_be::<u16>(text));
    // One byte, so at most 255: more products in one text are not plausible.
    let count = out.count_be::<u8>(products.len());
    products.iter().take(count).for_each(|text| out.text_be::<u16>(text));
}

fn read_pending(reader: &mut ByteReader<'_>) -> Result<PendingSignal, Malformed> {
    let (author, followers) = (reader.be()?, reader.be()?);
    let [is_negative, is_young, is_repost] = unpack_flags(reader.byte()?);
    let mut text = || reader.text_be::<u16>().map(Box::<str>::from);
    let (tenant, post, reason, cluster, words) = (text()?, text()?, text()?, text()?, text()?);
    // A product takes at least the two bytes of its length.
    let count = reader.count_be::<u8>(2)?;
    let products = (0..count).map(|_| reader.text_be::<u16>().map(Box::from));
    let products = products.collect::<Result<_, _>>()?;
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

#[cfg(test)]
mod tests;
