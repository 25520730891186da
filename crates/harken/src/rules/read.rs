//! The files of rules: one, or all `*.toml` of a folder but those of cases.

use std::path::{Path, PathBuf};

use rules::{Problem as Wrong, Rules, Source, northline};

use crate::Problem;

/// What the names of files with cases end in; they are not part of the rules.
pub(super) const CASES: &str = ".cases.toml";

/// The sources of rules, in the order of their names; those of Northline without a place.
///
/// # Errors
/// [`Problem::Config`] when a file cannot be read, or a folder holds none.
pub fn sources(place: Option<&Path>) -> Result<Vec<Source>, Problem> {
    let Some(place) = place else { return Ok(northline()) };
    let files = match place.is_dir() {
        true => files(place, |name| name.ends_with(".toml") && !name.ends_with(CASES))?,
        false => vec![place.to_owned()],
    };
    if files.is_empty() {
        let what = format!("read the rules: {} holds no file that ends in .toml", place.display());
        return Err(Problem::Config(what));
    }
    files.iter().map(|path| source(path)).collect()
}

/// The files of a folder by their names.
pub(super) fn files(folder: &Path, is_one: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>, Problem> {
    let unreadable = |e| Problem::Config(format!("read the rules: {}: {e}", folder.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_file() && is_one(&name(&path)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// One file; its name without its folder, so that the version is the same wherever it lies.
pub(super) fn source(path: &Path) -> Result<Source, Problem> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Problem::Config(format!("read the rules: {}: {e}", path.display())))?;
    Ok(Source { file: name(path), text })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Reads and checks the rules of a place; those of Northline without one.
///
/// # Errors
/// [`Problem::Config`] with every problem, by file and line.
pub fn load(place: Option<&Path>) -> Result<Rules, Problem> {
    Rules::load(&sources(place)?).map_err(|problems| told(place, &problems, "read"))
}

/// Every problem of rules, a line each.
pub(super) fn told(place: Option<&Path>, problems: &[Wrong], attempt: &str) -> Problem {
    let folder = place.filter(|place| place.is_dir());
    let each = problems.iter().map(|problem| match folder {
        Some(folder) => format!("\n{}", folder.join(problem.to_string()).display()),
        None => format!("\n{problem}"),
    });
    let (many, s) = (problems.len(), if problems.len() == 1 { "" } else { "s" });
    Problem::Config(format!("{attempt} the rules: {many} problem{s}{}", each.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_cannot_be_read_is_named() {
        let missing = sources(Some(Path::new("/nowhere/rules.toml"))).unwrap_err();
        assert!(missing.to_string().contains("read the rules: /nowhere/rules.toml: "), "{missing}");
        let empty = sources(Some(Path::new("src"))).unwrap_err();
        assert!(empty.to_string().contains("src holds no file that ends in .toml"), "{empty}");
    }

    #[test]
    fn the_sample_is_the_same_from_its_folder_and_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/rules/northline");
        assert_eq!(sources(Some(&folder)).unwrap(), northline());
        assert_eq!(load(Some(&folder)).unwrap().version, load(None).unwrap().version);
    }
}
