//! One axis of a region, and the range to which a box restricts it.

use std::collections::BTreeSet;

use crate::condition::facts::EnumSet;
use crate::condition::predicate::{Predicate, TextMatch, total_order_key};
use crate::condition::variables::{VariableId, VariableKind};

/// A dimension of a region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Axis {
    /// The value of a variable.
    Value(VariableId),
    /// Whether a set contains one value of its closed list.
    Bit(VariableId, u8),
    /// The length of a list.
    Size(VariableId),
    /// Whether a list contains a string.
    Has(VariableId, Box<str>),
    /// Whether a text search succeeds.
    Part(VariableId, TextMatch, Box<str>),
}

/// A non-empty set of values on an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Range {
    /// These indices of a closed list.
    EnumValues(EnumSet),
    /// A closed range of integers.
    Between(i64, i64),
    /// These strings.
    TextIn(BTreeSet<Box<str>>),
    /// Every string except these.
    TextNotIn(BTreeSet<Box<str>>),
}

/// The axis of a single comparison and the range that matches; `None` for combinations.
pub(super) fn single_comparison(predicate: &Predicate) -> Option<(Axis, Range)> {
    Some(match predicate {
        Predicate::Flag(id) => (Axis::Value(*id), Range::YES),
        Predicate::EnumIn(id, values) => (Axis::Value(*id), Range::EnumValues(*values)),
        Predicate::IntRange(id, from, to) | Predicate::ProbabilityRange(id, from, to) => {
            (Axis::Value(*id), Range::Between(*from, *to))
        }
        Predicate::LenRange(id, from, to) => (Axis::Size(*id), Range::Between(*from, *to)),
        Predicate::TextIn(id, words) => {
            (Axis::Value(*id), Range::TextIn(words.iter().cloned().collect()))
        }
        Predicate::ListContains(id, word) => (Axis::Has(*id, word.clone()), Range::YES),
        Predicate::TextHas(id, part, text) => (Axis::Part(*id, *part, text.clone()), Range::YES),
        Predicate::All(_) | Predicate::Any(_) | Predicate::Not(_) | Predicate::SetHasAny(..) => {
            return None;
        }
    })
}

impl Axis {
    /// Every value of the axis.
    pub(super) fn universe(&self) -> Range {
        match self {
            Axis::Value(id) => match id.entry().kind {
                VariableKind::Enum(values) | VariableKind::EnumSet(values) => {
                    // In 64 bits, because a list may have 32 values.
                    Range::EnumValues((1_u64 << values.len()).wrapping_sub(1) as EnumSet)
                }
                // Bit 0 is false, bit 1 is true.
                VariableKind::Flag => Range::EnumValues(0b11),
                VariableKind::Int(least) => Range::Between(least, i64::MAX),
                VariableKind::Probability => Range::Between(0, total_order_key(1.0)),
                VariableKind::Text | VariableKind::TextList => Range::TextNotIn(BTreeSet::new()),
            },
            Axis::Size(id) => match id.entry().kind.values().len() {
                0 => Range::Between(0, i64::MAX),
                most => Range::Between(0, i64::try_from(most).unwrap_or(i64::MAX)),
            },
            Axis::Bit(..) | Axis::Has(..) | Axis::Part(..) => Range::EnumValues(0b11),
        }
    }

    /// Describes a restriction of the axis.
    pub(super) fn describe(&self, range: &Range) -> String {
        let name = |id: &VariableId| id.entry().name;
        let is = if *range == Range::YES { "" } else { "no " };
        match self {
            Axis::Value(id) => format!("{} {}", name(id), range.describe(id.entry().kind)),
            Axis::Bit(id, bit) => {
                let value = id.entry().kind.values().get(usize::from(*bit)).unwrap_or(&"");
                format!("{is}{value} in {}", name(id))
            }
            Axis::Size(id) => format!("{} {}", name(id), range.describe(VariableKind::Int(0))),
            Axis::Has(id, word) => format!("{is}\"{word}\" in {}", name(id)),
            Axis::Part(id, _, text) => format!("{is}\"{text}\" in {}", name(id)),
        }
    }
}

