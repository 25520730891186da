//! Comparisons of a variable with values: checks types and builds the [`Predicate`].

use cel::common::ast::{LiteralValue, operators as op};

use super::facts::EnumSet;
use super::predicate::{Predicate, total_order_key};
use super::variables::{Variable, VariableKind};

/// A literal value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Flag(bool),
    Int(i64),
    Real(f64),
    Word(String),
}

/// The problem and its remedy.
type ComparisonError = (String, String);

/// Converts a literal of CEL; `None` for types that conditions do not support.
pub(super) fn literal(value: &LiteralValue) -> Option<Literal> {
    match value {
        LiteralValue::Boolean(flag) => Some(Literal::Flag(*flag.inner())),
        LiteralValue::Int(number) => Some(Literal::Int(*number.inner())),
        LiteralValue::Double(number) => Some(Literal::Real(*number.inner())),
        LiteralValue::String(word) => Some(Literal::Word(word.inner().to_owned())),
        LiteralValue::Bytes(_) | LiteralValue::Null | LiteralValue::UInt(_) => None,
    }
}

impl Literal {
    /// The negated number.
    pub(super) fn negated(self) -> Option<Self> {
        match self {
            Literal::Int(number) => number.checked_neg().map(Literal::Int),
            Literal::Real(number) => Some(Literal::Real(-number)),
            Literal::Flag(_) | Literal::Word(_) => None,
        }
    }

    fn cel_type(&self) -> &'static str {
        match self {
            Literal::Flag(_) => "bool",
            Literal::Int(_) => "int",
            Literal::Real(_) => "double",
            Literal::Word(_) => "string",
        }
    }
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Compare {
    /// The operator with this name in CEL.
    pub(super) fn find(name: &str) -> Option<Self> {
        Some(match name {
            op::EQUALS => Compare::Is,
            op::NOT_EQUALS => Compare::IsNot,
            op::LESS => Compare::Less,
            op::LESS_EQUALS => Compare::AtMost,
            op::GREATER => Compare::More,
            op::GREATER_EQUALS => Compare::AtLeast,
            _ => return None,
        })
    }

    /// The operator with swapped operands.
    pub(super) fn mirrored(self) -> Self {
        match self {
            Compare::Less => Compare::More,
            Compare::AtMost => Compare::AtLeast,
            Compare::More => Compare::Less,
            Compare::AtLeast => Compare::AtMost,
            Compare::Is | Compare::IsNot => self,
        }
    }

    /// Builds a predicate on a closed integer range from a comparison with `value`.
    pub(super) fn range_predicate(
        self,
        value: i64,
        predicate: impl Fn(i64, i64) -> Predicate,
    ) -> Predicate {
        // At the ends of the integer range, "less than" and "more than" match nothing.
        let below = value.checked_sub(1).map(|top| predicate(i64::MIN, top));
        let above = value.checked_add(1).map(|bottom| predicate(bottom, i64::MAX));
        let never = || Predicate::Any(Box::default());
        match self {
            Compare::Is => predicate(value, value),
            Compare::IsNot => Predicate::Not(Box::new(predicate(value, value))),
            Compare::Less => below.unwrap_or_else(never),
            Compare::AtMost => predicate(i64::MIN, value),
            Compare::More => above.unwrap_or_else(never),
            Compare::AtLeast => predicate(value, i64::MAX),
        }
    }

    fn holds(self, left: &str, right: &str) -> bool {
        match self {
            Compare::Is => left == right,
            Compare::IsNot => left != right,
            Compare::Less => left < right,
            Compare::AtMost => left <= right,
            Compare::More => left > right,
            Compare::AtLeast => left >= right,
        }
    }
}

