//! Reads little-endian fields from bytes; every read is checked against the end.

use super::ModelError;
use std::ops::RangeInclusive;

/// No number of a sound model is larger, and sums of products of such numbers stay finite.
const FARTHEST: f32 = 1e6;

pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next `length` bytes.
    pub(super) fn bytes(
        &mut self,
        length: usize,
        field: &'static str,
    ) -> Result<&'a [u8], ModelError> {
        let (taken, rest) =
            self.0.split_at_checked(length).ok_or(ModelError::Contradictory { field })?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(
        &mut self,
        field: &'static str,
    ) -> Result<[u8; N], ModelError> {
        let (taken, rest) =
            self.0.split_first_chunk::<N>().ok_or(ModelError::Contradictory { field })?;
        self.0 = rest;
        Ok(*taken)
    }

    /// A number of things, of two bytes, within what is allowed.
    pub(super) fn count(
        &mut self,
        allowed: RangeInclusive<usize>,
        field: &'static str,
    ) -> Result<usize, ModelError> {
        let count = usize::from(u16::from_le_bytes(self.array(field)?));
        if allowed.contains(&count) { Ok(count) } else { Err(ModelError::Contradictory { field }) }
    }

    /// A number of at most three bytes, seven bits each, lowest first.
    pub(super) fn gap(&mut self, field: &'static str) -> Result<usize, ModelError> {
        let mut gap = 0;
        for shift in [0, 7, 14] {
            let [byte] = self.array(field)?;
            gap |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(gap);
            }
        }
        Err(ModelError::Contradictory { field })
    }

    /// A length of two bytes, then UTF-8.
    pub(super) fn string(&mut self, field: &'static str) -> Result<String, ModelError> {
        let length = u16::from_le_bytes(self.array(field)?);
        let bytes = self.bytes(usize::from(length), field)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| ModelError::Contradictory { field })
    }

    /// `count` numbers, none beyond [`FARTHEST`].
    pub(super) fn numbers(
        &mut self,
        count: usize,
        field: &'static str,
    ) -> Result<Vec<f32>, ModelError> {
        let (chunks, _) = self.bytes(count * 4, field)?.as_chunks::<4>();
        let numbers: Vec<f32> = chunks.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
        if numbers.iter().all(|number| number.abs() <= FARTHEST) {
            Ok(numbers)
        } else {
            Err(ModelError::Contradictory { field })
        }
    }
}
