//! One variable of a region, and what it is restrained to.

use std::collections::BTreeSet;

use crate::when::ask::{Ask, Part, order};
use crate::when::facts::Bits;
use crate::when::vars::{Kind, Var};

/// What is restrained.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Axis {
    /// A variable as it is.
    Var(Var),
    /// Whether one of a closed list is there.
    Bit(Var, u8),
    /// How long a list is.
    Size(Var),
    /// Whether a list holds a word.
    Has(Var, Box<str>),
    /// Whether a word has this part.
    Part(Var, Part, Box<str>),
}

/// What it is restrained to; never nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Range {
    /// One of these places.
    Places(Bits),
    /// From the first to the second, both included.
    Span(i64, i64),
    /// One of these.
    Words(BTreeSet<Box<str>>),
    /// None of these.
    Others(BTreeSet<Box<str>>),
}

/// The variable of a single question, and its answer for "met".
pub(super) fn question(ask: &Ask) -> Option<(Axis, Range)> {
    Some(match ask {
        Ask::Flag(var) => (Axis::Var(*var), Range::YES),
        Ask::One(var, places) => (Axis::Var(*var), Range::Places(*places)),
        Ask::Int(var, from, to) | Ask::Share(var, from, to) => {
            (Axis::Var(*var), Range::Span(*from, *to))
        }
        Ask::Size(var, from, to) => (Axis::Size(*var), Range::Span(*from, *to)),
        Ask::Word(var, words) => (Axis::Var(*var), Range::Words(words.iter().cloned().collect())),
        Ask::Has(var, word) => (Axis::Has(*var, word.clone()), Range::YES),
        Ask::Part(var, part, text) => (Axis::Part(*var, *part, text.clone()), Range::YES),
        Ask::All(_) | Ask::Any(_) | Ask::Not(_) | Ask::Bit(..) => return None,
    })
}

impl Axis {
    /// Everything it can be.
    pub(super) fn universe(&self) -> Range {
        match self {
            Axis::Var(var) => match var.entry().kind {
                Kind::One(values) | Kind::Some(values) => {
                    Range::Places((1_u64 << values.len()).wrapping_sub(1) as Bits)
                }
                Kind::Flag => Range::Places(0b11),
                Kind::Int(least) => Range::Span(least, i64::MAX),
                Kind::Share => Range::Span(0, order(1.0)),
                Kind::Word | Kind::Words => Range::Others(BTreeSet::new()),
            },
            Axis::Size(var) => match var.entry().kind.values().len() {
                0 => Range::Span(0, i64::MAX),
                most => Range::Span(0, i64::try_from(most).unwrap_or(i64::MAX)),
            },
            Axis::Bit(..) | Axis::Has(..) | Axis::Part(..) => Range::Places(0b11),
        }
    }

    /// A restraint in words.
    pub(super) fn told(&self, range: &Range) -> String {
        let name = |var: &Var| var.entry().name;
        let is = if *range == Range::YES { "" } else { "no " };
        match self {
            Axis::Var(var) => format!("{} {}", name(var), range.told(var.entry().kind)),
            Axis::Bit(var, bit) => {
                let value = var.entry().kind.values().get(usize::from(*bit)).unwrap_or(&"");
                format!("{is}{value} in {}", name(var))
            }
            Axis::Size(var) => format!("{} {}", name(var), range.told(Kind::Int(0))),
            Axis::Has(var, word) => format!("{is}\"{word}\" in {}", name(var)),
            Axis::Part(var, _, text) => format!("{is}\"{text}\" in {}", name(var)),
        }
    }
}

impl Range {
    pub(crate) const YES: Range = Range::Places(0b10);
    pub(crate) const NO: Range = Range::Places(0b01);

    /// What is in both, if anything is.
    pub(crate) fn and(&self, other: &Range) -> Option<Range> {
        let words = |words: BTreeSet<Box<str>>| (!words.is_empty()).then_some(Range::Words(words));
        match (self, other) {
            (Range::Places(one), Range::Places(other)) => {
                (one & other != 0).then_some(Range::Places(one & other))
            }
            (Range::Span(from, to), Range::Span(from2, to2)) => {
                let (from, to) = (*from.max(from2), *to.min(to2));
                (from <= to).then_some(Range::Span(from, to))
            }
            (Range::Words(one), Range::Words(other)) => words(one & other),
            (Range::Words(some), Range::Others(not)) | (Range::Others(not), Range::Words(some)) => {
                words(some - not)
            }
            (Range::Others(one), Range::Others(other)) => Some(Range::Others(one | other)),
            _ => None,
        }
    }

    /// What of the universe is not in it.
    pub(crate) fn complement(&self, universe: &Range) -> Vec<Range> {
        let outside = match self {
            Range::Places(places) => vec![Range::Places(!places)],
            Range::Span(from, to) => {
                let below = from.checked_sub(1).map(|top| Range::Span(i64::MIN, top));
                let above = to.checked_add(1).map(|bottom| Range::Span(bottom, i64::MAX));
                below.into_iter().chain(above).collect()
            }
            Range::Words(words) => vec![Range::Others(words.clone())],
            Range::Others(words) => vec![Range::Words(words.clone())],
        };
        outside.iter().filter_map(|range| range.and(universe)).collect()
    }

    fn told(&self, kind: Kind) -> String {
        let list = |words: Vec<String>| words.join(" or ");
        match (self, kind) {
            (Range::Places(places), Kind::Flag) => (places & 2 != 0).to_string(),
            (Range::Places(places), kind) => {
                let values = kind.values().iter().enumerate();
                let named = values.filter(|(place, _)| places >> place & 1 == 1);
                list(named.map(|(_, value)| (*value).to_owned()).collect())
            }
            (Range::Span(from, to), Kind::Share) => {
                let number = |at: i64| f64::from_bits(at.max(0).unsigned_abs());
                format!("from {} to {}", number(*from), number(*to))
            }
            (Range::Span(from, i64::MAX), _) => format!("from {from}"),
            (Range::Span(i64::MIN, to), _) => format!("to {to}"),
            (Range::Span(from, to), _) if from == to => from.to_string(),
            (Range::Span(from, to), _) => format!("from {from} to {to}"),
            (Range::Words(words), _) => list(words.iter().map(|w| format!("\"{w}\"")).collect()),
            (Range::Others(words), _) => {
                let words = words.iter().map(|w| format!("\"{w}\"")).collect();
                format!("not {}", list(words))
            }
        }
    }
}
