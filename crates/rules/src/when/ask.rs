//! A condition as it is asked: a tree of questions to the record, each of one variable.
//!
//! It is total: whatever the record holds, it is met or it is not. It allocates nothing, calls
//! nothing, and asks each question at most once.

use super::facts::{Bits, Facts};
use super::vars::Var;

/// A question, or several.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ask {
    /// Every one, in this order.
    All(Box<[Ask]>),
    /// At least one, in this order. Without any: never.
    Any(Box<[Ask]>),
    Not(Box<Ask>),
    Flag(Var),
    /// The value is one of these places of its closed list.
    One(Var, Bits),
    /// One of these places of its closed list is there.
    Bit(Var, Bits),
    /// From the first to the second, both included.
    Int(Var, i64, i64),
    /// The same, of numbers in their total order, see [`order`].
    Share(Var, i64, i64),
    /// How many there are is from the first to the second.
    Size(Var, i64, i64),
    Word(Var, Box<[Box<str>]>),
    /// It is in the list.
    Has(Var, Box<str>),
    Part(Var, Part, Box<str>),
}

/// Where a part of a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Start,
    End,
    Any,
}

impl Ask {
    /// What is always met.
    pub(crate) fn always() -> Self {
        Ask::All(Box::default())
    }

    pub(crate) fn is_met(&self, facts: &Facts<'_>) -> bool {
        match self {
            Ask::All(all) => all.iter().all(|ask| ask.is_met(facts)),
            Ask::Any(any) => any.iter().any(|ask| ask.is_met(facts)),
            Ask::Not(ask) => !ask.is_met(facts),
            Ask::Flag(var) => facts.flag(*var),
            Ask::One(var, places) => {
                places.checked_shr(facts.code(*var).into()).unwrap_or(0) & 1 == 1
            }
            Ask::Bit(var, places) => facts.bits(*var) & places != 0,
            Ask::Int(var, from, to) => (*from..=*to).contains(&facts.int(*var)),
            Ask::Share(var, from, to) => (*from..=*to).contains(&order(facts.share(*var))),
            Ask::Size(var, from, to) => (*from..=*to).contains(&size(*var, facts)),
            Ask::Word(var, words) => {
                let word = facts.word(*var);
                words.iter().any(|known| **known == *word)
            }
            Ask::Has(var, word) => facts.words(*var).contains(&&**word),
            Ask::Part(var, part, text) => part.is_in(facts.word(*var), text),
        }
    }

    /// The words that a variable is asked for.
    pub(crate) fn words<'a>(&'a self, of: Var, into: &mut Vec<&'a str>) {
        match self {
            Ask::All(asks) | Ask::Any(asks) => asks.iter().for_each(|ask| ask.words(of, into)),
            Ask::Not(ask) => ask.words(of, into),
            Ask::Word(var, words) if *var == of => into.extend(words.iter().map(|word| &**word)),
            _ => {}
        }
    }

    /// How many questions it is at most.
    pub(crate) fn questions(&self) -> usize {
        match self {
            Ask::All(asks) | Ask::Any(asks) => asks.iter().map(Ask::questions).sum(),
            Ask::Not(ask) => ask.questions(),
            Ask::Word(_, words) => words.len(),
            _ => 1,
        }
    }
}

impl Part {
    pub(crate) fn is_in(self, word: &str, text: &str) -> bool {
        match self {
            Part::Start => word.starts_with(text),
            Part::End => word.ends_with(text),
            Part::Any => word.contains(text),
        }
    }
}

/// How long a list is.
fn size(var: Var, facts: &Facts<'_>) -> i64 {
    let bits = i64::from(facts.bits(var).count_ones());
    bits + i64::try_from(facts.words(var).len()).unwrap_or(i64::MAX)
}

/// A number as a whole number of the same order; 0 for what is no number. Negative zero is zero.
pub(crate) fn order(number: f64) -> i64 {
    if number.is_nan() || number == 0.0 {
        return 0;
    }
    let bits = number.to_bits().cast_signed();
    // The bits of a negative number grow when it falls.
    if bits < 0 { -(bits & i64::MAX) } else { bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_order() {
        let ordered =
            [f64::NEG_INFINITY, -2.5, -1.0, -1e-300, 0.0, 1e-300, 0.5, 1.0, f64::INFINITY];
        for pair in ordered.windows(2) {
            assert!(order(pair[0]) < order(pair[1]), "{pair:?}");
        }
        assert_eq!((order(-0.0), order(f64::NAN)), (0, 0));
    }
}
