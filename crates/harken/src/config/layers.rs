//! Default, file and environment, put on top of each other.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use config::{ConfigError, Environment, File, FileFormat};

use super::Config;

/// The reference: every setting with its default and what it means.
pub const DEFAULT: &str = include_str!("../../default.toml");

/// Where settings come from, beside [`DEFAULT`].
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// A file in the form of [`DEFAULT`], with any part of its keys.
    pub file: Option<PathBuf>,
    /// Variables; those named `HARKEN__SECTION__KEY` count.
    pub environment: HashMap<String, String>,
}

impl Layers {
    /// The file given and the environment of this process.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "the edge that reads the environment")]
    pub fn of_process(file: Option<PathBuf>) -> Self {
        // A variable that is not Unicode cannot be one of ours.
        let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self { file, environment: std::env::vars_os().filter_map(unicode).collect() }
    }

    /// Reads them all; the error says what is wrong in one line.
    pub(super) fn read(&self) -> Result<Config, String> {
        let mut sources =
            config::Config::builder().add_source(File::from_str(DEFAULT, FileFormat::Toml));
        if let Some(path) = &self.file {
            check(path)?;
            sources = sources.add_source(File::from(path.as_path()).format(FileFormat::Toml));
        }
        let environment = Environment::with_prefix("HARKEN")
            .prefix_separator("__")
            .separator("__")
            .source(Some(self.environment.clone()));
        let built = sources.add_source(environment).build().map_err(|e| explain(&e))?;
        built.try_deserialize().map_err(|e| explain(&e))
    }
}

/// Says what is wrong with a file as a whole. The parser's own words quote the line, which may
/// hold a secret: only its message and the place are given.
fn check(path: &Path) -> Result<(), String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| format!("{shown}: {e}"))?;
    toml::from_str::<toml::Table>(&text).map(drop).map_err(|wrong| {
        let before = wrong.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        format!("{shown}, line {line}: {}", wrong.message())
    })
}

fn explain(wrong: &ConfigError) -> String {
    let place = |origin: &Option<String>| origin.as_ref().map(|o| format!(" (in {o})"));
    match wrong {
        ConfigError::Type { origin, unexpected, expected, key } => {
            let (key, place) = (key.as_deref().unwrap_or("?"), place(origin).unwrap_or_default());
            format!("{key}: {unexpected}{place} must be {expected}")
        }
        ConfigError::At { error, origin, key } => {
            let (key, place) = (key.as_deref().unwrap_or("?"), place(origin).unwrap_or_default());
            format!("{key}: {}{place}", explain(error))
        }
        other => other.to_string().lines().next().unwrap_or_default().to_owned(),
    }
}
