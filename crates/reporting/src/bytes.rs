//! Encoding of keys and values in the changelog. Numbers are little-endian; a text is its length in
//! four bytes, then UTF-8. Each key and value begins with a one-byte code of its variant.

use stage::Malformed;

pub(crate) fn put_number(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&number.to_le_bytes());
}

pub(crate) fn put_text(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// Reads an entry from its bytes.
#[derive(Debug)]
pub(crate) struct StateReader<'a>(pub(crate) &'a [u8]);

impl<'a> StateReader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let split = self.0.split_at_checked(len);
        let (head, rest) = split.ok_or_else(|| Malformed::new("too short"))?;
        self.0 = rest;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn number(&mut self) -> Result<i64, Malformed> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn numbers<const N: usize>(&mut self) -> Result<[i64; N], Malformed> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Ok(numbers)
    }

    /// Reads bytes with a one-byte length prefix.
    pub(crate) fn short_bytes(&mut self) -> Result<Vec<u8>, Malformed> {
        let len = usize::from(self.byte()?);
        self.take(len).map(<[u8]>::to_vec)
    }

    /// Reads a text with a four-byte length prefix.
    pub(crate) fn text(&mut self) -> Result<String, Malformed> {
        let len = u32::from_le_bytes(self.array()?) as usize;
        let text = std::str::from_utf8(self.take(len)?);
        text.map(str::to_owned).map_err(|_| Malformed::new("not UTF-8"))
    }

    /// Returns the value if all bytes were read.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Malformed> {
        if self.0.is_empty() { Ok(value) } else { Err(Malformed::new("too long")) }
    }
}
