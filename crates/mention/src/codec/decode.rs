//! Deserialises a struct from bytes and the writer's shape, without an intermediate value.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;
use stage::Malformed;

use super::MAX_BYTES;
use super::cursor::{AvroCursor, Block};
use super::decode_error::{DecodeError, DecodeProblem};
use super::shape::Shape;

/// A growing `Vec` doubles, and holds the old and the new allocation while it copies: up to three
/// times the old size.
const GROWTH: usize = 3;

/// Reads a value that must take up all the bytes.
pub(crate) fn read<T: DeserializeOwned>(shape: &Shape, bytes: &[u8]) -> Result<T, Malformed> {
    let mut cursor = AvroCursor::new(bytes, MAX_BYTES);
    let value = T::deserialize(ValueReader { shape, cursor: &mut cursor });
    let value = value.map_err(|wrong| Malformed::Schema(wrong.into()))?;
    match cursor.remaining() {
        0 => Ok(value),
        extra => Err(Malformed::TooLong { extra }),
    }
}

/// Reads one value of a shape.
struct ValueReader<'s, 'c, 'de> {
    shape: &'s Shape,
    cursor: &'c mut AvroCursor<'de>,
}

impl<'s, 'c, 'de> ValueReader<'s, 'c, 'de> {
    /// The reader of the union's branch; the reader itself if the shape is no union.
    fn branch(self) -> Result<Self, DecodeError> {
        let Shape::Union(branches) = self.shape else { return Ok(self) };
        let index = self.cursor.index(branches.len())?;
        ValueReader { shape: &branches[index], cursor: self.cursor }.branch()
    }
}

impl<'de> Deserializer<'de> for ValueReader<'_, '_, 'de> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let ValueReader { shape, cursor } = self.branch()?;
        match shape {
            // `branch` never returns a union.
            Shape::Null | Shape::Union(_) => visitor.visit_unit(),
            Shape::Boolean => visitor.visit_bool(cursor.boolean()?),
            Shape::Int => visitor.visit_i32(cursor.int()?),
            Shape::Long => visitor.visit_i64(cursor.long()?),
            Shape::Float => visitor.visit_f32(f32::from_le_bytes(cursor.array()?)),
            Shape::Double => visitor.visit_f64(f64::from_le_bytes(cursor.array()?)),
            Shape::Bytes => {
                let bytes = cursor.bytes()?;
                cursor.reserve_memory(bytes.len())?;
                visitor.visit_borrowed_bytes(bytes)
            }
            Shape::String => {
                let text = cursor.text()?;
                // Counts towards the limit, because serde copies the text into a `String`.
                cursor.reserve_memory(text.len())?;
                visitor.visit_borrowed_str(text)
            }
            Shape::Enum(symbols, _) => {
                let symbol: StrDeserializer<'_, DecodeError> =
                    symbols[cursor.index(symbols.len())?].as_str().into_deserializer();
                visitor.visit_enum(symbol)
            }
            Shape::Record(fields) => {
                visitor.visit_map(FieldReader { fields: fields.iter(), value: None, cursor })
            }
            Shape::Array(item, size) => {
                let mut items =
                    ItemReader { item, size: *size, cursor, block: Block { items: 0, end: None } };
                items.next_block()?;
                let value = visitor.visit_seq(&mut items)?;
                match items.block.items {
                    0 => Ok(value),
                    extra => Err(DecodeError::new(DecodeProblem::Value(format!(
                        "{extra} items too many"
                    )))),
                }
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
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
    ) -> Result<V::Value, DecodeError> {
        let ValueReader { shape, cursor } = self.branch()?;
        let Shape::Enum(symbols, default) = shape else {
            return Err(DecodeError::new(DecodeProblem::WrongType {
                expected: "a symbol".to_owned(),
            }));
        };
        let symbol = symbols[cursor.index(symbols.len())?].as_str();
        // A newer writer may use a symbol that this enum lacks; its schema says what replaces it.
        let is_known = variants.contains(&symbol);
        let symbol = if is_known { symbol } else { default.as_deref().unwrap_or(symbol) };
        let symbol: StrDeserializer<'_, DecodeError> = symbol.into_deserializer();
        visitor.visit_enum(symbol)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        skip(self.shape, self.cursor)?;
        visitor.visit_unit()
    }

    // `false` on both sides, so that a type with two forms takes the same one.
    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier
    }
}

/// Skips a value of a field that the struct does not have.
fn skip(shape: &Shape, cursor: &mut AvroCursor<'_>) -> Result<(), DecodeError> {
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
            let mut items =
                ItemReader { item, size: 0, cursor, block: Block { items: 0, end: None } };
            items.next_block()?;
            // Item by item even if the block states its size, so that its content is checked.
            while items.next_element::<serde::de::IgnoredAny>()?.is_some() {}
        }
    }
    Ok(())
}

/// The fields of a record, in the writer's order.
struct FieldReader<'s, 'c, 'de> {
    fields: std::slice::Iter<'s, (String, Shape)>,
    value: Option<&'s (String, Shape)>,
    cursor: &'c mut AvroCursor<'de>,
}

impl<'de> MapAccess<'de> for FieldReader<'_, '_, 'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, DecodeError> {
        self.value = self.fields.next();
        let Some((name, _)) = self.value else { return Ok(None) };
        let name: StrDeserializer<'_, DecodeError> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, DecodeError> {
        let Some((name, shape)) = self.value else {
            return Err(DecodeError::new(DecodeProblem::Value(
                "value requested before its key".to_owned(),
            )));
        };
        let node = ValueReader { shape, cursor: self.cursor };
        seed.deserialize(node).map_err(|wrong| wrong.within(name))
    }
}

/// The items of an array, block by block.
struct ItemReader<'s, 'c, 'de> {
    item: &'s Shape,
    /// Memory of one item in place, in bytes.
    size: usize,
    cursor: &'c mut AvroCursor<'de>,
    /// The current block; `items` counts those still unread.
    block: Block,
}

impl ItemReader<'_, '_, '_> {
    fn next_block(&mut self) -> Result<(), DecodeError> {
        self.block = self.cursor.block()?;
        // Reserved before serde allocates the list: the count is the sender's claim.
        self.cursor
            .reserve_memory(self.block.items.saturating_mul(self.size).saturating_mul(GROWTH))
    }
}

impl<'de> SeqAccess<'de> for ItemReader<'_, '_, 'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        if self.block.items == 0 {
            return Ok(None);
        }
        let value = seed.deserialize(ValueReader { shape: self.item, cursor: self.cursor })?;
        self.block.items -= 1;
        if self.block.items == 0 {
            if self.block.end.is_some_and(|end| end != self.cursor.remaining()) {
                return Err(DecodeError::new(DecodeProblem::BlockSize));
            }
            self.next_block()?;
        }
        Ok(Some(value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.block.items)
    }
}
