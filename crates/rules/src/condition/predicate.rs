//! The compiled form of a condition: a tree of comparisons, each on one variable.
//!
//! Evaluation is total: it cannot fail, does not allocate, and runs each comparison at most once.
//! Must not know: CEL, source text.

use super::facts::{EnumSet, Facts};
use super::variables::VariableId;

/// A comparison, or a Boolean combination of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Predicate {
    /// All of them, in order; true if empty.
    All(Box<[Predicate]>),
    /// At least one of them, in order; false if empty.
    Any(Box<[Predicate]>),
    Not(Box<Predicate>),
    Flag(VariableId),
    /// The value is one of these indices of its closed list.
    EnumIn(VariableId, EnumSet),
    /// The set contains at least one of these indices of its closed list.
    SetHasAny(VariableId, EnumSet),
    /// The value lies in this closed range.
    IntRange(VariableId, i64, i64),
    /// The key of the value lies in this closed range; see [`total_order_key`].
    ProbabilityRange(VariableId, i64, i64),
    /// The length of the list lies in this closed range.
    LenRange(VariableId, i64, i64),
    TextIn(VariableId, Box<[Box<str>]>),
    /// The list contains this string.
    ListContains(VariableId, Box<str>),
    TextHas(VariableId, TextMatch, Box<str>),
}

/// How a string is searched for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TextMatch {
    Prefix,
    Suffix,
    Substring,
}

impl Predicate {
    /// The predicate that is always true.
    pub(crate) fn always() -> Self {
        Predicate::All(Box::default())
    }

    pub(crate) fn matches(&self, facts: &Facts<'_>) -> bool {
        match self {
            Predicate::All(all) => all.iter().all(|predicate| predicate.matches(facts)),
            Predicate::Any(any) => any.iter().any(|predicate| predicate.matches(facts)),
            Predicate::Not(predicate) => !predicate.matches(facts),
            Predicate::Flag(id) => facts.flag(*id),
            // `checked_shr` turns an index beyond the list into no match instead of an overflow.
            Predicate::EnumIn(id, values) => {
                values.checked_shr(facts.enum_index(*id).into()).unwrap_or(0) & 1 == 1
            }
            Predicate::SetHasAny(id, values) => facts.enum_set(*id) & values != 0,
            Predicate::IntRange(id, from, to) => (*from..=*to).contains(&facts.int(*id)),
            Predicate::ProbabilityRange(id, from, to) => {
                (*from..=*to).contains(&total_order_key(facts.probability(*id)))
            }
            Predicate::LenRange(id, from, to) => (*from..=*to).contains(&list_len(*id, facts)),
            Predicate::TextIn(id, words) => {
                let value = facts.text(*id);
                words.iter().any(|candidate| **candidate == *value)
            }
            Predicate::ListContains(id, value) => facts.text_list(*id).contains(&&**value),
            Predicate::TextHas(id, how, text) => how.matches(facts.text(*id), text),
        }
    }

    /// Collects the strings with which `of` is compared.
    pub(crate) fn collect_words<'a>(&'a self, of: VariableId, into: &mut Vec<&'a str>) {
        match self {
            Predicate::All(predicates) | Predicate::Any(predicates) => {
                predicates.iter().for_each(|predicate| predicate.collect_words(of, into))
            }
            Predicate::Not(predicate) => predicate.collect_words(of, into),
            Predicate::TextIn(id, words) if *id == of => {
                into.extend(words.iter().map(|value| &**value))
            }
            _ => {}
        }
    }

    /// Whether it holds only for records whose set or list has a member.
    pub(crate) fn requires_member_of(&self, of: VariableId) -> bool {
        match self {
            Predicate::All(predicates) => predicates.iter().any(|one| one.requires_member_of(of)),
            Predicate::Any(predicates) => {
                !predicates.is_empty() && predicates.iter().all(|one| one.requires_member_of(of))
            }
            Predicate::SetHasAny(id, _) => *id == of,
            Predicate::LenRange(id, from, _) => *id == of && *from > 0,
            _ => false,
        }
    }

    /// The maximum number of comparisons of one evaluation.
    pub(crate) fn comparisons(&self) -> usize {
        match self {
            Predicate::All(predicates) | Predicate::Any(predicates) => {
                predicates.iter().map(Predicate::comparisons).sum()
            }
            Predicate::Not(predicate) => predicate.comparisons(),
            Predicate::TextIn(_, words) => words.len(),
            _ => 1,
        }
    }
}

impl TextMatch {
    pub(crate) fn matches(self, value: &str, text: &str) -> bool {
        match self {
            TextMatch::Prefix => value.starts_with(text),
            TextMatch::Suffix => value.ends_with(text),
            TextMatch::Substring => value.contains(text),
        }
    }
}

/// The length of a list or set.
fn list_len(id: VariableId, facts: &Facts<'_>) -> i64 {
    let bits = i64::from(facts.enum_set(id).count_ones());
    bits + i64::try_from(facts.text_list(id).len()).unwrap_or(i64::MAX)
}

/// Maps a number to an integer with the same order; NaN and negative zero map to 0.
pub(crate) fn total_order_key(number: f64) -> i64 {
    if number.is_nan() || number == 0.0 {
        return 0;
    }
    let bits = number.to_bits().cast_signed();
    // As integers, the bits of negative floats grow towards minus infinity; mirror them.
    if bits < 0 { -(bits & i64::MAX) } else { bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_preserves_the_order_of_numbers() {
        let ordered =
            [f64::NEG_INFINITY, -2.5, -1.0, -1e-300, 0.0, 1e-300, 0.5, 1.0, f64::INFINITY];
        for pair in ordered.windows(2) {
            assert!(total_order_key(pair[0]) < total_order_key(pair[1]), "{pair:?}");
        }
        assert_eq!((total_order_key(-0.0), total_order_key(f64::NAN)), (0, 0));
    }
}
