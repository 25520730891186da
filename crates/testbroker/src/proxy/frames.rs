//! Kafka's framing: a size of four bytes, then a request that begins with its API key.

use std::io::{self, Read};

/// More than any test sends: a larger size means that the peer does not speak Kafka.
const MAX_SIZE: usize = 128 << 20;

/// One request or response with its size in front, as on the wire.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame(Vec<u8>);

impl Frame {
    /// Reads one frame; none if the peer has closed the connection between two frames.
    pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = Vec::with_capacity(4);
        from.take(4).read_to_end(&mut bytes)?;
        let Some(size) = bytes.first_chunk::<4>() else {
            return if bytes.is_empty() { Ok(None) } else { Err(truncated()) };
        };
        let size = usize::try_from(u32::from_be_bytes(*size)).unwrap_or(usize::MAX);
        if size > MAX_SIZE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not a Kafka frame"));
        }
        from.take(size as u64).read_to_end(&mut bytes)?;
        if bytes.len() == 4 + size { Ok(Some(Self(bytes))) } else { Err(truncated()) }
    }

    /// The API key, if this is a request; the first two bytes of its body otherwise.
    pub(super) fn api_key(&self) -> Option<i16> {
        let key = self.0.get(4..6)?.first_chunk::<2>()?;
        Some(i16::from_be_bytes(*key))
    }

    /// The bytes, size included.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

fn truncated() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "a truncated frame")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_one_by_one_until_the_end() {
        let mut wire: &[u8] = &[0, 0, 0, 3, 0, 26, 9, 0, 0, 0, 2, 0, 3];
        let first = Frame::read(&mut wire).unwrap().unwrap();
        assert_eq!(first.api_key(), Some(26));
        assert_eq!(first.bytes(), [0, 0, 0, 3, 0, 26, 9]);
        assert_eq!(Frame::read(&mut wire).unwrap().unwrap().api_key(), Some(3));
        assert_eq!(Frame::read(&mut wire).unwrap(), None);
    }

    #[test]
    fn a_frame_too_short_for_a_key_has_none() {
        let mut wire: &[u8] = &[0, 0, 0, 1, 7];
        assert_eq!(Frame::read(&mut wire).unwrap().unwrap().api_key(), None);
    }

    #[test]
    fn a_truncated_frame_and_an_absurd_size_are_errors() {
        for wire in [&[0, 0][..], &[0, 0, 0, 3, 0], &[0xff; 8]] {
            let mut wire = wire;
            assert!(Frame::read(&mut wire).is_err());
        }
    }
}
