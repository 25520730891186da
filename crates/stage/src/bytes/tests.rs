use super::*;

fn written(write: impl FnOnce(&mut ByteWriter<'_>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut ByteWriter::new(&mut out));
    out
}

#[test]
fn numbers_have_the_width_and_the_order_of_their_call() {
    let bytes = written(|out| {
        out.byte(0xfe);
        out.be(0x0102_u16);
        out.le(0x0102_u16);
        out.be(-2_i32);
        out.le(-2_i64);
        out.be(1.0_f64);
        out.le(1.0_f32);
    });
    let expected = [
        &[0xfe, 1, 2, 2, 1][..],
        &[0xff, 0xff, 0xff, 0xfe],
        &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
        &[0, 0, 0x80, 0x3f],
    ];
    assert_eq!(bytes, expected.concat());
    let mut reader = ByteReader::new(&bytes);
    assert_eq!(reader.byte(), Ok(0xfe));
    assert_eq!((reader.be::<u16>(), reader.le::<u16>()), (Ok(0x0102), Ok(0x0102)));
    assert_eq!((reader.be::<i32>(), reader.le::<i64>()), (Ok(-2), Ok(-2)));
    assert_eq!((reader.be::<f64>(), reader.le::<f32>()), (Ok(1.0), Ok(1.0)));
    assert_eq!(reader.finish(()), Ok(()));
}

#[test]
fn varints_take_one_byte_for_each_seven_bits() {
    let cases: [(u64, &[u8]); 6] = [
        (0, &[0]),
        (0x7f, &[0x7f]),
        (0x80, &[0x80, 1]),
        (300, &[0xac, 2]),
        (1 << 63, &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]),
        (u64::MAX, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
    ];
    for (number, bytes) in cases {
        assert_eq!(written(|out| out.varint(number)), bytes, "{number}");
        assert_eq!(ByteReader::new(bytes).varint(), Ok(number));
    }
    let signed: [(i64, &[u8]); 5] =
        [(0, &[0]), (-1, &[1]), (1, &[2]), (-64, &[0x7f]), (64, &[0x80, 1])];
    for (number, bytes) in signed {
        assert_eq!(written(|out| out.signed_varint(number)), bytes, "{number}");
    }
    for number in [i64::MIN, i64::MIN + 1, -65, 63, i64::MAX] {
        let bytes = written(|out| out.signed_varint(number));
        assert_eq!(ByteReader::new(&bytes).signed_varint(), Ok(number));
    }
}

#[test]
fn a_varint_without_an_end_or_of_more_than_64_bits_is_refused() {
    for bytes in [&[][..], &[0x80], &[0xff; 9], &[0xff; 11]] {
        assert!(ByteReader::new(bytes).varint().is_err(), "{bytes:?}");
    }
    let too_large = [&[0xff; 9][..], &[2]].concat();
    assert!(ByteReader::new(&too_large).varint().is_err());
}

#[test]
fn a_text_follows_its_length_in_either_order() {
    let bytes = written(|out| {
        out.text_be::<u16>("né");
        out.text_le::<u32>("né");
        out.text_be::<u8>("");
    });
    assert_eq!(bytes, b"\0\x03n\xc3\xa9\x03\0\0\0n\xc3\xa9\0");
    let mut reader = ByteReader::new(&bytes);
    assert_eq!(reader.text_be::<u16>(), Ok("né"));
    assert_eq!(reader.text_le::<u32>(), Ok("né"));
    assert_eq!(reader.text_be::<u8>(), Ok(""));
    assert_eq!(reader.finish(()), Ok(()));
}

#[test]
fn a_text_longer_than_its_length_can_state_is_cut_between_two_characters() {
    // 255 bytes end inside the 128th "é".
    let bytes = written(|out| out.text_be::<u8>(&"é".repeat(200)));
    assert_eq!(ByteReader::new(&bytes).text_be::<u8>(), Ok("é".repeat(127).as_str()));
    let whole = "a".repeat(255);
    let bytes = written(|out| out.text_le::<u8>(&whole));
    assert_eq!(ByteReader::new(&bytes).text_le::<u8>(), Ok(whole.as_str()));
}

#[test]
fn a_count_above_the_maximum_of_its_type_is_written_and_returned_as_the_maximum() {
    let mut count = 0;
    let bytes = written(|out| count = out.count_be::<u8>(300));
    assert_eq!((count, bytes), (255, vec![0xff]));
    let bytes = written(|out| count = out.count_le::<u32>(258));
    assert_eq!((count, bytes), (258, vec![2, 1, 0, 0]));
}

#[test]
fn a_count_that_the_bytes_cannot_hold_is_refused_before_anything_is_allocated() {
    let cases = [(&[4, 0, 0, 0, 1, 2, 3, 4][..], 1, Ok(4)), (&[0, 0, 0, 0], 9, Ok(0))];
    for (bytes, least, expected) in cases {
        assert_eq!(ByteReader::new(bytes).count_le::<u32>(least), expected);
    }
    for (bytes, least) in [(&[4, 0, 0, 0, 1, 2, 3, 4][..], 2), (&[0xff; 8][..], 1), (&[1], 1)] {
        assert!(ByteReader::new(bytes).count_le::<u32>(least).is_err(), "{bytes:?}");
    }
    let reader = ByteReader::new(&[1, 2]);
    // The product of number and size would overflow.
    assert!(reader.count(u64::MAX, 8).is_err() && reader.count(1 << 62, 4).is_err());
}

#[test]
fn the_rest_and_the_end_are_checked() {
    let mut reader = ByteReader::new(b"\x01abc");
    assert_eq!((reader.byte(), reader.remaining()), (Ok(1), 3));
    assert!(reader.clone().finish(()).is_err());
    assert_eq!(reader.clone().rest_as_text(), Ok("abc"));
    assert_eq!(reader.rest(), b"abc");
    assert_eq!(reader.finish(7), Ok(7));
    assert!(ByteReader::new(b"\xff").rest_as_text().is_err());
}

/// One call of the writer with the value that the reader must return for it.
#[derive(Debug, Clone, Copy)]
enum Field {
    Byte(u8),
    Be(u64),
    Le(i32),
    Varint(u64),
    Signed(i64),
    Short(&'static str),
    Long(&'static str),
}

impl Field {
    fn write(self, out: &mut ByteWriter<'_>) {
        match self {
            Field::Byte(byte) => out.byte(byte),
            Field::Be(number) => out.be(number),
            Field::Le(number) => out.le(number),
            Field::Varint(number) => out.varint(number),
            Field::Signed(number) => out.signed_varint(number),
            Field::Short(text) => out.text_be::<u8>(text),
            Field::Long(text) => out.text_le::<u32>(text),
        }
    }

    /// Whether the reader returns this field.
    fn is_read(self, reader: &mut ByteReader<'_>) -> Result<bool, Malformed> {
        Ok(match self {
            Field::Byte(byte) => reader.byte()? == byte,
            Field::Be(number) => reader.be::<u64>()? == number,
            Field::Le(number) => reader.le::<i32>()? == number,
            Field::Varint(number) => reader.varint()? == number,
            Field::Signed(number) => reader.signed_varint()? == number,
            Field::Short(text) => reader.text_be::<u8>()? == text,
            Field::Long(text) => reader.text_le::<u32>()? == text,
        })
    }
}

const FIELDS: [Field; 14] = [
    Field::Byte(0),
    Field::Byte(0xff),
    Field::Be(0x0102_0304_0506_0708),
    Field::Be(u64::MAX),
    Field::Le(i32::MIN),
    Field::Le(-2),
    Field::Varint(0),
    Field::Varint(16_384),
    Field::Varint(u64::MAX),
    Field::Signed(i64::MIN),
    Field::Signed(-65),
    Field::Short("né"),
    Field::Short(""),
    Field::Long("a longer text"),
];

#[test]
fn any_three_fields_are_read_back_and_every_shorter_input_is_refused() {
    for first in FIELDS {
        for second in FIELDS {
            for third in FIELDS {
                let fields = [first, second, third];
                let bytes = written(|out| fields.iter().for_each(|field| field.write(out)));
                for end in 0..=bytes.len() {
                    let mut reader = ByteReader::new(&bytes[..end]);
                    let read = fields.iter().map(|field| field.is_read(&mut reader));
                    let read = read.collect::<Result<Vec<_>, _>>();
                    let expected = (end == bytes.len()).then(|| vec![true; 3]);
                    assert_eq!(read.ok(), expected, "{fields:?} cut at {end}");
                }
            }
        }
    }
}
