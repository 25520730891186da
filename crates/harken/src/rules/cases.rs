//! Cases beside the rules: a mention, and what is to be decided about it.

use std::path::Path;

use mention::{Customer, Incident};
use serde::Deserialize;
use toml::Spanned;

use super::decided::Decided;
use super::read::{CASES, files, source};
use crate::Problem;

/// A case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// What it shows, in words.
    pub(super) name: Spanned<String>,
    /// A canonical mention, as `harken replay` reads it.
    pub(super) mention: serde_json::Value,
    /// The customer behind its author.
    pub(super) customer: Option<Customer>,
    /// An incident that lasts.
    pub(super) incident: Option<Incident>,
    /// What is to be decided; what is left out is not asked.
    pub(super) expect: Decided,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

/// A case with the file and the line it stands in.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) place: String,
    pub(super) case: Case,
}

/// The cases that lie beside rules.
///
/// # Errors
/// [`Problem::Config`] when there are none, or a file cannot be read.
pub(super) fn beside(place: &Path) -> Result<Vec<Placed>, Problem> {
    let folder = if place.is_dir() { place } else { place.parent().unwrap_or(place) };
    let mut cases = Vec::new();
    for path in files(folder, |name| name.ends_with(CASES))? {
        let text = source(&path)?.text;
        let shown = path.display();
        let line = |at: usize| text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count() + 1;
        let file: File = toml::from_str(&text).map_err(|error| {
            let line = line(error.span().map_or(0, |span| span.start));
            Problem::Config(format!("read the cases: {shown}, line {line}: {}", error.message()))
        })?;
        cases.extend(file.case.into_iter().map(|case| {
            let place = format!("{shown}, line {}", line(case.name.span().start));
            Placed { place, case }
        }));
    }
    if cases.is_empty() {
        let what = format!("find a case: {} holds no file that ends in {CASES}", folder.display());
        return Err(Problem::Config(what));
    }
    Ok(cases)
}
