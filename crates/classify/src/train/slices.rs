//! Builds a `linfa_ftrl::Ftrl` from slices of its state.
//!
//! The crate offers only `Ftrl::new`, which fills z with random numbers and so gives weight to
//! columns never seen. Its serde form is the one public road to a model with a chosen state; this is
//! the smallest deserializer that walks it, without a text in between.

use linfa_ftrl::Ftrl;
use serde::Deserialize;
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// The hyperparameters and the state of the columns at hand.
pub(super) struct State<'a> {
    pub(super) alpha: f32,
    pub(super) beta: f32,
    pub(super) l1: f32,
    pub(super) l2: f32,
    pub(super) z: &'a [f32],
    pub(super) n: &'a [f32],
}

/// The model with exactly this state.
pub(super) fn build(state: &State<'_>) -> Result<Ftrl<f32>, Error> {
    let fields = [
        ("alpha", Value::Number(state.alpha)),
        ("beta", Value::Number(state.beta)),
        ("l1_ratio", Value::Number(state.l1)),
        ("l2_ratio", Value::Number(state.l2)),
        ("z", Value::Array(state.z)),
        ("n", Value::Array(state.n)),
    ];
    Ftrl::deserialize(MapDeserializer::new(fields.into_iter()))
}

/// A value inside the serialised form: `ndarray` writes a vector as (version, dimensions, data).
#[derive(Clone, Copy)]
enum Value<'a> {
    Number(f32),
    Array(&'a [f32]),
    Version,
    Dimensions(usize),
    Data(&'a [f32]),
}

impl<'de> IntoDeserializer<'de, Error> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Number(number) => visitor.visit_f32(number),
            Value::Version => visitor.visit_u8(1),
            Value::Array(data) => {
                let fields = [Value::Version, Value::Dimensions(data.len()), Value::Data(data)];
                visitor.visit_seq(SeqDeserializer::new(fields.into_iter()))
            }
            Value::Dimensions(length) => {
                visitor.visit_seq(SeqDeserializer::new(std::iter::once(length)))
            }
            Value::Data(data) => visitor.visit_seq(SeqDeserializer::new(data.iter().copied())),
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
        let state = State { alpha: 0.1, beta: 1.0, l1: 0.0, l2: 0.5, z: &z, n: &n };
        let model = build(&state).unwrap();
        assert_eq!(model.z().as_slice().unwrap(), z);
        assert_eq!(model.n().as_slice().unwrap(), n);
        assert_eq!((model.alpha(), model.l2_ratio()), (0.1, 0.5));
        assert_eq!(model.get_weights()[2], 0.0);
    }
}
