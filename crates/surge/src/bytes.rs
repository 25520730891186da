//! Encoding of keys and values in the changelog: numbers are little-endian, a text is its length in
//! four bytes and its UTF-8.

use stage::Malformed;

pub(crate) fn put_i64(number: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(&number.to_le_bytes());
}

pub(crate) fn put_len(count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&(count as u32).to_le_bytes());
}

pub(crate) fn put_f64(number: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(&number.to_le_bytes());
}

pub(crate) fn put_str(text: &str, out: &mut Vec<u8>) {
    put_len(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

/// Reads values from bytes.
#[derive(Debug)]
pub(crate) struct EntryReader<'a>(pub(crate) &'a [u8]);

impl<'a> EntryReader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let split = self.0.split_at_checked(len);
        let (bytes, rest) = split.ok_or_else(|| Malformed::new("truncated"))?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(crate) fn read_array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(crate) fn read_byte(&mut self) -> Result<u8, Malformed> {
        self.read_array().map(|[byte]| byte)
    }

    pub(crate) fn read_i64(&mut self) -> Result<i64, Malformed> {
        self.read_array().map(i64::from_le_bytes)
    }

    pub(crate) fn read_f64(&mut self) -> Result<f64, Malformed> {
        self.read_array().map(f64::from_le_bytes)
    }

    pub(crate) fn read_f32(&mut self) -> Result<f32, Malformed> {
        self.read_array().map(f32::from_le_bytes)
    }

    /// A number of items that take at least `least` bytes each.
    pub(crate) fn read_len(&mut self, least: usize) -> Result<usize, Malformed> {
        let count = u32::from_le_bytes(self.read_array()?) as usize;
        // Checked before anything is allocated: the number may be corrupt.
        let fits = count.checked_mul(least).is_some_and(|bytes| bytes <= self.0.len());
        if fits { Ok(count) } else { Err(Malformed::new("number of items exceeds the bytes")) }
    }

    pub(crate) fn read_string(&mut self) -> Result<String, Malformed> {
        let len = self.read_len(1)?;
        let text = std::str::from_utf8(self.take(len)?);
        text.map(str::to_owned).map_err(|_| Malformed::new("text is not UTF-8"))
    }

    pub(crate) fn finish<T>(self, value: T) -> Result<T, Malformed> {
        if self.0.is_empty() { Ok(value) } else { Err(Malformed::new("bytes follow the value")) }
    }
}
