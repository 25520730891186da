//! The rules of the fictional brand Northline: the documented sample, which the demo uses.

use crate::Source;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../../deploy/rules/northline/", $name)))),+]
    };
}

const FILES: [(&str, &str); 8] = files![
    "calendars.toml",
    "general.toml",
    "paths.toml",
    "playbook.toml",
    "policies.toml",
    "priority.toml",
    "teams.toml",
    "tenants.toml",
];

/// The files of `deploy/rules/northline/`, compiled in.
#[must_use]
pub fn northline() -> Vec<Source> {
    let source =
        |(file, text): (&str, &str)| Source { file: file.to_owned(), text: text.to_owned() };
    FILES.into_iter().map(source).collect()
}
