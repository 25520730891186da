//! Reads and writes the bytes of changelog entries and of other formats that a stage defines itself.
//!
//! A format is the order of the calls. Every stage uses this pair, so that bounds are checked in one
//! place; what only one format needs (flags, packed times) is a function of its own over these two.
//!
//! Must not know: any format.

use crate::Malformed;

/// A number that a format holds with its full width, in one of the two byte orders.
pub trait FixedNumber: Copy {
    /// Reads the number, most significant byte first.
    ///
    /// # Errors
    /// When fewer bytes are left than it has.
    fn read_be(reader: &mut ByteReader<'_>) -> Result<Self, Malformed>;

    /// Reads the number, least significant byte first.
    ///
    /// # Errors
    /// When fewer bytes are left than it has.
    fn read_le(reader: &mut ByteReader<'_>) -> Result<Self, Malformed>;

    /// Appends the number, most significant byte first.
    fn write_be(self, out: &mut Vec<u8>);

    /// Appends the number, least significant byte first.
    fn write_le(self, out: &mut Vec<u8>);
}

/// A number that holds the length of a text or of a list; its maximum bounds both.
pub trait LengthPrefix: FixedNumber {
    /// The longest length that it can hold.
    const MAX: usize;

    /// Holds this length, or the maximum if that is shorter.
    fn of(length: usize) -> Self;

    /// The length.
    fn length(self) -> u64;
}

macro_rules! fixed_numbers {
    ($($number:ty)*) => {$(
        impl FixedNumber for $number {
            fn read_be(reader: &mut ByteReader<'_>) -> Result<Self, Malformed> {
                reader.array().map(Self::from_be_bytes)
            }

            fn read_le(reader: &mut ByteReader<'_>) -> Result<Self, Malformed> {
                reader.array().map(Self::from_le_bytes)
            }

            fn write_be(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }

            fn write_le(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}

macro_rules! length_prefixes {
    ($($number:ty)*) => {$(
        impl LengthPrefix for $number {
            const MAX: usize = <$number>::MAX as usize;

            fn of(length: usize) -> Self {
                length.try_into().unwrap_or(<$number>::MAX)
            }

            fn length(self) -> u64 {
                self.into()
            }
        }
    )*};
}

fixed_numbers!(u8 u16 u32 u64 i32 i64 f32 f64);
length_prefixes!(u8 u16 u32);

/// Reads the fields of a value in order.
///
/// Each read checks how many bytes are left, so that no input makes it panic, or allocate more than
/// the input is long. A number named by its type (`reader.be::<u32>()`) takes the width of the type.
#[derive(Debug, Clone)]
pub struct ByteReader<'a>(&'a [u8]);

impl<'a> ByteReader<'a> {
    /// Starts at the first of these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The number of bytes that are left.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.0.len()
    }

    /// Reads this number of bytes.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn slice(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let left = self.0.len();
        let (head, rest) = self
            .0
            .split_at_checked(length)
            .ok_or_else(|| Malformed::TooShort { needed: length, left })?;
        self.0 = rest;
        Ok(head)
    }

    /// Reads `N` bytes.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let left = self.0.len();
        let (head, rest) =
            self.0.split_first_chunk().ok_or_else(|| Malformed::TooShort { needed: N, left })?;
        self.0 = rest;
        Ok(*head)
    }

    /// Reads one byte.
    ///
    /// # Errors
    /// When none is left.
    pub fn byte(&mut self) -> Result<u8, Malformed> {
        self.array().map(|[byte]| byte)
    }

    /// Reads a big-endian number.
    ///
    /// # Errors
    /// When fewer bytes are left than it has.
    pub fn be<T: FixedNumber>(&mut self) -> Result<T, Malformed> {
        T::read_be(self)
    }

    /// Reads a little-endian number.
    ///
    /// # Errors
    /// When fewer bytes are left than it has.
    pub fn le<T: FixedNumber>(&mut self) -> Result<T, Malformed> {
        T::read_le(self)
    }

    /// Reads a number as LEB128: seven bits in each byte, the lowest first; a set top bit announces
    /// another byte.
    ///
    /// # Errors
    /// When the bytes end before the number does, or it needs more than 64 bits.
    pub fn varint(&mut self) -> Result<u64, Malformed> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            // The tenth byte holds the last of 64 bits.
            if shift == 63 && byte > 1 {
                return Err(Malformed::VarintTooLong);
            }
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
            shift += 7;
        }
    }

