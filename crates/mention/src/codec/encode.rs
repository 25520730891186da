//! From a struct straight into the bytes that a form gives it, by serde.
//!
//! A struct follows its form exactly: the same fields in the same order, the same types. What does
//! not is a bug of this program, never of what it hears.

use serde::Serialize;
use serde::ser::{Impossible, SerializeSeq, SerializeStruct, Serializer};

use super::shape::Shape;

/// Appends the bytes of a value.
///
/// # Errors
/// When the value does not follow the form.
pub(crate) fn write<T: Serialize>(
    shape: &Shape,
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), Mismatch> {
    value.serialize(Node { shape, out })
}

/// Why a value does not follow its form. Small, because there is a result for every field.
#[derive(Debug)]
pub(crate) struct Mismatch(Box<str>);

impl Mismatch {
    #[cold]
    fn new(what: impl Into<Box<str>>) -> Self {
        Self(what.into())
    }

    #[cold]
    fn within(self, field: &str) -> Self {
        Self::new(format!("{field}: {}", self.0))
    }
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

impl serde::ser::Error for Mismatch {
    fn custom<T: std::fmt::Display>(what: T) -> Self {
        Self::new(what.to_string())
    }
}

/// A zigzag varint. Nearly all are of one byte.
#[inline]
fn long(value: i64, out: &mut Vec<u8>) {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    while rest > 0x7F {
        out.push(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    out.push(rest.to_le_bytes()[0]);
}

#[inline]
fn length(value: usize, out: &mut Vec<u8>) -> Result<(), Mismatch> {
    long(i64::try_from(value).map_err(|error| Mismatch::new(error.to_string()))?, out);
    Ok(())
}

/// A value about to be written.
struct Node<'s, 'o> {
    shape: &'s Shape,
    out: &'o mut Vec<u8>,
}

impl<'s> Node<'s, '_> {
    #[cold]
    fn mismatch<T>(&self, what: &str) -> Result<T, Mismatch> {
        Err(Mismatch::new(format!("{what} where the schema has {:?}", self.shape)))
    }

    /// The place of nothing among the two branches of something optional, and the other branch.
    #[inline]
    fn optional(&self) -> Result<(usize, &'s Shape), Mismatch> {
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

/// The types that no fact may use.
macro_rules! no_fact_uses {
    ($($method:ident($($arg:ty),*) -> $ok:ty;)+) => {
        $(fn $method(self, $(_: $arg),*) -> Result<$ok, Mismatch> {
            self.mismatch(stringify!($method))
        })+
    };
}

impl<'s, 'o> Serializer for Node<'s, 'o> {
    type Ok = ();
    type Error = Mismatch;
    type SerializeSeq = Items<'s, 'o>;
    type SerializeStruct = Fields<'s, 'o>;
    type SerializeTuple = Impossible<(), Mismatch>;
    type SerializeTupleStruct = Impossible<(), Mismatch>;
    type SerializeTupleVariant = Impossible<(), Mismatch>;
    type SerializeMap = Impossible<(), Mismatch>;
    type SerializeStructVariant = Impossible<(), Mismatch>;

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), Mismatch> {
        match self.shape {
            Shape::Boolean => self.out.push(u8::from(value)),
            _ => return self.mismatch("a boolean"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_i32(self, value: i32) -> Result<(), Mismatch> {
        match self.shape {
            Shape::Int => long(i64::from(value), self.out),
            _ => return self.mismatch("an i32"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Result<(), Mismatch> {
        match self.shape {
            Shape::Long => long(value, self.out),
            _ => return self.mismatch("an i64"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_f32(self, value: f32) -> Result<(), Mismatch> {
        match self.shape {
            Shape::Float => self.out.extend_from_slice(&value.to_le_bytes()),
            _ => return self.mismatch("an f32"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Result<(), Mismatch> {
        match self.shape {
            Shape::Double => self.out.extend_from_slice(&value.to_le_bytes()),
            _ => return self.mismatch("an f64"),
        }
        Ok(())
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), Mismatch> {
        match self.shape {
            Shape::String => length(value.len(), self.out)?,
            _ => return self.mismatch("a text"),
        }
        self.out.extend_from_slice(value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Mismatch> {
        match self.shape {
            Shape::Bytes => length(value.len(), self.out)?,
            _ => return self.mismatch("bytes"),
        }
        self.out.extend_from_slice(value);
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result<(), Mismatch> {
        let (null, _) = self.optional()?;
        length(null, self.out)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Mismatch> {
        let (null, shape) = self.optional()?;
        length(1 - null, self.out)?;
        value.serialize(Node { shape, out: self.out })
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<(), Mismatch> {
        let Shape::Enum(symbols, _) = self.shape else { return self.mismatch("a symbol") };
        let guess = usize::try_from(index).unwrap_or_default();
        let place = match symbols.get(guess) {
            Some(symbol) if symbol == variant => Some(guess),
            _ => symbols.iter().position(|symbol| symbol == variant),
        };
        match place {
            Some(place) => length(place, self.out),
            None => self.mismatch(variant),
        }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Mismatch> {
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items<'s, 'o>, Mismatch> {
        let (Shape::Array(item, _), Some(len)) = (self.shape, len) else {
            return self.mismatch("a list");
        };
        if len > 0 {
            length(len, self.out)?;
        }
        Ok(Items { item, left: len, out: self.out })
    }

    #[inline]
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'s, 'o>, Mismatch> {
        let Shape::Record(fields) = self.shape else { return self.mismatch("a record") };
        Ok(Fields { fields: fields.iter(), out: self.out })
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    no_fact_uses! {
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
    ) -> Result<(), Mismatch> {
        self.mismatch(variant)
    }
}

/// The fields of a record, in the order of the schema.
struct Fields<'s, 'o> {
    fields: std::slice::Iter<'s, (String, Shape)>,
    out: &'o mut Vec<u8>,
}

impl SerializeStruct for Fields<'_, '_> {
    type Ok = ();
    type Error = Mismatch;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Mismatch> {
        let Some((field, shape)) = self.fields.next() else {
            return Err(Mismatch::new(format!("the field {name} where the schema has its end")));
        };
        // Always the same for a type, so it is asked where tests run, over every type there is.
        if cfg!(debug_assertions) && field != name {
            let what = format!("the field {name} where the schema has {field}");
            return Err(Mismatch::new(what));
        }
        value.serialize(Node { shape, out: self.out }).map_err(|wrong| wrong.within(name))
    }

    fn end(mut self) -> Result<(), Mismatch> {
        match self.fields.next() {
            None => Ok(()),
            Some((field, _)) => Err(Mismatch::new(format!("no field {field}"))),
        }
    }
}

/// The items of an array, in one block.
struct Items<'s, 'o> {
    item: &'s Shape,
    left: usize,
    out: &'o mut Vec<u8>,
}

impl SerializeSeq for Items<'_, '_> {
    type Ok = ();
    type Error = Mismatch;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Mismatch> {
        self.left = self.left.wrapping_sub(1);
        value.serialize(Node { shape: self.item, out: self.out })
    }

    fn end(self) -> Result<(), Mismatch> {
        match self.left {
            0 => length(0, self.out),
            _ => Err(Mismatch::new("a list that is not as long as it says")),
        }
    }
}
