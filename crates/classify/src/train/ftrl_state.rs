//! Builds a `linfa_ftrl::Ftrl` from slices of its state.
//!
//! The crate offers only `Ftrl::new`, which fills z with random numbers and so gives weight to columns that
//! never occurred. Deserialising is the only public way to a model with a given state; this is the smallest
//! deserializer that does it, without serialised text in between.

use linfa_ftrl::Ftrl;
use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// The hyperparameters and the state of the columns of a batch.
pub(super) struct FtrlState<'a> {
    pub(super) alpha: f32,
    pub(super) beta: f32,
    pub(super) l1: f32,
    pub(super) l2: f32,
    pub(super) z: &'a [f32],
    pub(super) n: &'a [f32],
}

/// Builds the model with exactly this state.
pub(super) fn build(state: &FtrlState<'_>) -> Result<Ftrl<f32>, Error> {
    let fields = [
        ("alpha", SerialValue::Number(state.alpha)),
        ("beta", SerialValue::Number(state.beta)),
        ("l1_ratio", SerialValue::Number(state.l1)),
        ("l2_ratio", SerialValue::Number(state.l2)),
        ("z", SerialValue::Array(state.z)),
        ("n", SerialValue::Array(state.n)),
    ];
    Ftrl::deserialize(MapDeserializer::new(fields.into_iter()))
}

/// A value of the serialised form. `ndarray` serialises a vector as (version, dimensions, data).
#[derive(Clone, Copy)]
enum SerialValue<'a> {
    Number(f32),
    Array(&'a [f32]),
    Version,
    Dimensions(usize),
    Data(&'a [f32]),
}

impl<'de> IntoDeserializer<'de, Error> for SerialValue<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for SerialValue<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            SerialValue::Number(number) => visitor.visit_f32(number),
            // The version of the serialised form of `ndarray`.
            SerialValue::Version => visitor.visit_u8(1),
            SerialValue::Array(data) => {
                let fields = [
                    SerialValue::Version,
                    SerialValue::Dimensions(data.len()),
                    SerialValue::Data(data),
                ];
                visitor.visit_seq(SeqDeserializer::new(fields.into_iter()))
            }
            SerialValue::Dimensions(length) => {
                visitor.visit_seq(SeqDeserializer::new(std::iter::once(length)))
            }
            SerialValue::Data(data) => {
                visitor.visit_seq(SeqDeserializer::new(data.iter().copied()))
            }
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_built_from_slices_has_exactly_that_state() {
        let (z, n) = ([0.5, -1.25, 0.0], [1.0, 4.0, 0.0]);
        let state = FtrlState { alpha: 0.1, beta: 1.0, l1: 0.0, l2: 0.5, z: &z, n: &n };
        let model = build(&state).unwrap();
        assert_eq!(model.z().as_slice().unwrap(), z);
        assert_eq!(model.n().as_slice().unwrap(), n);
        assert_eq!((model.alpha(), model.l2_ratio()), (0.1, 0.5));
        assert_eq!(model.get_weights()[2], 0.0);
    }
}