impl Range {
    pub(crate) const YES: Range = Range::EnumValues(0b10);
    pub(crate) const NO: Range = Range::EnumValues(0b01);

    /// The intersection; `None` if it is empty.
    pub(crate) fn and(&self, other: &Range) -> Option<Range> {
        let words = |words: BTreeSet<Box<str>>| (!words.is_empty()).then_some(Range::TextIn(words));
        match (self, other) {
            (Range::EnumValues(one), Range::EnumValues(other)) => {
                (one & other != 0).then_some(Range::EnumValues(one & other))
            }
            (Range::Between(from, to), Range::Between(from2, to2)) => {
                let (from, to) = (*from.max(from2), *to.min(to2));
                (from <= to).then_some(Range::Between(from, to))
            }
            (Range::TextIn(one), Range::TextIn(other)) => words(one & other),
            (Range::TextIn(some), Range::TextNotIn(not))
            | (Range::TextNotIn(not), Range::TextIn(some)) => words(some - not),
            (Range::TextNotIn(one), Range::TextNotIn(other)) => Some(Range::TextNotIn(one | other)),
            // Ranges of different kinds never meet on one axis.
            _ => None,
        }
    }

    /// Whether the other range has all values of this one. Allocates nothing.
    pub(crate) fn is_within(&self, other: &Range) -> bool {
        match (self, other) {
            (Range::EnumValues(own), Range::EnumValues(other)) => own & !other == 0,
            (Range::Between(from, to), Range::Between(from2, to2)) => from2 <= from && to <= to2,
            (Range::TextIn(own), Range::TextIn(other)) => own.is_subset(other),
            (Range::TextIn(own), Range::TextNotIn(not)) => own.is_disjoint(not),
            (Range::TextNotIn(own), Range::TextNotIn(not)) => not.is_subset(own),
            // No list has every string but some.
            _ => false,
        }
    }

    /// The parts of `universe` outside of the range.
    pub(crate) fn complement(&self, universe: &Range) -> Vec<Range> {
        let outside = match self {
            Range::EnumValues(values) => vec![Range::EnumValues(!values)],
            Range::Between(from, to) => {
                let below = from.checked_sub(1).map(|top| Range::Between(i64::MIN, top));
                let above = to.checked_add(1).map(|bottom| Range::Between(bottom, i64::MAX));
                below.into_iter().chain(above).collect()
            }
            Range::TextIn(words) => vec![Range::TextNotIn(words.clone())],
            Range::TextNotIn(words) => vec![Range::TextIn(words.clone())],
        };
        outside.iter().filter_map(|range| range.and(universe)).collect()
    }

    fn describe(&self, kind: VariableKind) -> String {
        let list = |words: Vec<String>| words.join(" or ");
        match (self, kind) {
            (Range::EnumValues(values), VariableKind::Flag) => (values & 2 != 0).to_string(),
            (Range::EnumValues(values), kind) => {
                let all = kind.values().iter().enumerate();
                let members = all.filter(|(index, _)| values >> index & 1 == 1);
                list(members.map(|(_, value)| (*value).to_owned()).collect())
            }
            (Range::Between(from, to), VariableKind::Probability) => {
                // The inverse of `total_order_key` for numbers that are not negative.
                let number = |at: i64| f64::from_bits(at.max(0).unsigned_abs());
                format!("from {} to {}", number(*from), number(*to))
            }
            (Range::Between(from, i64::MAX), _) => format!("from {from}"),
            (Range::Between(i64::MIN, to), _) => format!("to {to}"),
            (Range::Between(from, to), _) if from == to => from.to_string(),
            (Range::Between(from, to), _) => format!("from {from} to {to}"),
            (Range::TextIn(words), _) => list(words.iter().map(|w| format!("\"{w}\"")).collect()),
            (Range::TextNotIn(words), _) => {
                let words = words.iter().map(|w| format!("\"{w}\"")).collect();
                format!("not {}", list(words))
            }
        }
    }
}
