//! Reads the files of rules: one file, or all `*.toml` files of a folder except test cases.

use std::path::{Path, PathBuf};

use rules::{RuleProblem, Rules, Source, northline};

use crate::bounded_file::read_text;
use crate::config::SizeSetting;
use crate::{CommandError, Failure};

/// The largest file of rules, in bytes: 60,000 keywords take about 1.5 MB.
const MAX_FILE: u64 = 16 << 20;

/// The most bytes of all files of rules.
const MAX_FILES: u64 = 64 << 20;

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
    read_files(place, &files, MAX_FILES)
}

/// Reads files with at most `most` bytes in all.
fn read_files(place: &Path, files: &[PathBuf], most: u64) -> Result<Vec<Source>, CommandError> {
    let (mut sources, mut bytes) = (Vec::new(), 0);
    for path in files {
        let source = read_source(path)?;
        bytes += source.text.len() as u64;
        if bytes > most {
            let (shown, most) = (place.display(), SizeSetting(most));
            let what = format!("read the rules: the files of {shown} have more than {most} in all");
            return Err(CommandError::Config(what.into()));
        }
        sources.push(source);
    }
    Ok(sources)
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
///
/// # Errors
/// [`CommandError::Config`] if the file is unreadable or has more than 16 MiB.
pub fn read_source(path: &Path) -> Result<Source, CommandError> {
    let text = read_text(path, MAX_FILE).map_err(|e| {
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
    fn files_that_are_too_large_are_refused_and_sixty_thousand_keywords_are_read() {
        let folder = std::env::temp_dir().join(format!("harken-{}-large", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let [one, two] = ["one.toml", "two.toml"].map(|name| folder.join(name));
        let keywords: String =
            (0..60_000).map(|n| format!("  \"a keyword of a tenant {n:>12}\",\n")).collect();
        std::fs::write(&one, &keywords).unwrap();
        assert_eq!(read_source(&one).unwrap().text, keywords);
        std::fs::write(&two, "#").unwrap();
        let files = [one.clone(), two];
        let read = |most: usize| read_files(&folder, &files, most as u64);
        assert_eq!(read(keywords.len() + 1).unwrap().len(), 2);
        let refused = read(keywords.len()).unwrap_err().to_string();
        assert!(
            refused.ends_with(&format!("have more than {}B in all", keywords.len())),
            "{refused}"
        );
        // Sparse: it takes no room on the disk.
        std::fs::File::create(&one).unwrap().set_len(MAX_FILE + 1).unwrap();
        let refused = read_sources(Some(&folder)).unwrap_err();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(refused.code(), 78);
        assert!(
            refused.to_string().contains("one.toml: the file has more than 16MiB"),
            "{refused}"
        );
    }

    #[test]
    fn the_built_in_rules_equal_the_sample_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/rules/northline");
        assert_eq!(read_sources(Some(&folder)).unwrap(), northline());
        assert_eq!(load(Some(&folder)).unwrap().version, load(None).unwrap().version);
    }
}