/// Compares a variable with a value.
pub(super) fn compare(
    variable: &Variable,
    operator: Compare,
    value: &Literal,
) -> Result<Predicate, ComparisonError> {
    let id = variable.id;
    match (variable.kind, value) {
        (VariableKind::Flag, Literal::Flag(is)) => match (operator, is) {
            (Compare::Is, true) | (Compare::IsNot, false) => Ok(Predicate::Flag(id)),
            (Compare::Is, false) | (Compare::IsNot, true) => {
                Ok(Predicate::Not(Box::new(Predicate::Flag(id))))
            }
            _ => Err(type_mismatch(variable, value)),
        },
        (VariableKind::Int(_), Literal::Int(number)) => {
            Ok(operator.range_predicate(*number, |from, to| Predicate::IntRange(id, from, to)))
        }
        (VariableKind::Probability, Literal::Int(_) | Literal::Real(_)) => {
            let number = match value {
                Literal::Int(number) => *number as f64,
                Literal::Real(number) => *number,
                Literal::Flag(_) | Literal::Word(_) => 0.0,
            };
            Ok(operator.range_predicate(total_order_key(number), |from, to| {
                Predicate::ProbabilityRange(id, from, to)
            }))
        }
        (VariableKind::Enum(values), Literal::Word(word)) => {
            enum_bit(variable, word)?;
            let met =
                values.iter().enumerate().filter(|(_, candidate)| operator.holds(candidate, word));
            Ok(Predicate::EnumIn(id, met.map(|(index, _)| 1 << index).sum()))
        }
        (VariableKind::Text, Literal::Word(word)) => {
            let is = Predicate::TextIn(id, [word.as_str().into()].into());
            match operator {
                Compare::Is => Ok(is),
                Compare::IsNot => Ok(Predicate::Not(Box::new(is))),
                _ => {
                    // CEL orders strings, but to order names is a mistake.
                    let what = format!("`{}` cannot be ordered", variable.name);
                    Err((what, "compare with == or !=".to_owned()))
                }
            }
        }
        _ => Err(type_mismatch(variable, value)),
    }
}

/// Tests whether a list variable contains a value.
pub(super) fn is_in(variable: &Variable, value: &Literal) -> Result<Predicate, ComparisonError> {
    match (variable.kind, value) {
        (VariableKind::EnumSet(_), Literal::Word(word)) => {
            Ok(Predicate::SetHasAny(variable.id, enum_bit(variable, word)?))
        }
        (VariableKind::TextList, Literal::Word(word)) => {
            Ok(Predicate::ListContains(variable.id, word.as_str().into()))
        }
        _ => Err(type_mismatch(variable, value)),
    }
}

/// Tests whether a variable is one of several values.
pub(super) fn one_of(
    variable: &Variable,
    values: &[Literal],
) -> Result<Predicate, ComparisonError> {
    if values.is_empty() {
        let what = "an empty list".to_owned();
        return Err((what, "list the values".to_owned()));
    }
    let each = values.iter().map(|value| compare(variable, Compare::Is, value));
    let each = each.collect::<Result<Vec<_>, _>>()?;
    let bits = each
        .iter()
        .map(|predicate| if let Predicate::EnumIn(_, bits) = predicate { *bits } else { 0 });
    let bits = bits.fold(0, |all, bits| all | bits);
    Ok(match variable.kind {
        VariableKind::Enum(_) => Predicate::EnumIn(variable.id, bits),
        VariableKind::Text => {
            let word = |predicate| {
                if let Predicate::TextIn(_, words) = predicate {
                    words.into_vec()
                } else {
                    Vec::new()
                }
            };
            Predicate::TextIn(variable.id, each.into_iter().flat_map(word).collect())
        }
        // Numbers have no list form: one comparison each.
        _ => Predicate::Any(each.into()),
    })
}

/// The bit of a string in the closed list of a variable.
fn enum_bit(variable: &Variable, word: &str) -> Result<EnumSet, ComparisonError> {
    let values = variable.kind.values();
    values.iter().position(|candidate| *candidate == word).map(|index| 1 << index).ok_or_else(
        || {
            let what = format!("`{}` is never \"{word}\"", variable.name);
            (what, format!("it is one of {}", values.join(", ")))
        },
    )
}

fn type_mismatch(variable: &Variable, value: &Literal) -> ComparisonError {
    let Variable { name, kind, .. } = variable;
    let what = format!(
        "`{name}` has the type {}, the value has the type {}",
        kind.cel_type(),
        value.cel_type()
    );
    let remedy = match kind {
        VariableKind::Enum(_) | VariableKind::Text => {
            "compare it with a string, as in platform == \"x\""
        }
        VariableKind::EnumSet(_) | VariableKind::TextList => {
            "test one of its values, as in \"safety\" in risks"
        }
        VariableKind::Int(_) => "compare it with a whole number, as in followers >= 1000",
        VariableKind::Probability => "compare it with a number from 0 to 1, as in negative > 0.8",
        VariableKind::Flag => "write its name alone, or ! before it",
    };
    (what, remedy.to_owned())
}
