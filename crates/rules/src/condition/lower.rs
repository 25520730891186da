//! Lowers the syntax tree of `cel` to a [`Predicate`], with types checked against the variables.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, SourceInfo, operators as op};
use cel::parser::Parser;

use super::comparison::{Compare, Literal, compare, is_in, literal, one_of};
use super::predicate::{Predicate, TextMatch};
use super::variables::{Variable, VariableKind, find};
use super::{ConditionError, MAX_BYTES, MAX_COMPARISONS, MAX_DEPTH, Scope};

/// Parses and lowers a condition.
pub(super) fn lower(text: &str, scope: Scope) -> Result<Predicate, ConditionError> {
    let error = |message: String, remedy: &str| ConditionError {
        at: 0,
        message,
        remedy: remedy.to_owned(),
    };
    if text.len() > MAX_BYTES {
        let message = format!("a condition of {} bytes, more than {MAX_BYTES}", text.len());
        return Err(error(message, "split the rule in two"));
    }
    // The parser recurses; its own limit keeps hostile input from overflowing the stack.
    let parser = Parser::new().max_recursion_depth(MAX_DEPTH).error_recovery_limit(3);
    let (tree, source) = parser.parse_with_source_info(text).map_err(|errors| {
        let first = errors.errors.first();
        // `cel` counts columns from 1.
        let at = first.map_or(0, |error| usize::try_from(error.pos.1 - 1).unwrap_or(0));
        let message = first.map_or("", |error| error.msg.lines().next().unwrap_or_default());
        let message = format!("not valid CEL: {}", message.to_lowercase());
        ConditionError {
            at,
            message,
            remedy: "write a condition such as level <= \"P2\" && !bot".to_owned(),
        }
    })?;
    let predicate = Lowering { scope, source: &source }.boolean(&tree, 0)?;
    match predicate.comparisons() {
        ..=MAX_COMPARISONS => Ok(predicate),
        many => {
            let message = format!("a condition of {many} comparisons, more than {MAX_COMPARISONS}");
            Err(error(message, "split the rule in two"))
        }
    }
}

/// The state of lowering one condition.
pub(super) struct Lowering<'a> {
    scope: Scope,
    source: &'a SourceInfo,
}

