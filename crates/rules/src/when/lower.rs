//! From CEL to questions: the syntax tree of `cel`, typed against the table of variables.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, SourceInfo, operators as op};
use cel::parser::Parser;

use super::ask::{Ask, Part};
use super::term::{Compare, Literal, compare, is_in, list, literal};
use super::vars::{Kind, Variable, find};
use super::{DEEPEST, LONGEST, QUESTIONS, Scope, Wrong};

/// Turns a text into questions.
pub(super) fn lower(text: &str, scope: Scope) -> Result<Ask, Wrong> {
    let wrong = |what: String, remedy: &str| Wrong { at: 0, what, remedy: remedy.to_owned() };
    if text.len() > LONGEST {
        let what = format!("a condition of {} bytes, more than {LONGEST}", text.len());
        return Err(wrong(what, "split the rule in two"));
    }
    let parser = Parser::new().max_recursion_depth(DEEPEST).error_recovery_limit(3);
    let (tree, source) = parser.parse_with_source_info(text).map_err(|errors| {
        let first = errors.errors.first();
        let at = first.map_or(0, |error| usize::try_from(error.pos.1 - 1).unwrap_or(0));
        let message = first.map_or("", |error| error.msg.lines().next().unwrap_or_default());
        let what = format!("no CEL: {}", message.to_lowercase());
        Wrong { at, what, remedy: "write a condition such as level <= \"P2\" && !bot".to_owned() }
    })?;
    let ask = Lower { scope, source: &source }.truth(&tree, 0)?;
    match ask.questions() {
        ..=QUESTIONS => Ok(ask),
        many => {
            let what = format!("a condition of {many} questions, more than {QUESTIONS}");
            Err(wrong(what, "split the rule in two"))
        }
    }
}

/// The compiler of one condition.
pub(super) struct Lower<'a> {
    scope: Scope,
    source: &'a SourceInfo,
}

