//! Reads the primitive values of Avro's binary encoding from untrusted bytes.

use super::decode_error::{DecodeError, DecodeProblem};

/// The unread bytes, and the memory that their value may still allocate.
#[derive(Debug)]
pub(crate) struct AvroCursor<'b> {
    rest: &'b [u8],
    memory: usize,
}

impl<'b> AvroCursor<'b> {
    pub(crate) fn new(bytes: &'b [u8], memory: usize) -> Self {
        Self { rest: bytes, memory }
    }

    /// Number of unread bytes.
    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Deducts memory from the budget of the record.
    pub(crate) fn reserve_memory(&mut self, bytes: usize) -> Result<(), DecodeError> {
        match self.memory.checked_sub(bytes) {
            Some(memory) => {
                self.memory = memory;
                Ok(())
            }
            None => Err(DecodeError::new(DecodeProblem::MemoryLimit)),
        }
    }

    /// A zigzag varint of at most 64 bits.
    pub(crate) fn long(&mut self) -> Result<i64, DecodeError> {
        let mut value = 0u64;
        for (i, byte) in self.rest.iter().take(10).enumerate() {
            // 9 bytes carry 63 bits: the tenth may add only one.
            if i == 9 && *byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7F) << (7 * i);
            if byte & 0x80 == 0 {
                self.rest = &self.rest[i + 1..];
                return Ok((value >> 1).cast_signed() ^ -((value & 1).cast_signed()));
            }
        }
        Err(DecodeError::new(if self.rest.len() < 10 {
            DecodeProblem::Truncated
        } else {
            DecodeProblem::NumberTooLong { bits: 64 }
        }))
    }

    /// A zigzag varint of at most 32 bits.
    pub(crate) fn int(&mut self) -> Result<i32, DecodeError> {
        i32::try_from(self.long()?)
            .map_err(|_| DecodeError::new(DecodeProblem::NumberTooLong { bits: 32 }))
    }

    /// An index into `len` branches or symbols.
    pub(crate) fn index(&mut self, len: usize) -> Result<usize, DecodeError> {
        let index = self.long()?;
        usize::try_from(index)
            .ok()
            .filter(|i| *i < len)
            .ok_or_else(|| DecodeError::new(DecodeProblem::InvalidIndex { index, choices: len }))
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, DecodeError> {
        match self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(DecodeError::new(DecodeProblem::InvalidBoolean(other))),
        }
    }

    /// A fixed number of bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (array, rest) = self
            .rest
            .split_first_chunk()
            .ok_or_else(|| DecodeError::new(DecodeProblem::Truncated))?;
        self.rest = rest;
        Ok(*array)
    }

    /// A length and that number of bytes.
    pub(crate) fn bytes(&mut self) -> Result<&'b [u8], DecodeError> {
        let len = self.long()?;
        let len = usize::try_from(len)
            .map_err(|_| DecodeError::new(DecodeProblem::InvalidLength(len)))?;
        let (bytes, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or_else(|| DecodeError::new(DecodeProblem::Truncated))?;
        self.rest = rest;
        Ok(bytes)
    }

    /// A length in bytes and a text of UTF-8.
    pub(crate) fn text(&mut self) -> Result<&'b str, DecodeError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| DecodeError::new(DecodeProblem::NotUtf8))
    }

    /// The header of a block of an array.
    pub(crate) fn block(&mut self) -> Result<Block, DecodeError> {
        let count = self.long()?;
        let mut end = None;
        // A negative count announces the size of the block in bytes (Avro specification, "Arrays").
        if count < 0 {
            let size = self.long()?;
            let size =
                usize::try_from(size).ok().and_then(|size| self.rest.len().checked_sub(size));
            end = Some(size.ok_or_else(|| DecodeError::new(DecodeProblem::Truncated))?);
        }
        let items = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        // `Shape::from_schema` excludes items without bytes, so there are at most as many items as
        // bytes. Checked before memory is reserved for them.
        if items > self.rest.len() {
            return Err(DecodeError::new(DecodeProblem::Truncated));
        }
        Ok(Block { items, end })
    }
}

/// The header of a block of an array.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// Number of items; 0 at the end of the array.
    pub(crate) items: usize,
    /// Number of bytes that must remain after the block, if the writer states its size.
    pub(crate) end: Option<usize>,
}
