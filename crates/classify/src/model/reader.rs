//! Reads little-endian fields from bytes. Every read is checked against the end.

use super::ModelError;
use std::ops::RangeInclusive;

/// The largest magnitude of a number in a model. Sums of products of such numbers stay finite.
const MAX_MAGNITUDE: f32 = 1e6;

pub(super) struct ModelFileReader<'a>(pub(super) &'a [u8]);

impl<'a> ModelFileReader<'a> {
    /// The next `length` bytes.
    pub(super) fn bytes(
        &mut self,
        length: usize,
        field: &'static str,
    ) -> Result<&'a [u8], ModelError> {
        let (head, rest) =
            self.0.split_at_checked(length).ok_or(ModelError::Inconsistent { field })?;
        self.0 = rest;
        Ok(head)
    }

    pub(super) fn array<const N: usize>(
        &mut self,
        field: &'static str,
    ) -> Result<[u8; N], ModelError> {
        let (head, rest) =
            self.0.split_first_chunk::<N>().ok_or(ModelError::Inconsistent { field })?;
        self.0 = rest;
        Ok(*head)
    }

    /// A count of two bytes, within `allowed`.
    pub(super) fn count(
        &mut self,
        allowed: RangeInclusive<usize>,
        field: &'static str,
    ) -> Result<usize, ModelError> {
        let count = usize::from(u16::from_le_bytes(self.array(field)?));
        if allowed.contains(&count) { Ok(count) } else { Err(ModelError::Inconsistent { field }) }
    }

    /// A number of at most three bytes, seven bits per byte, lowest first.
    pub(super) fn gap(&mut self, field: &'static str) -> Result<usize, ModelError> {
        let mut gap = 0;
        for shift in [0, 7, 14] {
            let [byte] = self.array(field)?;
            gap |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(gap);
            }
        }
        Err(ModelError::Inconsistent { field })
    }

    /// A length of two bytes, then UTF-8.
    pub(super) fn string(&mut self, field: &'static str) -> Result<String, ModelError> {
        let length = u16::from_le_bytes(self.array(field)?);
        let bytes = self.bytes(usize::from(length), field)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| ModelError::Inconsistent { field })
    }

    /// `count` numbers, none larger than [`MAX_MAGNITUDE`].
    pub(super) fn numbers(
        &mut self,
        count: usize,
        field: &'static str,
    ) -> Result<Vec<f32>, ModelError> {
        let (chunks, _) = self.bytes(count * 4, field)?.as_chunks::<4>();
        let numbers: Vec<f32> = chunks.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect();
        // NaN fails the comparison as well.
        if numbers.iter().all(|number| number.abs() <= MAX_MAGNITUDE) {
            Ok(numbers)
        } else {
            Err(ModelError::Inconsistent { field })
        }
    }
}
