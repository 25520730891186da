//! A canonical form of a record that does not change when fields are added to its schema.
//!
//! - A struct is the sequence of its non-empty fields, in order: the FNV-1a hash of the name (4
//!   bytes; a test ensures that no record has two fields with the same hash), the length of the
//!   value (4 bytes), the value.
//! - Empty values are `false`, 0, "", `None`, a list without elements, the first symbol of an enum,
//!   and a struct whose fields are all empty. So the default of an added field must be empty.
//! - A list is the sequence of its elements, each preceded by its length. `Some` is a byte 1 and
//!   the value. A symbol is its name. Numbers are little-endian.

use serde::ser::{self, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

/// Appends the canonical form of a value.
pub(super) fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) {
    // Only maps, tuples and enums with data cause an error, and the tests over all examples show
    // that no record has them.
    let _ = value.serialize(Canonical(out));
}

struct Canonical<'a>(&'a mut Vec<u8>);

/// A type of value that records must not have: a map, a tuple or an enum with data.
#[derive(Debug)]
pub(super) struct UnsupportedType;

impl std::fmt::Display for UnsupportedType {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a type of value that records must not have")
    }
}

impl std::error::Error for UnsupportedType {}

impl ser::Error for UnsupportedType {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// The hash of a field name: FNV-1a, 32 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>).
pub(super) fn field_tag(name: &str) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    name.bytes().fold(0x811c_9dc5, step)
}

/// Writes the length of a value and the value. Returns the length.
fn write_with_length<T: Serialize + ?Sized>(
    value: &T,
    out: &mut Vec<u8>,
) -> Result<usize, UnsupportedType> {
    // The length is known only after the value is written, so its place is filled afterwards.
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    value.serialize(Canonical(out))?;
    let length = out.len() - at - 4;
    out[at..at + 4]
        .copy_from_slice(&u32::try_from(length).map_err(|_| UnsupportedType)?.to_le_bytes());
    Ok(length)
}

impl SerializeStruct for Canonical<'_> {
    type Ok = ();
    type Error = UnsupportedType;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), UnsupportedType> {
        let start = self.0.len();
        self.0.extend_from_slice(&[0; 4]);
        match write_with_length(value, self.0)? {
            // An empty value leaves no bytes, not even its name.
            0 => self.0.truncate(start),
            _ => self.0[start..start + 4].copy_from_slice(&field_tag(name).to_le_bytes()),
        }
        Ok(())
    }

    fn end(self) -> Result<(), UnsupportedType> {
        Ok(())
    }
}

impl SerializeSeq for Canonical<'_> {
    type Ok = ();
    type Error = UnsupportedType;

    fn serialize_element<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
    ) -> Result<(), UnsupportedType> {
        write_with_length(value, self.0).map(drop)
    }

    fn end(self) -> Result<(), UnsupportedType> {
        Ok(())
    }
}

macro_rules! numbers {
    ($($name:ident: $kind:ty),+) => {$(
        fn $name(self, number: $kind) -> Result<(), UnsupportedType> {
            self.serialize_i64(number.into())
        }
    )+};
}

impl Serializer for Canonical<'_> {
    type Ok = ();
    type Error = UnsupportedType;
    type SerializeSeq = Self;
    type SerializeTuple = Impossible<(), UnsupportedType>;
    type SerializeTupleStruct = Impossible<(), UnsupportedType>;
    type SerializeTupleVariant = Impossible<(), UnsupportedType>;
    type SerializeMap = Impossible<(), UnsupportedType>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), UnsupportedType>;

    numbers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_u8: u8,
        serialize_u16: u16, serialize_u32: u32);

    fn serialize_bool(self, value: bool) -> Result<(), UnsupportedType> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, number: i64) -> Result<(), UnsupportedType> {
        // 0, and with it `false` and 0.0, is empty and leaves no bytes.
        if number != 0 {
            self.0.extend_from_slice(&number.to_le_bytes());
        }
        Ok(())
    }

    fn serialize_u64(self, number: u64) -> Result<(), UnsupportedType> {
        self.serialize_i64(number.cast_signed())
    }

    fn serialize_f32(self, number: f32) -> Result<(), UnsupportedType> {
        // The bits are exact; a decimal form would depend on a formatter.
        self.serialize_u32(number.to_bits())
    }

    fn serialize_f64(self, number: f64) -> Result<(), UnsupportedType> {
        self.serialize_u64(number.to_bits())
    }

    fn serialize_char(self, letter: char) -> Result<(), UnsupportedType> {
        self.serialize_str(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), UnsupportedType> {
        self.serialize_bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), UnsupportedType> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), UnsupportedType> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), UnsupportedType> {
        // Distinguishes `Some` of an empty value from `None`.
        self.0.push(1);
        value.serialize(Canonical(self.0))
    }

    fn serialize_unit(self) -> Result<(), UnsupportedType> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), UnsupportedType> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        name: &'static str,
    ) -> Result<(), UnsupportedType> {
        // The first symbol is the default of every enum, so it counts as empty.
        if index == 0 { Ok(()) } else { self.serialize_str(name) }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), UnsupportedType> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), UnsupportedType> {
        Err(UnsupportedType)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, UnsupportedType> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, UnsupportedType> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, UnsupportedType> {
        Err(UnsupportedType)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, UnsupportedType> {
        Err(UnsupportedType)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, UnsupportedType> {
        Err(UnsupportedType)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, UnsupportedType> {
        Err(UnsupportedType)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, UnsupportedType> {
        Err(UnsupportedType)
    }
}
