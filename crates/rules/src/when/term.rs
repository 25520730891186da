//! One variable against values: what fits, and the question it becomes.

use cel::common::ast::{LiteralValue, operators as op};

use super::ask::{Ask, order};
use super::facts::Bits;
use super::vars::{Kind, Variable};

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Flag(bool),
    Int(i64),
    Real(f64),
    Word(String),
}

/// What is wrong, and what would be right.
type Misfit = (String, String);

/// A value of a type that conditions have.
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
    /// Its negative.
    pub(super) fn negated(self) -> Option<Self> {
        match self {
            Literal::Int(number) => number.checked_neg().map(Literal::Int),
            Literal::Real(number) => Some(Literal::Real(-number)),
            Literal::Flag(_) | Literal::Word(_) => None,
        }
    }

    fn cel(&self) -> &'static str {
        match self {
            Literal::Flag(_) => "bool",
            Literal::Int(_) => "int",
            Literal::Real(_) => "double",
            Literal::Word(_) => "string",
        }
    }
}

/// How two values are compared.
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
    /// By the name CEL gives the operator.
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

    /// The same with its sides exchanged.
    pub(super) fn mirrored(self) -> Self {
        match self {
            Compare::Less => Compare::More,
            Compare::AtMost => Compare::AtLeast,
            Compare::More => Compare::Less,
            Compare::AtLeast => Compare::AtMost,
            Compare::Is | Compare::IsNot => self,
        }
    }

    /// A question for a range of whole numbers, both ends included.
    pub(super) fn of_order(self, value: i64, ask: impl Fn(i64, i64) -> Ask) -> Ask {
        let below = value.checked_sub(1).map(|top| ask(i64::MIN, top));
        let above = value.checked_add(1).map(|bottom| ask(bottom, i64::MAX));
        let never = || Ask::Any(Box::default());
        match self {
            Compare::Is => ask(value, value),
            Compare::IsNot => Ask::Not(Box::new(ask(value, value))),
            Compare::Less => below.unwrap_or_else(never),
            Compare::AtMost => ask(i64::MIN, value),
            Compare::More => above.unwrap_or_else(never),
            Compare::AtLeast => ask(value, i64::MAX),
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

/// A variable compared with a value.
pub(super) fn compare(variable: &Variable, how: Compare, value: &Literal) -> Result<Ask, Misfit> {
    let var = variable.var;
    match (variable.kind, value) {
        (Kind::Flag, Literal::Flag(is)) => match (how, is) {
            (Compare::Is, true) | (Compare::IsNot, false) => Ok(Ask::Flag(var)),
            (Compare::Is, false) | (Compare::IsNot, true) => Ok(Ask::Not(Box::new(Ask::Flag(var)))),
            _ => Err(misfit(variable, value)),
        },
        (Kind::Int(_), Literal::Int(number)) => {
            Ok(how.of_order(*number, |from, to| Ask::Int(var, from, to)))
        }
        (Kind::Share, Literal::Int(_) | Literal::Real(_)) => {
            let number = match value {
                Literal::Int(number) => *number as f64,
                Literal::Real(number) => *number,
                Literal::Flag(_) | Literal::Word(_) => 0.0,
            };
            Ok(how.of_order(order(number), |from, to| Ask::Share(var, from, to)))
        }
        (Kind::One(values), Literal::Word(word)) => {
            place(variable, word)?;
            let met = values.iter().enumerate().filter(|(_, known)| how.holds(known, word));
            Ok(Ask::One(var, met.map(|(place, _)| 1 << place).sum()))
        }
        (Kind::Word, Literal::Word(word)) => {
            let is = Ask::Word(var, [word.as_str().into()].into());
            match how {
                Compare::Is => Ok(is),
                Compare::IsNot => Ok(Ask::Not(Box::new(is))),
                _ => {
                    let what = format!("`{}` has no order", variable.name);
                    Err((what, "ask with == or !=".to_owned()))
                }
            }
        }
        _ => Err(misfit(variable, value)),
    }
}

/// A value in a variable that is a list.
pub(super) fn is_in(variable: &Variable, value: &Literal) -> Result<Ask, Misfit> {
    match (variable.kind, value) {
        (Kind::Some(_), Literal::Word(word)) => Ok(Ask::Bit(variable.var, place(variable, word)?)),
        (Kind::Words, Literal::Word(word)) => Ok(Ask::Has(variable.var, word.as_str().into())),
        _ => Err(misfit(variable, value)),
    }
}

/// A variable in a list of values.
pub(super) fn list(variable: &Variable, values: &[Literal]) -> Result<Ask, Misfit> {
    if values.is_empty() {
        let what = "an empty list: nothing is in it".to_owned();
        return Err((what, "name the values that are meant".to_owned()));
    }
    let each = values.iter().map(|value| compare(variable, Compare::Is, value));
    let each = each.collect::<Result<Vec<_>, _>>()?;
    let places = each.iter().map(|ask| if let Ask::One(_, bits) = ask { *bits } else { 0 });
    let places = places.fold(0, |all, bits| all | bits);
    Ok(match variable.kind {
        Kind::One(_) => Ask::One(variable.var, places),
        Kind::Word => {
            let word =
                |ask| if let Ask::Word(_, words) = ask { words.into_vec() } else { Vec::new() };
            Ask::Word(variable.var, each.into_iter().flat_map(word).collect())
        }
        _ => Ask::Any(each.into()),
    })
}

/// The bit of a value in its closed list.
fn place(variable: &Variable, word: &str) -> Result<Bits, Misfit> {
    let values = variable.kind.values();
    values.iter().position(|known| *known == word).map(|place| 1 << place).ok_or_else(|| {
        let what = format!("`{}` is never \"{word}\"", variable.name);
        (what, format!("it is one of {}", values.join(", ")))
    })
}

fn misfit(variable: &Variable, value: &Literal) -> Misfit {
    let Variable { name, kind, .. } = variable;
    let what = format!("`{name}` is a {}, the value a {}", kind.cel(), value.cel());
    let remedy = match kind {
        Kind::One(_) | Kind::Word => "compare it with a string, as in platform == \"x\"",
        Kind::Some(_) | Kind::Words => "ask for one of its values, as in \"safety\" in risks",
        Kind::Int(_) => "compare it with a whole number, as in followers >= 1000",
        Kind::Share => "compare it with a number from 0 to 1, as in negative > 0.8",
        Kind::Flag => "write its name alone, or ! before it",
    };
    (what, remedy.to_owned())
}
