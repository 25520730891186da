//! Reads `tests/mutants.toml`: the line to change, the change, and the test that must fail.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::TaskError;

/// One deliberate fault in the code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mutant {
    /// Unique name, printed in the report.
    pub(super) name: String,
    /// File to change, relative to the root of the workspace.
    pub(super) file: PathBuf,
    /// Text to replace; it must occur exactly once in the file.
    find: String,
    /// Replacement text.
    replace: String,
    /// Arguments of the `cargo test` call that must fail.
    pub(super) test: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MutantList {
    mutant: Vec<Mutant>,
}

impl Mutant {
    /// Returns the changed text, or the reason why this mutant does not apply to it.
    pub(super) fn apply(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.find).count() {
            _ if self.find == self.replace => Err("`replace` is the same as `find`".into()),
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            count => Err(format!("`find` occurs {count} times, not once")),
        }
    }
}

/// Reads the list and selects the mutants with these names, or all without names.
pub(super) fn read(path: &Path, names: &[&str]) -> Result<Vec<Mutant>, TaskError> {
    let text = fs::read_to_string(path).map_err(TaskError::io("read", path))?;
    select(parse(&text)?, names)
}

fn parse(text: &str) -> Result<Vec<Mutant>, TaskError> {
    let list: MutantList =
        toml::from_str(text).map_err(|error| TaskError::List(error.to_string()))?;
    let mut names: Vec<&str> = list.mutant.iter().map(|mutant| mutant.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(TaskError::List(format!("the name `{}` occurs twice", pair[0]))),
        None => Ok(list.mutant),
    }
}

fn select(mutants: Vec<Mutant>, names: &[&str]) -> Result<Vec<Mutant>, TaskError> {
    let is_known = |name: &&&str| mutants.iter().any(|mutant| mutant.name == **name);
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        return Err(TaskError::List(format!("no mutant is named `{unknown}`")));
    }
    let is_wanted = |mutant: &Mutant| names.is_empty() || names.contains(&mutant.name.as_str());
    Ok(mutants.into_iter().filter(is_wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "
        [[mutant]]
        name = 'forget to rewind'
        file = 'crates/kafka/src/worker.rs'
        find = 'rewind();'
        replace = ''
        test = '-p kafka --lib rewinds'
        [[mutant]]
        name = 'another'
        file = 'x.rs'
        find = 'a'
        replace = 'b'
        test = ''
    ";

    #[test]
    fn only_a_text_that_occurs_exactly_once_is_replaced() {
        let mutant = &parse(LIST).unwrap()[0];
        assert_eq!(mutant.apply("abort(); rewind();"), Ok("abort(); ".into()));
        assert!(mutant.apply("abort();").unwrap_err().contains("0 times"));
        assert!(mutant.apply("rewind(); rewind();").unwrap_err().contains("2 times"));
    }

    #[test]
    fn a_mutant_that_changes_nothing_is_rejected() {
        let mut mutant = parse(LIST).unwrap().remove(0);
        mutant.replace = mutant.find.clone();
        assert!(mutant.apply("rewind();").is_err());
    }

    #[test]
    fn names_select_mutants_and_unknown_names_are_rejected() {
        assert_eq!(select(parse(LIST).unwrap(), &[]).unwrap().len(), 2);
        assert_eq!(select(parse(LIST).unwrap(), &["another"]).unwrap().len(), 1);
        assert!(select(parse(LIST).unwrap(), &["anther"]).is_err());
    }

    #[test]
    fn a_duplicate_name_or_an_unknown_key_is_rejected() {
        assert!(parse(&LIST.replace("another", "forget to rewind")).is_err());
        assert!(parse(&LIST.replace("replace", "with")).is_err());
    }
}