impl Lowering<'_> {
    /// An error at a node of the tree.
    pub(super) fn error(
        &self,
        at: &IdedExpr,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> ConditionError {
        let at = self.source.offset_for(at.id).map_or(0, |(start, _)| start as usize);
        ConditionError { at, message: message.into(), remedy: remedy.into() }
    }

    /// Lowers a Boolean expression.
    fn boolean(&self, tree: &IdedExpr, depth: u16) -> Result<Predicate, ConditionError> {
        if depth > MAX_DEPTH {
            let message = format!("a condition nested deeper than {MAX_DEPTH}");
            return Err(self.error(tree, message, "split the rule in two"));
        }
        match &tree.expr {
            Expr::Call(call) => self.call(tree, call, depth + 1),
            Expr::Ident(_) => {
                let variable = self.variable(tree)?;
                match variable.kind {
                    VariableKind::Flag => Ok(Predicate::Flag(variable.id)),
                    kind => {
                        let message = format!(
                            "`{}` has the type {}, not bool",
                            variable.name,
                            kind.cel_type()
                        );
                        Err(self.error(tree, message, "compare it with a value"))
                    }
                }
            }
            Expr::Literal(value) => match literal(value) {
                Some(Literal::Flag(true)) => Ok(Predicate::always()),
                Some(Literal::Flag(false)) => Ok(Predicate::Any(Box::default())),
                _ => Err(self.error(tree, "a value, not a bool", "compare it with a variable")),
            },
            // `cel` expands macros such as `exists` to comprehensions.
            Expr::Comprehension(_) => Err(self.error(
                tree,
                "macros are not supported: the cost of a condition is bounded",
                "test one value, as in \"safety\" in risks, or compare size(risks)",
            )),
            Expr::Select(select) => {
                let message = format!("there is no field `{}`: the record is flat", select.field);
                Err(self.error(tree, message, "see `harken rules variables`"))
            }
            _ => Err(self.error(tree, "not a bool", "compare a variable with a value")),
        }
    }

    fn call(
        &self,
        tree: &IdedExpr,
        call: &CallExpr,
        depth: u16,
    ) -> Result<Predicate, ConditionError> {
        let lower_operand = |tree| self.boolean(tree, depth);
        match (call.func_name.as_str(), call.target.as_deref(), call.args.as_slice()) {
            (op::LOGICAL_AND, None, all) => {
                Ok(Predicate::All(all.iter().map(lower_operand).collect::<Result<_, _>>()?))
            }
            (op::LOGICAL_OR, None, any) => {
                Ok(Predicate::Any(any.iter().map(lower_operand).collect::<Result<_, _>>()?))
            }
            (op::LOGICAL_NOT, None, [predicate]) => {
                Ok(Predicate::Not(Box::new(lower_operand(predicate)?)))
            }
            (op::CONDITIONAL, None, [predicate, yes, no]) => {
                let (predicate, yes, no) =
                    (lower_operand(predicate)?, lower_operand(yes)?, lower_operand(no)?);
                // a ? b : c is (a && b) || (!a && c): predicates have no conditional.
                let not = Predicate::Not(Box::new(predicate.clone()));
                Ok(Predicate::Any(
                    [Predicate::All([predicate, yes].into()), Predicate::All([not, no].into())]
                        .into(),
                ))
            }
            (op::IN, None, [one, many]) => self.is_in(tree, one, many),
            ("startsWith", Some(operand), [text]) => {
                self.text_search(tree, operand, TextMatch::Prefix, text)
            }
            ("endsWith", Some(operand), [text]) => {
                self.text_search(tree, operand, TextMatch::Suffix, text)
            }
            ("contains", Some(operand), [text]) => {
                self.text_search(tree, operand, TextMatch::Substring, text)
            }
            (name, None, [left, right]) if Compare::find(name).is_some() => {
                self.compare(tree, Compare::find(name).unwrap_or(Compare::Is), left, right)
            }
            (name, _, _) => {
                // `cel` names operators like `_+_` and `@in`.
                let name = name.trim_matches(['_', '@']);
                let remedy =
                    "use && || ! ?: == != < <= > >= in size() startsWith() endsWith() contains()";
                Err(self.error(tree, format!("`{name}` is not supported in conditions"), remedy))
            }
        }
    }

    /// Lowers a comparison of a variable, or of its size, with a value, in either order.
    fn compare(
        &self,
        tree: &IdedExpr,
        how: Compare,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Result<Predicate, ConditionError> {
        let (how, subject, value) = match (self.value(left), self.value(right)) {
            (None, Some(value)) => (how, left, value),
            (Some(value), None) => (how.mirrored(), right, value),
            _ => {
                let remedy = "compare a variable with a value, as in followers >= 1000";
                return Err(self.error(tree, "a comparison needs a variable and a value", remedy));
            }
        };
        if let Some(counted) = size_operand(subject) {
            let variable = self.variable(counted)?;
            return match (variable.kind, &value) {
                (VariableKind::EnumSet(_) | VariableKind::TextList, Literal::Int(many)) => Ok(how
                    .range_predicate(*many, |from, to| Predicate::LenRange(variable.id, from, to))),
                _ => {
                    let message = format!(
                        "the size of `{}` cannot be compared with this value",
                        variable.name
                    );
                    Err(self.error(
                        subject,
                        message,
                        "compare the length of a list, as in size(risks) > 0",
                    ))
                }
            };
        }
        let variable = self.variable(subject)?;
        compare(variable, how, &value)
            .map_err(|(message, remedy)| self.error(tree, message, remedy))
    }

    /// Lowers `"safety" in risks` or `platform in ["x", "bluesky"]`.
    fn is_in(
        &self,
        tree: &IdedExpr,
        one: &IdedExpr,
        many: &IdedExpr,
    ) -> Result<Predicate, ConditionError> {
        let predicate = match (self.value(one), &many.expr) {
            (Some(value), Expr::Ident(_)) => is_in(self.variable(many)?, &value),
            (None, Expr::List(values)) => {
                let values: Option<Vec<_>> =
                    values.elements.iter().map(|v| self.value(v)).collect();
                match values {
                    Some(values) => one_of(self.variable(one)?, &values),
                    None => Err((
                        "the list contains more than literal values".to_owned(),
                        "list literal values only".to_owned(),
                    )),
                }
            }
            _ => {
                let remedy =
                    "write \"value\" in variable, or variable in [\"value\", …]".to_owned();
                Err(("`in` needs a value and a list".to_owned(), remedy))
            }
        };
        predicate.map_err(|(message, remedy)| self.error(tree, message, remedy))
    }

    fn text_search(
        &self,
        tree: &IdedExpr,
        operand: &IdedExpr,
        how: TextMatch,
        text: &IdedExpr,
    ) -> Result<Predicate, ConditionError> {
        let variable = self.variable(operand)?;
        match (variable.kind, self.value(text)) {
            (VariableKind::Text, Some(Literal::Word(text))) => {
                Ok(Predicate::TextHas(variable.id, how, text.into()))
            }
            (VariableKind::Enum(values), Some(Literal::Word(text))) => {
                let met = values.iter().enumerate().filter(|(_, value)| how.matches(value, &text));
                Ok(Predicate::EnumIn(variable.id, met.map(|(index, _)| 1 << index).sum()))
            }
            _ => {
                let message = format!("`{}` has no such text", variable.name);
                Err(self.error(tree, message, "search a string variable for a string"))
            }
        }
    }

    /// The value of a literal, also of a negated one; `None` for other expressions.
    fn value(&self, tree: &IdedExpr) -> Option<Literal> {
        match &tree.expr {
            Expr::Literal(value) => literal(value),
            Expr::Call(call) if call.func_name == op::NEGATE => match call.args.as_slice() {
                [value] => self.value(value)?.negated(),
                _ => None,
            },
            _ => None,
        }
    }

    /// The variable that a node names, if the scope has it.
    fn variable(&self, tree: &IdedExpr) -> Result<&'static Variable, ConditionError> {
        let Expr::Ident(name) = &tree.expr else {
            let remedy = "see `harken rules variables`";
            return Err(self.error(tree, "not the name of a variable", remedy));
        };
        let Some(variable) = find(name) else {
            let remedy = "see `harken rules variables`";
            return Err(self.error(tree, format!("there is no variable `{name}`"), remedy));
        };
        if variable.is_available(self.scope) {
            return Ok(variable);
        }
        let remedy = match self.scope {
            Scope::Floor => "a floor is evaluated before there is a level and a score",
            Scope::Mention => "it is available on the steps of an escalation path",
            Scope::Step => "a step may use level and clock",
        };
        Err(self.error(tree, format!("`{name}` is not available here"), remedy))
    }
}

/// The operand of `size(x)` or `x.size()`.
fn size_operand(tree: &IdedExpr) -> Option<&IdedExpr> {
    let Expr::Call(call) = &tree.expr else { return None };
    match (call.func_name.as_str(), call.target.as_deref(), call.args.as_slice()) {
        ("size", None, [counted]) | ("size", Some(counted), []) => Some(counted),
        _ => None,
    }
}
