//! What the entries of the state are found by.

use stage::{Malformed, Wire};

use crate::age::Point;
use crate::family::Family;
use crate::layout::{Cursor, put_number, put_text};

/// A counter that only grows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Total {
    /// Whose it is.
    pub(crate) tenant: String,
    /// Its family.
    pub(crate) family: Family,
    /// Its place in the family, which stands for the values of its labels.
    pub(crate) label: u8,
    /// The owner team or the language it is about; empty in families that know neither.
    pub(crate) part: String,
}

/// Finds an entry of the state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Where event time stands: one entry.
    Clock,
    /// A total.
    Total(Total),
    /// The ages of a tenant's mentions at the point with this place.
    Ages(String, u8),
    /// The counts of a tenant's hour, counted from the epoch.
    Hour(String, i64),
    /// A case, by its id.
    Case(String),
    /// How a tenant's mentions of an hour were scored by the model of this name.
    Scores(String, String, i64),
    /// What the scores of that model are compared with.
    Reference(String, String),
    /// The answers that a tenant's hour asked for.
    Demand(String, i64),
}

impl Wire for Key {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Key::Clock => out.push(0),
            Key::Total(total) => {
                out.extend([1, total.family as u8, total.label]);
                put_text(&total.tenant, out);
                put_text(&total.part, out);
            }
            Key::Ages(tenant, point) => {
                out.extend([2, *point]);
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
        let mut cursor = Cursor(bytes);
        let key = match cursor.byte()? {
            0 => Key::Clock,
            1 => Key::Total(total(&mut cursor)?),
            2 => {
                let point = cursor.byte()?;
                if usize::from(point) >= Point::ALL.len() {
                    return Err(Malformed::new("no such point"));
                }
                Key::Ages(cursor.text()?, point)
            }
            3 => {
                let hour = cursor.number()?;
                Key::Hour(cursor.text()?, hour)
            }
            4 => Key::Case(cursor.text()?),
            5 => {
                let hour = cursor.number()?;
                Key::Scores(cursor.text()?, cursor.text()?, hour)
            }
            6 => Key::Reference(cursor.text()?, cursor.text()?),
            7 => {
                let hour = cursor.number()?;
                Key::Demand(cursor.text()?, hour)
            }
            kind => return Err(Malformed::new(format!("no kind of key has the number {kind}"))),
        };
        cursor.end(key)
    }
}

fn total(cursor: &mut Cursor<'_>) -> Result<Total, Malformed> {
    let (family, label) = (cursor.byte()?, cursor.byte()?);
    let family = Family::ALL.get(usize::from(family)).copied();
    let family = family.filter(|family| label < family.places());
    let family = family.ok_or_else(|| Malformed::new("no such family or label"))?;
    Ok(Total { tenant: cursor.text()?, family, label, part: cursor.text()? })
}
