//! From bytes and the writer's form of them straight into a struct, by serde.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use stage::Malformed;

use super::MAX_BYTES;
use super::cursor::{Block, Cursor};
use super::shape::Shape;

/// A growing list holds its old and its new self for a moment.
const GROWTH: usize = 3;

/// Reads a value that takes all the bytes.
pub(crate) fn read<T: DeserializeOwned>(shape: &Shape, bytes: &[u8]) -> Result<T, Malformed> {
    let mut cursor = Cursor::new(bytes, MAX_BYTES);
    let value = T::deserialize(Node { shape, cursor: &mut cursor });
    let value = value.map_err(|wrong| Malformed::new(wrong.to_string()))?;
    match cursor.left() {
        0 => Ok(value),
        left => Err(Malformed::new(format!("{left} bytes behind its end"))),
    }
}

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Wrong {
    path: String,
    what: String,
}

impl Wrong {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { path: String::new(), what: what.into() }
    }

    fn within(mut self, field: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        self.path = format!("{field}{dot}{}", self.path);
        self
    }
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, what } = self;
        if path.is_empty() { f.write_str(what) } else { write!(f, "{path}: {what}") }
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: std::fmt::Display>(what: T) -> Self {
        Self::new(what.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        // What stands there may be what somebody has said: it is not quoted.
        Self::new(format!("something else where {wanted} belongs"))
    }

    fn invalid_value(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::new(format!("an impossible value where {wanted} belongs"))
    }
}

/// A value about to be read.
struct Node<'s, 'c, 'de> {
    shape: &'s Shape,
    cursor: &'c mut Cursor<'de>,
}

impl<'s, 'c, 'de> Node<'s, 'c, 'de> {
    /// The branch of a union that stands there; the value itself where it is no union.
    fn branch(self) -> Result<Self, Wrong> {
        let Shape::Union(branches) = self.shape else { return Ok(self) };
        let index = self.cursor.index(branches.len())?;
        Node { shape: &branches[index], cursor: self.cursor }.branch()
    }
}

impl<'de> Deserializer<'de> for Node<'_, '_, 'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Node { shape, cursor } = self.branch()?;
        match shape {
            Shape::Null | Shape::Union(_) => visitor.visit_unit(),
            Shape::Boolean => visitor.visit_bool(cursor.boolean()?),
            Shape::Int => visitor.visit_i32(cursor.int()?),
            Shape::Long => visitor.visit_i64(cursor.long()?),
            Shape::Float => visitor.visit_f32(f32::from_le_bytes(cursor.array()?)),
            Shape::Double => visitor.visit_f64(f64::from_le_bytes(cursor.array()?)),
            Shape::Bytes => {
                let bytes = cursor.bytes()?;
                cursor.spend(bytes.len())?;
                visitor.visit_borrowed_bytes(bytes)
            }
            Shape::String => {
                let text = cursor.text()?;
                cursor.spend(text.len())?;
                visitor.visit_borrowed_str(text)
            }
            Shape::Enum(symbols, _) => {
                let symbol: StrDeserializer<'_, Wrong> =
                    symbols[cursor.index(symbols.len())?].as_str().into_deserializer();
                visitor.visit_enum(symbol)
            }
            Shape::Record(fields) => {
                visitor.visit_map(Fields { fields: fields.iter(), value: None, cursor })
            }
            Shape::Array(item, size) => {
                let mut items =
                    Items { item, size: *size, cursor, block: Block { items: 0, end: None } };
                items.open()?;
                let value = visitor.visit_seq(&mut items)?;
                match items.block.items {
                    0 => Ok(value),
                    left => Err(Wrong::new(format!("{left} items more than wanted"))),
                }
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let node = self.branch()?;
        match node.shape {
            Shape::Null => visitor.visit_none(),
            _ => visitor.visit_some(node),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let Node { shape, cursor } = self.branch()?;
        let Shape::Enum(symbols, default) = shape else {
            return Err(Wrong::new("something else where a symbol belongs"));
        };
        let symbol = symbols[cursor.index(symbols.len())?].as_str();
        let is_known = variants.contains(&symbol);
        let symbol = if is_known { symbol } else { default.as_deref().unwrap_or(symbol) };
        let symbol: StrDeserializer<'_, Wrong> = symbol.into_deserializer();
        visitor.visit_enum(symbol)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        skip(self.shape, self.cursor)?;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier
    }
}

/// Passes over a value without keeping anything of it.
fn skip(shape: &Shape, cursor: &mut Cursor<'_>) -> Result<(), Wrong> {
    match shape {
        Shape::Null => {}
        Shape::Boolean => drop(cursor.boolean()?),
        Shape::Int => drop(cursor.int()?),
        Shape::Long => drop(cursor.long()?),
        Shape::Float => drop(cursor.array::<4>()?),
        Shape::Double => drop(cursor.array::<8>()?),
        Shape::Bytes => drop(cursor.bytes()?),
        Shape::String => drop(cursor.text()?),
        Shape::Enum(symbols, _) => drop(cursor.index(symbols.len())?),
        Shape::Union(branches) => {
            let index = cursor.index(branches.len())?;
            skip(&branches[index], cursor)?;
        }
        Shape::Record(fields) => {
            for (name, shape) in fields {
                skip(shape, cursor).map_err(|wrong| wrong.within(name))?;
            }
        }
        Shape::Array(item, _) => {
            let mut items = Items { item, size: 0, cursor, block: Block { items: 0, end: None } };
            items.open()?;
            while items.next_element::<serde::de::IgnoredAny>()?.is_some() {}
        }
    }
    Ok(())
}

/// The fields of a record, in the writer's order.
struct Fields<'s, 'c, 'de> {
    fields: std::slice::Iter<'s, (String, Shape)>,
    value: Option<&'s (String, Shape)>,
    cursor: &'c mut Cursor<'de>,
}

impl<'de> MapAccess<'de> for Fields<'_, '_, 'de> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Wrong> {
        self.value = self.fields.next();
        let Some((name, _)) = self.value else { return Ok(None) };
        let name: StrDeserializer<'_, Wrong> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let Some((name, shape)) = self.value else { return Err(Wrong::new("no field is left")) };
        let node = Node { shape, cursor: self.cursor };
        seed.deserialize(node).map_err(|wrong| wrong.within(name))
    }
}

/// The items of an array, block by block.
struct Items<'s, 'c, 'de> {
    item: &'s Shape,
    size: usize,
    cursor: &'c mut Cursor<'de>,
    /// What is left of the block.
    block: Block,
}

impl Items<'_, '_, '_> {
    fn open(&mut self) -> Result<(), Wrong> {
        self.block = self.cursor.block()?;
        self.cursor.spend(self.block.items.saturating_mul(self.size).saturating_mul(GROWTH))
    }
}

impl<'de> SeqAccess<'de> for Items<'_, '_, 'de> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Wrong> {
        if self.block.items == 0 {
            return Ok(None);
        }
        let value = seed.deserialize(Node { shape: self.item, cursor: self.cursor })?;
        self.block.items -= 1;
        if self.block.items == 0 {
            if self.block.end.is_some_and(|end| end != self.cursor.left()) {
                return Err(Wrong::new("a block that is not as long as it says"));
            }
            self.open()?;
        }
        Ok(Some(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.block.items)
    }
}
