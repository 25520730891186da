//! Keys of the state and their encoding in the changelog.

use stage::bytes::{ByteReader, ByteWriter};
use stage::{Malformed, Wire};

use crate::age::Milestone;
use crate::bytes::{put_text, read_text};
use crate::family::CounterFamily;

/// Identifies a counter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CounterKey {
    /// The tenant.
    pub(crate) tenant: String,
    /// The family of the counter.
    pub(crate) family: CounterFamily,
    /// Position in the family, which encodes the label values; see [`CounterFamily::labels`].
    pub(crate) label_index: u8,
    /// Owner team or language, as [`CounterFamily::breakdown`] defines; empty for neither.
    pub(crate) breakdown: String,
}

/// Identifies an entry of the state. Hours are counted from the epoch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The position of event time: one entry.
    Clock,
    /// A counter.
    Counter(CounterKey),
    /// Age histogram by tenant and code of the milestone.
    Ages(String, u8),
    /// Counts by tenant and hour.
    Hour(String, i64),
    /// A case by its id.
    Case(String),
    /// Score distributions by tenant, model and hour.
    Scores(String, String, i64),
    /// Reference distributions by tenant and model.
    Reference(String, String),
    /// Expected answers by tenant and hour.
    Demand(String, i64),
}

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        let mut out = ByteWriter::new(out);
        match self {
            Key::Clock => out.byte(0),
            Key::Counter(total) => {
                out.bytes(&[1, total.family as u8, total.label_index]);
                put_text(&total.tenant, &mut out);
                put_text(&total.breakdown, &mut out);
            }
            Key::Ages(tenant, milestone) => {
                out.bytes(&[2, *milestone]);
                put_text(tenant, &mut out);
            }
            Key::Hour(tenant, hour) => {
                out.byte(3);
                out.le(*hour);
                put_text(tenant, &mut out);
            }
            Key::Case(id) => {
                out.byte(4);
                put_text(id, &mut out);
            }
            Key::Scores(tenant, model, hour) => {
                out.byte(5);
                out.le(*hour);
                put_text(tenant, &mut out);
                put_text(model, &mut out);
            }
            Key::Reference(tenant, model) => {
                out.byte(6);
                put_text(tenant, &mut out);
                put_text(model, &mut out);
            }
            Key::Demand(tenant, hour) => {
                out.byte(7);
                out.le(*hour);
                put_text(tenant, &mut out);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = ByteReader::new(bytes);
        let key = match reader.byte()? {
            0 => Key::Clock,
            1 => Key::Counter(read_counter_key(&mut reader)?),
            2 => {
                let milestone = reader.byte()?;
                if usize::from(milestone) >= Milestone::ALL.len() {
                    return Err(Malformed::InvalidField("milestone"));
                }
                Key::Ages(read_text(&mut reader)?, milestone)
            }
            3 => {
                let hour = reader.le()?;
                Key::Hour(read_text(&mut reader)?, hour)
            }
            4 => Key::Case(read_text(&mut reader)?),
            5 => {
                let hour = reader.le()?;
                Key::Scores(read_text(&mut reader)?, read_text(&mut reader)?, hour)
            }
            6 => Key::Reference(read_text(&mut reader)?, read_text(&mut reader)?),
            7 => {
                let hour = reader.le()?;
                Key::Demand(read_text(&mut reader)?, hour)
            }
            _ => return Err(Malformed::InvalidField("kind of key")),
        };
        reader.finish(key)
    }
}

fn read_counter_key(reader: &mut ByteReader<'_>) -> Result<CounterKey, Malformed> {
    let (family, label) = (reader.byte()?, reader.byte()?);
    let family = CounterFamily::ALL.get(usize::from(family)).copied();
    let family = family.filter(|family| label < family.label_count());
    let family = family.ok_or(Malformed::InvalidField("counter family or label"))?;
    Ok(CounterKey {
        tenant: read_text(reader)?,
        family,
        label_index: label,
        breakdown: read_text(reader)?,
    })
}
