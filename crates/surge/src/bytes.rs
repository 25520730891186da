//! Encoding of keys and values in the changelog: numbers are little-endian, a text is its length in
//! four bytes and its UTF-8, a list is its length in four bytes and its items.

use stage::Malformed;
use stage::bytes::{ByteReader, ByteWriter};

pub(crate) fn put_numbers(numbers: impl IntoIterator<Item = i64>, out: &mut ByteWriter<'_>) {
    numbers.into_iter().for_each(|number| out.le(number));
}

pub(crate) fn put_text(text: &str, out: &mut ByteWriter<'_>) {
    out.text_le::<u32>(text);
}

pub(crate) fn read_text(reader: &mut ByteReader<'_>) -> Result<String, Malformed> {
    reader.text_le::<u32>().map(str::to_owned)
}

pub(crate) fn put_texts(texts: &[String], out: &mut ByteWriter<'_>) {
    out.count_le::<u32>(texts.len());
    texts.iter().for_each(|text| put_text(text, out));
}

pub(crate) fn read_texts(reader: &mut ByteReader<'_>) -> Result<Vec<String>, Malformed> {
    // A text takes at least the four bytes of its length.
    let count = reader.count_le::<u32>(4)?;
    (0..count).map(|_| read_text(reader)).collect()
}
