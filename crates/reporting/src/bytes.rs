//! Encoding of keys and values in the changelog. Numbers are little-endian; a text is its length in
//! four bytes, then UTF-8. Each key and value begins with a one-byte code of its variant.

use stage::Malformed;
use stage::bytes::{ByteReader, ByteWriter};

pub(crate) fn put_text(text: &str, out: &mut ByteWriter<'_>) {
    out.text_le::<u32>(text);
}

pub(crate) fn read_text(reader: &mut ByteReader<'_>) -> Result<String, Malformed> {
    reader.text_le::<u32>().map(str::to_owned)
}

pub(crate) fn put_numbers(numbers: &[i64], out: &mut ByteWriter<'_>) {
    numbers.iter().for_each(|number| out.le(*number));
}

pub(crate) fn read_numbers<const N: usize>(
    reader: &mut ByteReader<'_>,
) -> Result<[i64; N], Malformed> {
    let mut numbers = [0; N];
    for number in &mut numbers {
        *number = reader.le()?;
    }
    Ok(numbers)
}
