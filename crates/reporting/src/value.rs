//! The entries of the state.

use stage::{Malformed, Wire};

use crate::Hour;
use crate::age::Ages;
use crate::case::Case;
use crate::drift::{Reference, Scores};
use crate::hour::NUMBERS;
use crate::layout::{Cursor, put_number, put_text};

/// Where event time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// How many hours since the epoch are closed.
    pub(crate) tick: i64,
    /// The partition that this state is about.
    pub(crate) partition: i32,
}

/// An entry; each kind of [`crate::Key`] has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Where event time stands.
    Clock(Clock),
    /// A total.
    Total(i64),
    /// Ages.
    Ages(Box<Ages>),
    /// The counts of an hour.
    Hour(Box<Hour>),
    /// A case.
    Case(Box<Case>),
    /// Scores.
    Scores(Box<Scores>),
    /// Scores that later ones are compared with.
    Reference(Box<Reference>),
}

impl Wire for Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Clock(clock) => {
                out.push(0);
                put_number(clock.tick, out);
                out.extend_from_slice(&clock.partition.to_le_bytes());
            }
            Value::Total(total) => {
                out.push(1);
                put_number(*total, out);
            }
            Value::Ages(ages) => {
                out.push(2);
                ages.counts.iter().for_each(|n| put_number(*n, out));
                put_number(ages.sum, out);
            }
            Value::Hour(hour) => {
                out.push(7);
                hour.numbers().iter().for_each(|n| put_number(*n, out));
            }
            Value::Case(case) => {
                let flags = [case.is_work, case.is_accepted, case.is_resolved, case.is_reopened];
                out.push(8);
                out.extend(flags.map(u8::from));
                out.extend([case.is_of_incident, case.has_notice].map(u8::from));
                out.extend([case.language, case.early_labels.len() as u8]);
                out.extend_from_slice(&case.early_labels);
                put_number(case.live, out);
                put_number(case.messages, out);
                put_number(case.answers, out);
                put_number(case.tick, out);
                put_text(&case.tenant, out);
                put_text(&case.owner, out);
            }
            Value::Scores(scores) => {
                out.push(9);
                scores.numbers().iter().for_each(|n| put_number(*n, out));
            }
            Value::Reference(reference) => {
                out.push(10);
                put_number(reference.since, out);
                put_number(reference.last, out);
                reference.scores.numbers().iter().for_each(|n| put_number(*n, out));
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor(bytes);
        let value = match cursor.byte()? {
            0 => {
                let tick = cursor.number()?;
                Value::Clock(Clock { tick, partition: i32::from_le_bytes(cursor.array()?) })
            }
            1 => Value::Total(cursor.number()?),
            2 => Value::Ages(Box::new(Ages { counts: cursor.numbers()?, sum: cursor.number()? })),
            // As it was written before a filter was counted, and before dead letters were.
            3 => Value::Hour(Box::new(Hour::of(followed_by_zeros(cursor.numbers::<16>()?)))),
            5 => Value::Hour(Box::new(Hour::of(followed_by_zeros(cursor.numbers::<17>()?)))),
            7 => Value::Hour(Box::new(Hour::of(cursor.numbers()?))),
            // As it was written before answers were counted.
            4 => {
                let [is_work, is_accepted, is_resolved] = cursor.array()?.map(|flag: u8| flag != 0);
                let [live, tick] = cursor.numbers()?;
                let (tenant, owner) = (cursor.text()?, cursor.text()?);
                let case = Case {
                    tenant,
                    owner,
                    is_work,
                    live,
                    is_accepted,
                    is_resolved,
                    tick,
                    ..Case::default()
                };
                Value::Case(Box::new(case))
            }
            // 6 is as it was written before languages and incidents were told apart.
            kind @ (6 | 8) => {
                let [is_work, is_accepted, is_resolved, is_reopened] =
                    cursor.array()?.map(|flag: u8| flag != 0);
                let is_later = kind == 8;
                let [is_of_incident, has_notice] =
                    if is_later { cursor.array()?.map(|flag: u8| flag != 0) } else { [false; 2] };
                let language = if is_later { cursor.byte()? } else { 0 };
                let early_labels = if is_later { cursor.bytes()? } else { Vec::new() };
                let [live, messages, answers, tick] = cursor.numbers()?;
                let (tenant, owner) = (cursor.text()?, cursor.text()?);
                Value::Case(Box::new(Case {
                    tenant,
                    owner,
                    is_work,
                    live,
                    messages,
                    answers,
                    is_accepted,
                    is_resolved,
                    is_reopened,
                    is_of_incident,
                    has_notice,
                    language,
                    early_labels,
                    tick,
                }))
            }
            9 => Value::Scores(Box::new(Scores::of(cursor.numbers()?))),
            10 => {
                let [since, last] = cursor.numbers()?;
                let scores = Scores::of(cursor.numbers()?);
                Value::Reference(Box::new(Reference { since, last, scores }))
            }
            kind => return Err(Malformed::new(format!("no kind of value has the number {kind}"))),
        };
        cursor.end(value)
    }
}

/// The numbers of an hour as it was kept when it had fewer.
fn followed_by_zeros<const N: usize>(before: [i64; N]) -> [i64; NUMBERS] {
    std::array::from_fn(|place| before.get(place).copied().unwrap_or_default())
}
