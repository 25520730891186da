//! `tests/mutants.toml`: which line to break, how, and which test must notice.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::Failure;

/// One way to break the code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mutant {
    /// What is broken, for the table.
    pub(super) name: String,
    /// The file, from the root of the workspace.
    pub(super) file: PathBuf,
    /// A piece of it that occurs exactly once.
    find: String,
    /// What stands there instead.
    replace: String,
    /// The arguments of the `cargo test` that must fail.
    pub(super) test: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    mutant: Vec<Mutant>,
}

impl Mutant {
    /// The broken text, or why it cannot be made.
    pub(super) fn apply(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.find).count() {
            _ if self.find == self.replace => Err("`replace` is the same as `find`".into()),
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            count => Err(format!("`find` occurs {count} times, not once")),
        }
    }
}

/// Reads the list, and picks the mutants with these names, or all.
pub(super) fn read(path: &Path, names: &[&str]) -> Result<Vec<Mutant>, Failure> {
    let text = fs::read_to_string(path).map_err(Failure::io("read", path))?;
    pick(parse(&text)?, names)
}

fn parse(text: &str) -> Result<Vec<Mutant>, Failure> {
    let list: List = toml::from_str(text).map_err(|error| Failure::List(error.to_string()))?;
    let mut names: Vec<&str> = list.mutant.iter().map(|mutant| mutant.name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Failure::List(format!("`{}` is there twice", pair[0]))),
        None => Ok(list.mutant),
    }
}

fn pick(mutants: Vec<Mutant>, names: &[&str]) -> Result<Vec<Mutant>, Failure> {
    let is_known = |name: &&&str| mutants.iter().any(|mutant| mutant.name == **name);
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        return Err(Failure::List(format!("no mutant is named `{unknown}`")));
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
    fn a_piece_that_occurs_once_is_replaced_and_no_other() {
        let mutant = &parse(LIST).unwrap()[0];
        assert_eq!(mutant.apply("abort(); rewind();"), Ok("abort(); ".into()));
        assert!(mutant.apply("abort();").unwrap_err().contains("0 times"));
        assert!(mutant.apply("rewind(); rewind();").unwrap_err().contains("2 times"));
    }

    #[test]
    fn a_mutant_that_changes_nothing_is_refused() {
        let mut mutant = parse(LIST).unwrap().remove(0);
        mutant.replace = mutant.find.clone();
        assert!(mutant.apply("rewind();").is_err());
    }

    #[test]
    fn names_pick_and_unknown_names_are_refused() {
        assert_eq!(pick(parse(LIST).unwrap(), &[]).unwrap().len(), 2);
        assert_eq!(pick(parse(LIST).unwrap(), &["another"]).unwrap().len(), 1);
        assert!(pick(parse(LIST).unwrap(), &["anther"]).is_err());
    }

    #[test]
    fn a_name_twice_or_an_unknown_key_is_refused() {
        assert!(parse(&LIST.replace("another", "forget to rewind")).is_err());
        assert!(parse(&LIST.replace("replace", "with")).is_err());
    }
}
