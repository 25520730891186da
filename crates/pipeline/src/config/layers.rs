//! The configuration sources, merged in order: defaults, file, environment.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use config::{ConfigError, Environment, File, FileFormat, Format as _, Map, Source, Value};

use super::Config;
use crate::bounded_file::{MAX_SETTINGS_FILE, read_text};

/// The defaults: every setting with its default value and a comment.
pub const DEFAULT_TOML: &str = include_str!("../../default.toml");

/// The sources that override [`DEFAULT_TOML`].
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// A TOML file with any subset of the keys of [`DEFAULT_TOML`].
    pub file: Option<PathBuf>,
    /// Environment variables; only those named `HARKEN__SECTION__KEY` are read.
    pub environment: HashMap<String, String>,
}

impl Layers {
    /// `file` and the environment of this process.
    #[must_use]
    #[allow(clippy::disallowed_methods, reason = "the edge that reads the environment")]
    pub fn from_process(file: Option<PathBuf>) -> Self {
        // A variable that is not Unicode cannot be a setting; `vars` would panic on it.
        let unicode = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self { file, environment: std::env::vars_os().filter_map(unicode).collect() }
    }

    /// Merges the sources. The error is one line.
    pub(super) fn read(&self) -> Result<Config, String> {
        let mut sources =
            config::Config::builder().add_source(File::from_str(DEFAULT_TOML, FileFormat::Toml));
        if let Some(path) = &self.file {
            sources = sources.add_source(FileLayer::read(path)?);
        }
        let environment = Environment::with_prefix("HARKEN")
            .prefix_separator("__")
            .separator("__")
            // Injected by the caller, so that tests do not share the environment of the process.
            .source(Some(self.environment.clone()));
        let built = sources.add_source(environment).build().map_err(|e| describe_error(&e))?;
        built.try_deserialize().map_err(|e| describe_error(&e))
    }
}

/// A file that was read once. The `config` crate would read it itself, without a bound.
#[derive(Debug, Clone)]
struct FileLayer {
    /// The path, which an error names.
    path: String,
    text: String,
}

impl FileLayer {
    /// Reads a file of at most [`MAX_SETTINGS_FILE`] bytes. The error contains the message of the parser
    /// and the line number, never the line: it may contain a secret.
    fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let text = read_text(path, MAX_SETTINGS_FILE).map_err(|e| format!("{shown}: {e}"))?;
        // Checked first: the error of the `config` crate would quote the malformed line.
        toml::from_str::<toml::Table>(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            format!("{shown}, line {line}: {}", error.message())
        })?;
        Ok(Self { path: shown.to_string(), text })
    }
}

impl Source for FileLayer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        let parsed = FileFormat::Toml.parse(Some(&self.path), &self.text);
        parsed.map_err(|cause| ConfigError::FileParse { uri: Some(self.path.clone()), cause })
    }
}

fn describe_error(error: &ConfigError) -> String {
    let place = |origin: &Option<String>| origin.as_ref().map(|o| format!(" (in {o})"));
    match error {
        ConfigError::Type { origin, unexpected, expected, key } => {
            let (key, place) = (key.as_deref().unwrap_or("?"), place(origin).unwrap_or_default());
            format!("{key}: {unexpected}{place} must be {expected}")
        }
        ConfigError::At { error, origin, key } => {
            let (key, place) = (key.as_deref().unwrap_or("?"), place(origin).unwrap_or_default());
            format!("{key}: {}{place}", describe_error(error))
        }
        // Only the first line: the others quote the file.
        other => other.to_string().lines().next().unwrap_or_default().to_owned(),
    }
}
