//! Test cases stored next to the rules: a mention and the expected decision.

use std::path::Path;

use mention::{Customer, Incident};
use serde::Deserialize;
use toml::Spanned;

use super::decision_fields::DecisionFields;
use crate::CommandError;
use pipeline::rules::{CASES_SUFFIX, list_files, read_source};

/// A test case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesTestCase {
    /// Description, printed if the case fails.
    pub(super) name: Spanned<String>,
    /// A canonical mention.
    pub(super) mention: serde_json::Value,
    /// The customer profile of its author.
    pub(super) customer: Option<Customer>,
    /// An open incident.
    pub(super) incident: Option<Incident>,
    /// The expected decision; omitted fields are not checked.
    pub(super) expect: DecisionFields,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: Vec<RulesTestCase>,
}

/// A test case with its file and line.
#[derive(Debug)]
pub(super) struct LocatedCase {
    pub(super) location: String,
    pub(super) case: RulesTestCase,
}

/// Loads the test cases stored next to `rules`, a folder or a file.
///
/// # Errors
/// [`CommandError::Config`] if there is no case or a file is unreadable or malformed.
pub(super) fn load_cases(rules: &Path) -> Result<Vec<LocatedCase>, CommandError> {
    let folder = if rules.is_dir() { rules } else { rules.parent().unwrap_or(rules) };
    let mut cases = Vec::new();
    for path in list_files(folder, |name| name.ends_with(CASES_SUFFIX))? {
        let text = read_source(&path)?.text;
        let path_display = path.display();
        let line_of =
            |at: usize| text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1;
        let file: CaseFile = toml::from_str(&text).map_err(|error| {
            let line = line_of(error.span().map_or(0, |span| span.start));
            CommandError::Config(
                format!("read the cases: {path_display}, line {line}: {}", error.message()).into(),
            )
        })?;
        cases.extend(file.case.into_iter().map(|case| {
            let location = format!("{path_display}, line {}", line_of(case.name.span().start));
            LocatedCase { location, case }
        }));
    }
    if cases.is_empty() {
        let what = format!(
            "find a case: {} contains no file that ends in {CASES_SUFFIX}",
            folder.display()
        );
        return Err(CommandError::Config(what.into()));
    }
    Ok(cases)
}
