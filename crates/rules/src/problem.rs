//! Rule files, and the problems found in them.

use std::cell::OnceCell;

use toml::Spanned;

use crate::condition::ConditionError;

/// A rule file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The name that problems show.
    pub file: String,
    /// The content, as TOML.
    pub text: String,
}

/// The severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rules are rejected.
    Error,
    /// An entry is out of date. The rules stay active, and a person should update them.
    Stale,
    /// A part of the rules was not analysed, or nobody is on duty for a time. The rules stay active.
    Warning,
}

/// A problem in the rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleProblem {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The severity.
    pub severity: Severity,
    /// The problem, as a fragment.
    pub message: String,
    /// The remedy, as a fragment.
    pub remedy: String,
}

impl std::fmt::Display for RuleProblem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, message, remedy, .. } = self;
        write!(out, "{file}, line {line}: {message}; {remedy}")
    }
}

/// A section and the file it comes from, as an index into the sources.
#[derive(Debug)]
pub(crate) struct InFile<T> {
    pub(crate) file: usize,
    pub(crate) entry: T,
}

/// Collects problems.
#[derive(Debug)]
pub(crate) struct ProblemList<'a> {
    sources: &'a [Source],
    /// The bytes of each file at which a line ends; found with its first problem, so that valid rules pay
    /// nothing.
    line_ends: Vec<OnceCell<Vec<usize>>>,
    problems: Vec<RuleProblem>,
}

impl<'a> ProblemList<'a> {
    pub(crate) fn new(sources: &'a [Source]) -> Self {
        let line_ends = sources.iter().map(|_| OnceCell::new()).collect();
        Self { sources, line_ends, problems: Vec::new() }
    }

    /// Adds an error at a place.
    pub(crate) fn error<T>(
        &mut self,
        file: usize,
        place: &Spanned<T>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(file, place.span().start, Severity::Error, message.into(), remedy.into());
    }

    /// Adds a stale entry at a place.
    pub(crate) fn stale<T>(
        &mut self,
        file: usize,
        place: &Spanned<T>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(file, place.span().start, Severity::Stale, message.into(), remedy.into());
    }

    /// Adds a warning at a place.
    pub(crate) fn warning<T>(
        &mut self,
        file: usize,
        place: &Spanned<T>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(file, place.span().start, Severity::Warning, message.into(), remedy.into());
    }

    /// Adds an error inside a condition that starts at `place`.
    pub(crate) fn condition_error(
        &mut self,
        file: usize,
        place: &Spanned<String>,
        error: ConditionError,
    ) {
        let ConditionError { at, message, remedy } = error;
        self.push(file, place.span().start + at, Severity::Error, message, remedy);
    }

    /// Adds a problem at this byte of a file.
    pub(crate) fn push(
        &mut self,
        file: usize,
        at: usize,
        severity: Severity,
        message: String,
        remedy: String,
    ) {
        let Some(source) = self.sources.get(file) else { return };
        let line = self.line(file, at);
        self.problems.push(RuleProblem {
            file: source.file.clone(),
            line,
            severity,
            message,
            remedy,
        });
    }

    /// The line of a byte of a file, from 1.
    fn line(&self, file: usize, at: usize) -> usize {
        let (Some(source), Some(cell)) = (self.sources.get(file), self.line_ends.get(file)) else {
            return 1;
        };
        let ends = cell.get_or_init(|| source.text.match_indices('\n').map(|(at, _)| at).collect());
        ends.partition_point(|end| *end < at) + 1
    }

    /// Whether any problem is an error.
    pub(crate) fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// The distinct problems, by file and line.
    pub(crate) fn into_problems(mut self) -> Vec<RuleProblem> {
        self.problems.sort();
        // Two checks may report the same entry.
        self.problems.dedup();
        self.problems
    }
}
