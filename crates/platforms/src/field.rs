//! Fields of a JSON object by name, refused by name when they are not what they should be.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};
use stage::Micros;

use crate::Refused;
use crate::json::kind;

/// Where an object stands in what came in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'a> {
    /// The whole.
    Root,
    /// A field of an object.
    Key(&'a Path<'a>, &'a str),
    /// An element of a list, from 0.
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(Path::Root, name) => f.write_str(name),
            Path::Key(parent, name) => write!(f, "{parent}.{name}"),
            Path::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// The fields of one object; null is as good as absent everywhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: Path<'a>,
}

impl<'a> Fields<'a> {
    /// The fields of a value that has to be an object.
    pub(crate) fn of(
        value: &'a Value,
        path: Path<'a>,
        wanted: &'static str,
    ) -> Result<Self, Refused> {
        match value {
            Value::Object(map) => Ok(Self { map, path }),
            other => {
                let field = path.to_string();
                Err(Refused::WrongType { field, found: kind(other), wanted })
            }
        }
    }

    /// The value of a field, unless null.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// A string that may be empty; U+0000, which few stores can hold, becomes U+FFFD.
    pub(crate) fn text(&self, name: &str, wanted: &'static str) -> Result<Option<String>, Refused> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.contains('\0') => {
                Ok(Some(text.replace('\0', "\u{fffd}")))
            }
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(self.wrong_type(name, other, wanted)),
        }
    }

    /// A string; an empty one says nothing.
    pub(crate) fn string(
        &self,
        name: &str,
        wanted: &'static str,
    ) -> Result<Option<String>, Refused> {
        Ok(self.text(name, wanted)?.filter(|text| !text.is_empty()))
    }

    /// A string that has to be there.
    pub(crate) fn required(&self, name: &str, wanted: &'static str) -> Result<String, Refused> {
        self.string(name, wanted)?.ok_or_else(|| self.missing(name, wanted))
    }

    /// An identity: a string that has to be there, whole.
    ///
    /// Two damaged ids would look like one, so damage is refused here and mended only in texts.
    pub(crate) fn identity(&self, name: &str, wanted: &'static str) -> Result<String, Refused> {
        let id = self.required(name, wanted)?;
        if id.contains('\u{fffd}') { Err(self.invalid(name, wanted)) } else { Ok(id) }
    }

    /// How often something happened.
    pub(crate) fn count(&self, name: &str) -> Result<Option<i64>, Refused> {
        const WANTED: &str = "a whole number, 0 or more";
        match self.value(name) {
            None => Ok(None),
            Some(Value::Number(number)) => match number.as_i64() {
                Some(count) if count >= 0 => Ok(Some(count)),
                _ => Err(self.invalid(name, WANTED)),
            },
            Some(other) => Err(self.wrong_type(name, other, WANTED)),
        }
    }

    /// A number within bounds.
    pub(crate) fn number(
        &self,
        name: &str,
        within: std::ops::RangeInclusive<f64>,
        wanted: &'static str,
    ) -> Result<Option<f64>, Refused> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Number(number)) => match number.as_f64() {
                Some(number) if within.contains(&number) => Ok(Some(number)),
                _ => Err(self.invalid(name, wanted)),
            },
            Some(other) => Err(self.wrong_type(name, other, wanted)),
        }
    }

    /// Whether something is so.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Refused> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.wrong_type(name, other, "true or false")),
        }
    }

    /// A time after RFC 3339, in microseconds.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Micros>, Refused> {
        const WANTED: &str = "a time after RFC 3339, such as 2026-07-04T14:38:08Z";
        let Some(text) = self.string(name, WANTED)? else { return Ok(None) };
        match text.parse::<Timestamp>() {
            Ok(time) => Ok(Some(time.as_microsecond())),
            Err(_) => Err(self.invalid(name, WANTED)),
        }
    }

    /// An object within.
    pub(crate) fn object<'b>(
        &'b self,
        name: &'b str,
        wanted: &'static str,
    ) -> Result<Option<Fields<'b>>, Refused> {
        let path = Path::Key(&self.path, name);
        self.value(name).map(|value| Fields::of(value, path, wanted)).transpose()
    }

    /// The elements of a list within; none where it is absent.
    pub(crate) fn list(&self, name: &str, wanted: &'static str) -> Result<&'a [Value], Refused> {
        match self.value(name) {
            None => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(other) => Err(self.wrong_type(name, other, wanted)),
        }
    }

    /// Refuses a field that is not there.
    pub(crate) fn missing(&self, name: &str, wanted: &'static str) -> Refused {
        Refused::Missing { field: self.name(name), wanted }
    }

    /// Refuses the value of a field.
    pub(crate) fn invalid(&self, name: &str, wanted: &'static str) -> Refused {
        Refused::Invalid { field: self.name(name), wanted }
    }

    fn wrong_type(&self, name: &str, value: &Value, wanted: &'static str) -> Refused {
        Refused::WrongType { field: self.name(name), found: kind(value), wanted }
    }

    /// The path of this object, for what stands in it.
    pub(crate) fn path(&self) -> &Path<'a> {
        &self.path
    }

    fn name(&self, name: &str) -> String {
        Path::Key(&self.path, name).to_string()
    }
}

/// What a detail says, when it can be read: a mention is not lost for the sake of a detail.
pub(crate) fn detail<T>(read: Result<Option<T>, Refused>) -> Option<T> {
    read.unwrap_or_default()
}

/// The start of a text, at most 280 characters.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(280).collect()
}
