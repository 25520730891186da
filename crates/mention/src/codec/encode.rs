//! Serialises a struct into the bytes that its shape prescribes, without an intermediate value.
//!
//! A struct must follow its shape exactly: the same fields in the same order with the same types. A
//! mismatch is a bug of this program and never caused by input.

use serde::Serialize;
use serde::ser::{Impossible, SerializeSeq, SerializeStruct, Serializer};

use super::shape::Shape;

/// Appends the bytes of a value.
///
/// # Errors
/// If the value does not follow the shape.
pub(crate) fn write<T: Serialize>(
    shape: &Shape,
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), SchemaMismatch> {
    value.serialize(ValueWriter { shape, out })
}

/// Why a value does not follow its shape. Boxed, because every field returns a result.
#[derive(Debug)]
pub(crate) struct SchemaMismatch(Box<str>);

impl SchemaMismatch {
    #[cold]
    fn new(what: impl Into<Box<str>>) -> Self {
        Self(what.into())
    }

    #[cold]
    fn within(self, field: &str) -> Self {
        Self::new(format!("{field}: {}", self.0))
    }
}

impl std::fmt::Display for SchemaMismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SchemaMismatch {}

impl serde::ser::Error for SchemaMismatch {
    fn custom<T: std::fmt::Display>(what: T) -> Self {
        Self::new(what.to_string())
    }
}

