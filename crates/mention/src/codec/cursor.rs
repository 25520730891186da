//! The primitive values of Avro's binary encoding, read from bytes that nobody vouches for.

use super::decode::Wrong;

/// What is left of the bytes, and of the memory that their value may take.
#[derive(Debug)]
pub(crate) struct Cursor<'b> {
    rest: &'b [u8],
    memory: usize,
}

impl<'b> Cursor<'b> {
    pub(crate) fn new(bytes: &'b [u8], memory: usize) -> Self {
        Self { rest: bytes, memory }
    }

    /// How many bytes are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Takes memory from what the value may have.
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Wrong> {
        match self.memory.checked_sub(bytes) {
            Some(left) => {
                self.memory = left;
                Ok(())
            }
            None => Err(Wrong::new("takes more memory than a record may")),
        }
    }

    /// A zigzag varint of at most 64 bits.
    pub(crate) fn long(&mut self) -> Result<i64, Wrong> {
        let mut value = 0u64;
        for (i, byte) in self.rest.iter().take(10).enumerate() {
            if i == 9 && *byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7F) << (7 * i);
            if byte & 0x80 == 0 {
                self.rest = &self.rest[i + 1..];
                return Ok((value >> 1).cast_signed() ^ -((value & 1).cast_signed()));
            }
        }
        Err(Wrong::new(if self.rest.len() < 10 { CUT } else { "a number of more than 64 bits" }))
    }

    /// A zigzag varint of at most 32 bits.
    pub(crate) fn int(&mut self) -> Result<i32, Wrong> {
        i32::try_from(self.long()?).map_err(|_| Wrong::new("a number of more than 32 bits"))
    }

    /// A place in a list of `len` branches or symbols.
    pub(crate) fn index(&mut self, len: usize) -> Result<usize, Wrong> {
        let index = self.long()?;
        usize::try_from(index)
            .ok()
            .filter(|i| *i < len)
            .ok_or_else(|| Wrong::new(format!("choice {index} of {len}")))
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, Wrong> {
        match self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [other] => Err(Wrong::new(format!("a truth value of {other}"))),
        }
    }

    /// A fixed number of bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Wrong> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(|| Wrong::new(CUT))?;
        self.rest = rest;
        Ok(*array)
    }

    /// Bytes behind their length.
    pub(crate) fn bytes(&mut self) -> Result<&'b [u8], Wrong> {
        let len = self.long()?;
        let len = usize::try_from(len).map_err(|_| Wrong::new(format!("a length of {len}")))?;
        let (bytes, rest) = self.rest.split_at_checked(len).ok_or_else(|| Wrong::new(CUT))?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Text behind its length in bytes.
    pub(crate) fn text(&mut self) -> Result<&'b str, Wrong> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Wrong::new("text that is not UTF-8"))
    }

    /// The head of a block of an array: how many items follow (none at the end of the array), and
    /// how many bytes must be left behind them where the writer says so.
    pub(crate) fn block(&mut self) -> Result<Block, Wrong> {
        let count = self.long()?;
        let mut end = None;
        if count < 0 {
            let size = self.long()?;
            let size =
                usize::try_from(size).ok().and_then(|size| self.rest.len().checked_sub(size));
            end = Some(size.ok_or_else(|| Wrong::new(CUT))?);
        }
        let items = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
        // No item is empty, so there cannot be more of them than bytes.
        if items > self.rest.len() {
            return Err(Wrong::new(CUT));
        }
        Ok(Block { items, end })
    }
}

/// The head of a block of an array.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub(crate) items: usize,
    pub(crate) end: Option<usize>,
}

/// Bytes are missing.
const CUT: &str = "cut short";
