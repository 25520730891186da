//! A form of a record that does not change when its schema grows.
//!
//! A struct is its fields that are not empty, in their order: the name as its FNV-1a hash (4 bytes;
//! no record has two fields of one hash, which a test holds), the length of the value (4 bytes), the
//! value. Empty are `false`, 0, "", no value, no elements, the first symbol of an enum, and a struct
//! whose fields are all empty. A list is its elements, each behind its length; an optional value that
//! is there begins with a 1; a symbol is its name; numbers are little-endian. So a field added later
//! must be empty by default.

use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

/// Appends the canonical form of a value.
pub(super) fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) {
    // The error is one that no fact can cause: maps and data in enums. Their form stays empty, and
    // the test over every example would notice.
    let _ = value.serialize(Canonical(out));
}

struct Canonical<'a>(&'a mut Vec<u8>);

/// A kind of value that no fact has.
#[derive(Debug)]
pub(super) struct Unknown;

impl std::fmt::Display for Unknown {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a kind of value that no fact has")
    }
}

impl std::error::Error for Unknown {}

impl ser::Error for Unknown {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// What stands for the name of a field: FNV-1a of 32 bits
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>).
pub(super) fn tag(name: &str) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    name.bytes().fold(0x811c_9dc5, step)
}

/// Writes a value behind its length.
fn measured<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<usize, Unknown> {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    value.serialize(Canonical(out))?;
    let length = out.len() - at - 4;
    out[at..at + 4].copy_from_slice(&u32::try_from(length).map_err(|_| Unknown)?.to_le_bytes());
    Ok(length)
}

impl SerializeStruct for Canonical<'_> {
    type Ok = ();
    type Error = Unknown;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unknown> {
        let before = self.0.len();
        self.0.extend_from_slice(&[0; 4]);
        match measured(value, self.0)? {
            0 => self.0.truncate(before),
            _ => self.0[before..before + 4].copy_from_slice(&tag(name).to_le_bytes()),
        }
        Ok(())
    }

    fn end(self) -> Result<(), Unknown> {
        Ok(())
    }
}

impl SerializeSeq for Canonical<'_> {
    type Ok = ();
    type Error = Unknown;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unknown> {
        measured(value, self.0).map(drop)
    }

    fn end(self) -> Result<(), Unknown> {
        Ok(())
    }
}

macro_rules! numbers {
    ($($name:ident: $kind:ty),+) => {$(
        fn $name(self, number: $kind) -> Result<(), Unknown> {
            self.serialize_i64(number.into())
        }
    )+};
}

impl Serializer for Canonical<'_> {
    type Ok = ();
    type Error = Unknown;
    type SerializeSeq = Self;
    type SerializeTuple = Impossible<(), Unknown>;
    type SerializeTupleStruct = Impossible<(), Unknown>;
    type SerializeTupleVariant = Impossible<(), Unknown>;
    type SerializeMap = Impossible<(), Unknown>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), Unknown>;

    numbers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_u8: u8,
        serialize_u16: u16, serialize_u32: u32);

    fn serialize_bool(self, is: bool) -> Result<(), Unknown> {
        self.serialize_i64(is.into())
    }

    fn serialize_i64(self, number: i64) -> Result<(), Unknown> {
        if number != 0 {
            self.0.extend_from_slice(&number.to_le_bytes());
        }
        Ok(())
    }

    fn serialize_u64(self, number: u64) -> Result<(), Unknown> {
        self.serialize_i64(number.cast_signed())
    }

    fn serialize_f32(self, number: f32) -> Result<(), Unknown> {
        self.serialize_u32(number.to_bits())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Unknown> {
        self.serialize_u64(number.to_bits())
    }

    fn serialize_char(self, letter: char) -> Result<(), Unknown> {
        self.serialize_str(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Unknown> {
        self.serialize_bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Unknown> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unknown> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unknown> {
        self.0.push(1);
        value.serialize(Canonical(self.0))
    }

    fn serialize_unit(self) -> Result<(), Unknown> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unknown> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        place: u32,
        name: &'static str,
    ) -> Result<(), Unknown> {
        if place == 0 { Ok(()) } else { self.serialize_str(name) }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unknown> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unknown> {
        Err(Unknown)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unknown> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unknown> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unknown> {
        Err(Unknown)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unknown> {
        Err(Unknown)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unknown> {
        Err(Unknown)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unknown> {
        Err(Unknown)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unknown> {
        Err(Unknown)
    }
}
