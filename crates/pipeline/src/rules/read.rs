//! Reads the files of rules: one file, or all `*.toml` files of a folder except test cases.

use std::path::{Path, PathBuf};

use rules::{RuleProblem, Rules, Source, northline};

use crate::{CommandError, Failure};

/// Suffix of files with test cases, which are not part of the rules.
pub const CASES_SUFFIX: &str = ".cases.toml";

/// Reads the sources at `path`, ordered by name; without a path, the built-in rules of Northline.
///
/// # Errors
/// [`CommandError::Config`] if a file is unreadable or the folder contains none.
pub fn read_sources(path: Option<&Path>) -> Result<Vec<Source>, CommandError> {
    let Some(place) = path else { return Ok(northline()) };
    let files = match place.is_dir() {
        true => list_files(place, |name| name.ends_with(".toml") && !name.ends_with(CASES_SUFFIX))?,
        false => vec![place.to_owned()],
    };
    if files.is_empty() {
        let what =
            format!("read the rules: {} contains no file that ends in .toml", place.display());
        return Err(CommandError::Config(what.into()));
    }
    files.iter().map(|path| read_source(path)).collect()
}

/// The matching files of a folder, ordered by name.
pub fn list_files(
    folder: &Path,
    matches: impl Fn(&str) -> bool,
) -> Result<Vec<PathBuf>, CommandError> {
    let unreadable =
        |e| CommandError::Config(Failure::new(format!("read the rules: {}", folder.display()), e));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_file() && matches(&file_name(&path)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a file. The source is named without its folder, so the version does not depend on the
/// location.
pub fn read_source(path: &Path) -> Result<Source, CommandError> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        CommandError::Config(Failure::new(format!("read the rules: {}", path.display()), e))
    })?;
    Ok(Source { file: file_name(path), text })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Reads and checks the rules at `path`; without a path, the built-in rules of Northline.
///
/// # Errors
/// [`CommandError::Config`] with every error, by file and line.
pub fn load(path: Option<&Path>) -> Result<Rules, CommandError> {
    Rules::load(&read_sources(path)?).map_err(|problems| invalid_rules(path, &problems, "read"))
}

/// The error for invalid rules: `attempt`, the number of errors, and one line per error.
pub fn invalid_rules(path: Option<&Path>, problems: &[RuleProblem], attempt: &str) -> CommandError {
    let folder = path.filter(|place| place.is_dir());
    let each = problems.iter().map(|problem| match folder {
        Some(folder) => format!("\n{}", folder.join(problem.to_string()).display()),
        None => format!("\n{problem}"),
    });
    let (count, s) = (problems.len(), if problems.len() == 1 { "" } else { "s" });
    CommandError::Config(
        format!("{attempt} the rules: {count} problem{s}{}", each.collect::<String>()).into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_path_is_named_in_the_error() {
        let missing = read_sources(Some(Path::new("/nowhere/rules.toml"))).unwrap_err();
        assert!(missing.to_string().contains("read the rules: /nowhere/rules.toml: "), "{missing}");
        let empty = read_sources(Some(Path::new("src"))).unwrap_err();
        assert!(empty.to_string().contains("src contains no file that ends in .toml"), "{empty}");
    }

    #[test]
    fn the_built_in_rules_equal_the_sample_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/rules/northline");
        assert_eq!(read_sources(Some(&folder)).unwrap(), northline());
        assert_eq!(load(Some(&folder)).unwrap().version, load(None).unwrap().version);
    }
}