impl Lower<'_> {
    /// Something wrong at this place of the tree.
    pub(super) fn wrong(
        &self,
        at: &IdedExpr,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Wrong {
        let at = self.source.offset_for(at.id).map_or(0, |(start, _)| start as usize);
        Wrong { at, what: what.into(), remedy: remedy.into() }
    }

    /// What is true or false.
    fn truth(&self, tree: &IdedExpr, depth: u16) -> Result<Ask, Wrong> {
        if depth > DEEPEST {
            let what = format!("a condition nested deeper than {DEEPEST}");
            return Err(self.wrong(tree, what, "split the rule in two"));
        }
        match &tree.expr {
            Expr::Call(call) => self.call(tree, call, depth + 1),
            Expr::Ident(_) => {
                let variable = self.variable(tree)?;
                match variable.kind {
                    Kind::Flag => Ok(Ask::Flag(variable.var)),
                    kind => {
                        let what =
                            format!("`{}` is a {}, not true or false", variable.name, kind.cel());
                        Err(self.wrong(tree, what, "compare it with a value"))
                    }
                }
            }
            Expr::Literal(value) => match literal(value) {
                Some(Literal::Flag(true)) => Ok(Ask::always()),
                Some(Literal::Flag(false)) => Ok(Ask::Any(Box::default())),
                _ => Err(self.wrong(
                    tree,
                    "a value, not true or false",
                    "compare it with a variable",
                )),
            },
            Expr::Comprehension(_) => Err(self.wrong(
                tree,
                "a macro: a condition costs the same whatever the mention holds",
                "ask for one value, as in \"safety\" in risks, or for size(risks)",
            )),
            Expr::Select(select) => {
                let what = format!("there is no field `{}`: the record is flat", select.field);
                Err(self.wrong(tree, what, "see `harken rules variables`"))
            }
            _ => Err(self.wrong(tree, "not true or false", "compare a variable with a value")),
        }
    }

    fn call(&self, tree: &IdedExpr, call: &CallExpr, depth: u16) -> Result<Ask, Wrong> {
        let truth = |tree| self.truth(tree, depth);
        match (call.func_name.as_str(), call.target.as_deref(), call.args.as_slice()) {
            (op::LOGICAL_AND, None, all) => {
                Ok(Ask::All(all.iter().map(truth).collect::<Result<_, _>>()?))
            }
            (op::LOGICAL_OR, None, any) => {
                Ok(Ask::Any(any.iter().map(truth).collect::<Result<_, _>>()?))
            }
            (op::LOGICAL_NOT, None, [ask]) => Ok(Ask::Not(Box::new(truth(ask)?))),
            (op::CONDITIONAL, None, [asked, yes, no]) => {
                let (asked, yes, no) = (truth(asked)?, truth(yes)?, truth(no)?);
                let not = Ask::Not(Box::new(asked.clone()));
                Ok(Ask::Any([Ask::All([asked, yes].into()), Ask::All([not, no].into())].into()))
            }
            (op::IN, None, [one, many]) => self.is_in(tree, one, many),
            ("startsWith", Some(word), [text]) => self.part(tree, word, Part::Start, text),
            ("endsWith", Some(word), [text]) => self.part(tree, word, Part::End, text),
            ("contains", Some(word), [text]) => self.part(tree, word, Part::Any, text),
            (name, None, [left, right]) if Compare::find(name).is_some() => {
                self.compare(tree, Compare::find(name).unwrap_or(Compare::Is), left, right)
            }
            (name, _, _) => {
                let name = name.trim_matches(['_', '@']);
                let remedy =
                    "use && || ! ?: == != < <= > >= in size() startsWith() endsWith() contains()";
                Err(self.wrong(tree, format!("`{name}` is not for conditions"), remedy))
            }
        }
    }

    /// A comparison of a variable, or of its size, with a value, whichever comes first.
    fn compare(
        &self,
        tree: &IdedExpr,
        how: Compare,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Result<Ask, Wrong> {
        let (how, subject, value) = match (self.value(left), self.value(right)) {
            (None, Some(value)) => (how, left, value),
            (Some(value), None) => (how.mirrored(), right, value),
            _ => {
                let remedy = "compare a variable with a value, as in followers >= 1000";
                return Err(self.wrong(tree, "not a variable and a value", remedy));
            }
        };
        if let Some(counted) = counted(subject) {
            let variable = self.variable(counted)?;
            return match (variable.kind, &value) {
                (Kind::Some(_) | Kind::Words, Literal::Int(many)) => {
                    Ok(how.of_order(*many, |from, to| Ask::Size(variable.var, from, to)))
                }
                _ => {
                    let what =
                        format!("the size of `{}` and a value do not compare", variable.name);
                    Err(self.wrong(subject, what, "ask how long a list is, as in size(risks) > 0"))
                }
            };
        }
        let variable = self.variable(subject)?;
        compare(variable, how, &value).map_err(|(what, remedy)| self.wrong(tree, what, remedy))
    }

    /// `"safety" in risks` or `platform in ["x", "bluesky"]`.
    fn is_in(&self, tree: &IdedExpr, one: &IdedExpr, many: &IdedExpr) -> Result<Ask, Wrong> {
        let asked = match (self.value(one), &many.expr) {
            (Some(value), Expr::Ident(_)) => is_in(self.variable(many)?, &value),
            (None, Expr::List(values)) => {
                let values: Option<Vec<_>> =
                    values.elements.iter().map(|v| self.value(v)).collect();
                match values {
                    Some(values) => list(self.variable(one)?, &values),
                    None => Err((
                        "a list of more than values".to_owned(),
                        "list values only".to_owned(),
                    )),
                }
            }
            _ => {
                let remedy =
                    "write \"value\" in variable, or variable in [\"value\", …]".to_owned();
                Err(("not a value in a list".to_owned(), remedy))
            }
        };
        asked.map_err(|(what, remedy)| self.wrong(tree, what, remedy))
    }

    fn part(
        &self,
        tree: &IdedExpr,
        word: &IdedExpr,
        part: Part,
        text: &IdedExpr,
    ) -> Result<Ask, Wrong> {
        let variable = self.variable(word)?;
        match (variable.kind, self.value(text)) {
            (Kind::Word, Some(Literal::Word(text))) => {
                Ok(Ask::Part(variable.var, part, text.into()))
            }
            (Kind::One(values), Some(Literal::Word(text))) => {
                let met = values.iter().enumerate().filter(|(_, value)| part.is_in(value, &text));
                Ok(Ask::One(variable.var, met.map(|(place, _)| 1 << place).sum()))
            }
            _ => {
                let what = format!("`{}` has no such part", variable.name);
                Err(self.wrong(tree, what, "ask a string for a string"))
            }
        }
    }

    /// A value that is written down; none for everything else.
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

    /// The variable of this name, if it is known here.
    fn variable(&self, tree: &IdedExpr) -> Result<&'static Variable, Wrong> {
        let Expr::Ident(name) = &tree.expr else {
            let remedy = "see `harken rules variables`";
            return Err(self.wrong(tree, "not the name of a variable", remedy));
        };
        let Some(variable) = find(name) else {
            let remedy = "see `harken rules variables`";
            return Err(self.wrong(tree, format!("there is no variable `{name}`"), remedy));
        };
        if variable.is_known(self.scope) {
            return Ok(variable);
        }
        let remedy = match self.scope {
            Scope::Floor => "a floor is asked before there is a level and a score",
            Scope::Mention => "it is known on the steps of an escalation path",
            Scope::Step => "a step may ask for level and clock",
        };
        Err(self.wrong(tree, format!("`{name}` is not known here"), remedy))
    }
}

/// What `size(x)` or `x.size()` counts.
fn counted(tree: &IdedExpr) -> Option<&IdedExpr> {
    let Expr::Call(call) = &tree.expr else { return None };
    match (call.func_name.as_str(), call.target.as_deref(), call.args.as_slice()) {
        ("size", None, [counted]) | ("size", Some(counted), []) => Some(counted),
        _ => None,
    }
}
