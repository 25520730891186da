//! Typed access to the fields of a JSON object. Errors name the field by its path.

use std::fmt;

use jiff::Timestamp;
use mention::is_invisible;
use serde_json::{Map, Value};
use stage::EventTime;

use crate::Rejection;
use crate::json::type_name;

/// Path of a value within a document.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FieldPath<'a> {
    /// The document.
    Root,
    /// A field of an object.
    Key(&'a FieldPath<'a>, &'a str),
    /// An element of a list, from 0.
    Index(&'a FieldPath<'a>, usize),
}

impl fmt::Display for FieldPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldPath::Root => Ok(()),
            FieldPath::Key(FieldPath::Root, name) => f.write_str(name),
            FieldPath::Key(parent, name) => write!(f, "{parent}.{name}"),
            FieldPath::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A JSON object with its path. A null field counts as absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonObject<'a> {
    map: &'a Map<String, Value>,
    path: FieldPath<'a>,
}

impl<'a> JsonObject<'a> {
    /// Wraps a value, which must be an object.
    ///
    /// # Errors
    /// [`Rejection::WrongType`] for any other JSON type.
    pub(crate) fn of(
        value: &'a Value,
        path: FieldPath<'a>,
        expected: &'static str,
    ) -> Result<Self, Rejection> {
        match value {
            Value::Object(map) => Ok(Self { map, path }),
            other => {
                let field = path.to_string();
                Err(Rejection::WrongType { field, found: type_name(other), expected })
            }
        }
    }

    /// Returns the value of a field unless it is absent or null.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        // Many JSON writers emit null for an absent value.
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Returns a string, possibly empty. Replaces U+0000, which many databases cannot store, by
    /// U+FFFD.
    pub(crate) fn text(
        &self,
        name: &str,
        expected: &'static str,
    ) -> Result<Option<String>, Rejection> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.contains('\0') => {
                Ok(Some(text.replace('\0', "\u{fffd}")))
            }
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(self.wrong_type(name, other, expected)),
        }
    }

    /// Returns a string. An empty one counts as absent.
    pub(crate) fn string(
        &self,
        name: &str,
        expected: &'static str,
    ) -> Result<Option<String>, Rejection> {
        Ok(self.text(name, expected)?.filter(|text| !text.is_empty()))
    }

    /// Returns a string that must be present and not empty.
    pub(crate) fn required(&self, name: &str, expected: &'static str) -> Result<String, Rejection> {
        self.string(name, expected)?.ok_or_else(|| self.missing(name, expected))
    }

    /// Returns an id: a required string without U+FFFD and without invisible characters.
    ///
    /// Replacing damaged characters could make two different ids equal, so an id with a replacement
    /// character is rejected; texts are repaired. Invisible characters make two ids look equal.
    pub(crate) fn identity(&self, name: &str, expected: &'static str) -> Result<String, Rejection> {
        let id = self.required(name, expected)?;
        match id.chars().any(|c| c == '\u{fffd}' || is_invisible(c)) {
            true => Err(self.invalid(name, expected)),
            false => Ok(id),
        }
    }

    /// Returns a whole number that is not negative.
    pub(crate) fn count(&self, name: &str) -> Result<Option<i64>, Rejection> {
        const EXPECTED: &str = "a whole number, 0 or more";
        match self.value(name) {
            None => Ok(None),
            Some(Value::Number(number)) => match number.as_i64() {
                Some(count) if count >= 0 => Ok(Some(count)),
                _ => Err(self.invalid(name, EXPECTED)),
            },
            Some(other) => Err(self.wrong_type(name, other, EXPECTED)),
        }
    }

    /// Returns a number within `within`.
    pub(crate) fn number(
        &self,
        name: &str,
        within: std::ops::RangeInclusive<f64>,
        expected: &'static str,
    ) -> Result<Option<f64>, Rejection> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Number(number)) => match number.as_f64() {
                Some(number) if within.contains(&number) => Ok(Some(number)),
                _ => Err(self.invalid(name, expected)),
            },
            Some(other) => Err(self.wrong_type(name, other, expected)),
        }
    }

    /// Returns a boolean.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Rejection> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.wrong_type(name, other, "true or false")),
        }
    }

    /// Returns an RFC 3339 time.
    pub(crate) fn time(&self, name: &str) -> Result<Option<EventTime>, Rejection> {
        const EXPECTED: &str = "an RFC 3339 time, such as 2026-07-04T14:38:08Z";
        let Some(text) = self.string(name, EXPECTED)? else { return Ok(None) };
        match text.parse::<Timestamp>() {
            Ok(time) => Ok(Some(EventTime::from_micros(time.as_microsecond()))),
            Err(_) => Err(self.invalid(name, EXPECTED)),
        }
    }

    /// Returns a nested object.
    pub(crate) fn object<'b>(
        &'b self,
        name: &'b str,
        expected: &'static str,
    ) -> Result<Option<JsonObject<'b>>, Rejection> {
        let path = FieldPath::Key(&self.path, name);
        self.value(name).map(|value| JsonObject::of(value, path, expected)).transpose()
    }

    /// Returns the elements of a list; empty if it is absent.
    pub(crate) fn list(
        &self,
        name: &str,
        expected: &'static str,
    ) -> Result<&'a [Value], Rejection> {
        match self.value(name) {
            None => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(other) => Err(self.wrong_type(name, other, expected)),
        }
    }

    /// Builds the error for an absent field.
    pub(crate) fn missing(&self, name: &str, expected: &'static str) -> Rejection {
        Rejection::Missing { field: self.name(name), expected }
    }

    /// Builds the error for an invalid value.
    pub(crate) fn invalid(&self, name: &str, expected: &'static str) -> Rejection {
        Rejection::Invalid { field: self.name(name), expected }
    }

    fn wrong_type(&self, name: &str, value: &Value, expected: &'static str) -> Rejection {
        Rejection::WrongType { field: self.name(name), found: type_name(value), expected }
    }

    /// Path of this object.
    pub(crate) fn path(&self) -> &FieldPath<'a> {
        &self.path
    }

    fn name(&self, name: &str) -> String {
        FieldPath::Key(&self.path, name).to_string()
    }
}

/// Returns an optional field and ignores an invalid value: an optional detail of a platform payload
/// must not cost the mention.
pub(crate) fn lenient<T>(read: Result<Option<T>, Rejection>) -> Option<T> {
    read.unwrap_or_default()
}

/// Returns the first 280 characters of a text: the classic length of a post on X.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(280).collect()
}
