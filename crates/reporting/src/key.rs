//! Keys of the state and their encoding in the changelog.

use stage::{Malformed, Wire};

use crate::age::Milestone;
use crate::bytes::{StateReader, put_number, put_text};
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
        match self {
            Key::Clock => out.push(0),
            Key::Counter(total) => {
                out.extend([1, total.family as u8, total.label_index]);
                put_text(&total.tenant, out);
                put_text(&total.breakdown, out);
            }
            Key::Ages(tenant, milestone) => {
                out.extend([2, *milestone]);
                put_text(tenant, out);
            }
            Key::Hour(tenant, hour) => {
                out.push(3);
                put_number(*hour, out);
                put_text(tenant, out);
            }
            Key::Case(id) => {
                out.push(4);
                put_text(id, out);
            }
            Key::Scores(tenant, model, hour) => {
                out.push(5);
                put_number(*hour, out);
                put_text(tenant, out);
                put_text(model, out);
            }
            Key::Reference(tenant, model) => {
                out.push(6);
                put_text(tenant, out);
                put_text(model, out);
            }
            Key::Demand(tenant, hour) => {
                out.push(7);
                put_number(*hour, out);
                put_text(tenant, out);
            }
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = StateReader(bytes);
        let key = match reader.byte()? {
            0 => Key::Clock,
            1 => Key::Counter(read_counter_key(&mut reader)?),
            2 => {
                let milestone = reader.byte()?;
                if usize::from(milestone) >= Milestone::ALL.len() {
                    return Err(Malformed::new("unknown milestone code"));
                }
                Key::Ages(reader.text()?, milestone)
            }
            3 => {
                let hour = reader.number()?;
                Key::Hour(reader.text()?, hour)
            }
            4 => Key::Case(reader.text()?),
            5 => {
                let hour = reader.number()?;
                Key::Scores(reader.text()?, reader.text()?, hour)
            }
            6 => Key::Reference(reader.text()?, reader.text()?),
            7 => {
                let hour = reader.number()?;
                Key::Demand(reader.text()?, hour)
            }
            code => return Err(Malformed::new(format!("unknown key code {code}"))),
        };
        reader.finish(key)
    }
}

fn read_counter_key(reader: &mut StateReader<'_>) -> Result<CounterKey, Malformed> {
    let (family, label) = (reader.byte()?, reader.byte()?);
    let family = CounterFamily::ALL.get(usize::from(family)).copied();
    let family = family.filter(|family| label < family.label_count());
    let family = family.ok_or_else(|| Malformed::new("unknown counter family or label"))?;
    Ok(CounterKey { tenant: reader.text()?, family, label_index: label, breakdown: reader.text()? })
}
