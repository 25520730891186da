//! Files of rules, and what is wrong with them.

use toml::Spanned;

use crate::when::Wrong;

/// A file of rules: its name as people know it, and its text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its name.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Rules that have it are refused.
    Broken,
    /// Time has passed over it: rules that have it stay in force, and somebody has to look.
    Stale,
}

/// Something wrong with rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file it stands in.
    pub file: String,
    /// The line it stands in, from 1.
    pub line: usize,
    /// How bad it is.
    pub gravity: Gravity,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub remedy: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, what, remedy, .. } = self;
        write!(out, "{file}, line {line}: {what}; {remedy}")
    }
}

/// What stands in the file of this place in the list of sources.
#[derive(Debug)]
pub(crate) struct In<T> {
    pub(crate) file: usize,
    pub(crate) it: T,
}

/// Problems as they are found.
#[derive(Debug)]
pub(crate) struct Findings<'a> {
    sources: &'a [Source],
    problems: Vec<Problem>,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(sources: &'a [Source]) -> Self {
        Self { sources, problems: Vec::new() }
    }

    /// Rules that have this are refused.
    pub(crate) fn broken<T>(
        &mut self,
        file: usize,
        place: &Spanned<T>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(file, place.span().start, Gravity::Broken, what.into(), remedy.into());
    }

    /// Time has passed over this.
    pub(crate) fn stale<T>(
        &mut self,
        file: usize,
        place: &Spanned<T>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(file, place.span().start, Gravity::Stale, what.into(), remedy.into());
    }

    /// A condition that is none.
    pub(crate) fn wrong(&mut self, file: usize, place: &Spanned<String>, wrong: Wrong) {
        let Wrong { at, what, remedy } = wrong;
        self.add(file, place.span().start + at, Gravity::Broken, what, remedy);
    }

    /// Something at this byte of a file.
    pub(crate) fn add(
        &mut self,
        file: usize,
        at: usize,
        gravity: Gravity,
        what: String,
        remedy: String,
    ) {
        let Some(source) = self.sources.get(file) else { return };
        let before = source.text.as_bytes().iter().take(at);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        self.problems.push(Problem { file: source.file.clone(), line, gravity, what, remedy });
    }

    /// Whether rules that have these problems are refused.
    pub(crate) fn is_broken(&self) -> bool {
        self.problems.iter().any(|problem| problem.gravity == Gravity::Broken)
    }

    /// All of them, by file and line.
    pub(crate) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort();
        self.problems.dedup();
        self.problems
    }
}