/// Appends a zigzag varint.
#[inline]
fn long(value: i64, out: &mut Vec<u8>) {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    // Nearly all numbers of a record are lengths and indices of one byte.
    while rest > 0x7F {
        out.push(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    out.push(rest.to_le_bytes()[0]);
}

#[inline]
fn length(value: usize, out: &mut Vec<u8>) -> Result<(), SchemaMismatch> {
    long(i64::try_from(value).map_err(|error| SchemaMismatch::new(error.to_string()))?, out);
    Ok(())
}

/// Writes one value of a shape.
struct ValueWriter<'s, 'o> {
    shape: &'s Shape,
    out: &'o mut Vec<u8>,
}

impl<'s> ValueWriter<'s, '_> {
    #[cold]
    fn mismatch<T>(&self, what: &str) -> Result<T, SchemaMismatch> {
        Err(SchemaMismatch::new(format!("{what}, but the schema has {:?}", self.shape)))
    }

    /// For a union of null and another type: the index of null, and the shape of the other branch.
    #[inline]
    fn optional(&self) -> Result<(usize, &'s Shape), SchemaMismatch> {
        match self.shape {
            Shape::Union(branches) => match branches.as_slice() {
                [Shape::Null, some] => Ok((0, some)),
                [some, Shape::Null] => Ok((1, some)),
                _ => self.mismatch("an option"),
            },
            _ => self.mismatch("an option"),
        }
    }
}

/// Serde types that records must not use.
macro_rules! unsupported_types {
    ($($method:ident($($arg:ty),*) -> $ok:ty;)+) => {
        $(fn $method(self, $(_: $arg),*) -> Result<$ok, SchemaMismatch> {
            self.mismatch(stringify!($method))
        })+
    };
}

impl<'s, 'o> Serializer for ValueWriter<'s, 'o> {
    type Ok = ();
    type Error = SchemaMismatch;
    type SerializeSeq = ItemWriter<'s, 'o>;
    type SerializeStruct = FieldWriter<'s, 'o>;
    type SerializeTuple = Impossible<(), SchemaMismatch>;
    type SerializeTupleStruct = Impossible<(), SchemaMismatch>;
    type SerializeTupleVariant = Impossible<(), SchemaMismatch>;
    type SerializeMap = Impossible<(), SchemaMismatch>;
    type SerializeStructVariant = Impossible<(), SchemaMismatch>;

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), SchemaMismatch> {
        match self.shape {
            Shape::Boolean => self.out.push(u8::from(value)),
            _ => return self.mismatch("a boolean"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_i32(self, value: i32) -> Result<(), SchemaMismatch> {
        match self.shape {
            Shape::Int => long(i64::from(value), self.out),
            _ => return self.mismatch("an i32"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Result<(), SchemaMismatch> {
        match self.shape {
            Shape::Long => long(value, self.out),
            _ => return self.mismatch("an i64"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_f32(self, value: f32) -> Result<(), SchemaMismatch> {
        match self.shape {
            Shape::Float => self.out.extend_from_slice(&value.to_le_bytes()),
            _ => return self.mismatch("an f32"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Result<(), SchemaMismatch> {
        match self.shape {
            Shape::Double => self.out.extend_from_slice(&value.to_le_bytes()),
            _ => return self.mismatch("an f64"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), SchemaMismatch> {
        match self.shape {
            Shape::String => length(value.len(), self.out)?,
            _ => return self.mismatch("a text"),
        }
        self.out.extend_from_slice(value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), SchemaMismatch> {
        match self.shape {
            Shape::Bytes => length(value.len(), self.out)?,
            _ => return self.mismatch("bytes"),
        }
        self.out.extend_from_slice(value);
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result<(), SchemaMismatch> {
        let (null, _) = self.optional()?;
        length(null, self.out)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), SchemaMismatch> {
        let (null, shape) = self.optional()?;
        // The union has two branches, so the other one has the other index.
        length(1 - null, self.out)?;
        value.serialize(ValueWriter { shape, out: self.out })
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<(), SchemaMismatch> {
        let Shape::Enum(symbols, _) = self.shape else { return self.mismatch("a symbol") };
        // Enum and schema usually have the same order, so the index is tried before a search.
        let guess = usize::try_from(index).unwrap_or_default();
        let position = match symbols.get(guess) {
            Some(symbol) if symbol == variant => Some(guess),
            _ => symbols.iter().position(|symbol| symbol == variant),
        };
        match position {
            Some(position) => length(position, self.out),
            None => self.mismatch(variant),
        }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), SchemaMismatch> {
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<ItemWriter<'s, 'o>, SchemaMismatch> {
        let (Shape::Array(item, _), Some(len)) = (self.shape, len) else {
            return self.mismatch("a list");
        };
        // An empty array has no block, only the 0 that `end` writes.
        if len > 0 {
            length(len, self.out)?;
        }
        Ok(ItemWriter { item, remaining: len, out: self.out })
    }

    #[inline]
    fn serialize_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<FieldWriter<'s, 'o>, SchemaMismatch> {
        let Shape::Record(fields) = self.shape else { return self.mismatch("a record") };
        Ok(FieldWriter { fields: fields.iter(), out: self.out })
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    unsupported_types! {
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_char(char) -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_tuple_variant(&'static str, u32, &'static str, usize)
            -> Self::SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize)
            -> Self::SerializeStructVariant;
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: &T,
    ) -> Result<(), SchemaMismatch> {
        self.mismatch(variant)
    }
}

/// The fields of a record, in the order of the schema.
struct FieldWriter<'s, 'o> {
    fields: std::slice::Iter<'s, (String, Shape)>,
    out: &'o mut Vec<u8>,
}

impl SerializeStruct for FieldWriter<'_, '_> {
    type Ok = ();
    type Error = SchemaMismatch;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), SchemaMismatch> {
        let Some((field, shape)) = self.fields.next() else {
            return Err(SchemaMismatch::new(format!(
                "field {name} after the last field of the schema"
            )));
        };
        // The result depends on the type alone, and the conformance tests cover every type, so
        // release builds skip the comparison.
        if cfg!(debug_assertions) && field != name {
            let what = format!("field {name}, but the schema has {field}");
            return Err(SchemaMismatch::new(what));
        }
        value.serialize(ValueWriter { shape, out: self.out }).map_err(|wrong| wrong.within(name))
    }

    fn end(mut self) -> Result<(), SchemaMismatch> {
        match self.fields.next() {
            None => Ok(()),
            Some((field, _)) => Err(SchemaMismatch::new(format!("field {field} is missing"))),
        }
    }
}

/// The items of an array, in one block.
struct ItemWriter<'s, 'o> {
    item: &'s Shape,
    /// Number of items still to come, by the length stated at the start.
    remaining: usize,
    out: &'o mut Vec<u8>,
}

impl SerializeSeq for ItemWriter<'_, '_> {
    type Ok = ();
    type Error = SchemaMismatch;

    fn serialize_element<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
    ) -> Result<(), SchemaMismatch> {
        // Wraps around if there are too many items; `end` then reports the mismatch.
        self.remaining = self.remaining.wrapping_sub(1);
        value.serialize(ValueWriter { shape: self.item, out: self.out })
    }

    fn end(self) -> Result<(), SchemaMismatch> {
        match self.remaining {
            0 => length(0, self.out),
            _ => Err(SchemaMismatch::new("list length does not match its items")),
        }
    }
}