    /// Reads a signed number as a zigzag-encoded varint, as Avro and Protocol Buffers write it.
    ///
    /// # Errors
    /// As [`ByteReader::varint`].
    pub fn signed_varint(&mut self) -> Result<i64, Malformed> {
        let number = self.varint()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// Checks a number of items that take at least `least` bytes each, and returns it.
    ///
    /// # Errors
    /// When the bytes that are left cannot hold that number. Callers check before they allocate: the
    /// number may be corrupt.
    pub fn count(&self, count: u64, least: usize) -> Result<usize, Malformed> {
        let count = usize::try_from(count).ok();
        let fits =
            |count: &usize| count.checked_mul(least).is_some_and(|bytes| bytes <= self.0.len());
        count.filter(fits).ok_or(Malformed::TooManyItems)
    }

    /// Reads and checks a big-endian number of items that take at least `least` bytes each.
    ///
    /// # Errors
    /// As [`ByteReader::count`].
    pub fn count_be<L: LengthPrefix>(&mut self, least: usize) -> Result<usize, Malformed> {
        let count = self.be::<L>()?;
        self.count(count.length(), least)
    }

    /// Reads and checks a little-endian number of items that take at least `least` bytes each.
    ///
    /// # Errors
    /// As [`ByteReader::count`].
    pub fn count_le<L: LengthPrefix>(&mut self, least: usize) -> Result<usize, Malformed> {
        let count = self.le::<L>()?;
        self.count(count.length(), least)
    }

    /// Reads a text with a big-endian length in bytes before it.
    ///
    /// # Errors
    /// When fewer bytes are left, or they are not UTF-8.
    pub fn text_be<L: LengthPrefix>(&mut self) -> Result<&'a str, Malformed> {
        let length = self.count_be::<L>(1)?;
        self.slice(length).and_then(utf8)
    }

    /// Reads a text with a little-endian length in bytes before it.
    ///
    /// # Errors
    /// When fewer bytes are left, or they are not UTF-8.
    pub fn text_le<L: LengthPrefix>(&mut self) -> Result<&'a str, Malformed> {
        let length = self.count_le::<L>(1)?;
        self.slice(length).and_then(utf8)
    }

    /// Reads all bytes that are left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    /// Reads all bytes that are left, as a text.
    ///
    /// # Errors
    /// When they are not UTF-8.
    pub fn rest_as_text(&mut self) -> Result<&'a str, Malformed> {
        utf8(self.rest())
    }

    /// Returns `value` if no byte is left: a value ends where its bytes do.
    ///
    /// # Errors
    /// When a byte is left.
    pub fn finish<T>(self, value: T) -> Result<T, Malformed> {
        match self.0.len() {
            0 => Ok(value),
            extra => Err(Malformed::TooLong { extra }),
        }
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(bytes).map_err(|_| Malformed::NotUtf8)
}

/// Appends the fields of a value in order, as [`ByteReader`] reads them.
#[derive(Debug)]
pub struct ByteWriter<'a>(&'a mut Vec<u8>);

impl<'a> ByteWriter<'a> {
    /// Appends to `out`.
    #[must_use]
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self(out)
    }

    /// Appends bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Appends one byte.
    pub fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Appends a big-endian number.
    pub fn be(&mut self, number: impl FixedNumber) {
        number.write_be(self.0);
    }

    /// Appends a little-endian number.
    pub fn le(&mut self, number: impl FixedNumber) {
        number.write_le(self.0);
    }

    /// Appends a number as LEB128, in one to ten bytes; see [`ByteReader::varint`].
    pub fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// Appends a signed number as a zigzag-encoded varint.
    pub fn signed_varint(&mut self, number: i64) {
        // Zigzag: small negative numbers become small positive ones.
        self.varint(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    /// Appends a number of items, big-endian, and returns it: the maximum of the type if the list has
    /// more items. The caller appends only that number of items.
    pub fn count_be<L: LengthPrefix>(&mut self, count: usize) -> usize {
        self.be(L::of(count));
        count.min(L::MAX)
    }

    /// As [`ByteWriter::count_be`], little-endian.
    pub fn count_le<L: LengthPrefix>(&mut self, count: usize) -> usize {
        self.le(L::of(count));
        count.min(L::MAX)
    }

    /// Appends the big-endian length of a text in bytes, and the text. A text longer than the length
    /// can state is cut at a character boundary.
    pub fn text_be<L: LengthPrefix>(&mut self, text: &str) {
        let text = bounded(text, L::MAX);
        self.be(L::of(text.len()));
        self.bytes(text.as_bytes());
    }

    /// As [`ByteWriter::text_be`], with a little-endian length.
    pub fn text_le<L: LengthPrefix>(&mut self, text: &str) {
        let text = bounded(text, L::MAX);
        self.le(L::of(text.len()));
        self.bytes(text.as_bytes());
    }
}

/// The longest prefix of whole characters that has at most `most` bytes.
fn bounded(text: &str, most: usize) -> &str {
    let mut length = text.len().min(most);
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    &text[..length]
}

#[cfg(test)]
mod tests;
