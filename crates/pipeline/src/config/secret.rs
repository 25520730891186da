//! A setting that is never printed or logged.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize, Serializer};

use super::PathSetting;
use crate::bounded_file::{MAX_SECRET_FILE, read_text};
use crate::{CommandError, Failure};

/// A password or key; empty if it is not set.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

/// Printed in place of a secret.
pub(super) const REDACTED: &str = "<set>";

impl Secret {
    /// Whether the setting itself holds none; a file may hold one.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The secret in the setting itself, for a check that does not read files.
    pub(super) fn inline(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|secret| !secret.is_empty())
    }

    /// The secret from the setting or, if that is empty, from `file`. `None` if neither is set.
    ///
    /// # Errors
    /// [`CommandError::Config`] if `file` cannot be read, or the setting and `file` are both set.
    pub fn reveal(&self, file: &PathSetting, key: &str) -> Result<Option<String>, CommandError> {
        match (self.0.is_empty(), file.path()) {
            (true, None) => Ok(None),
            (false, None) => Ok(Some(self.0.clone())),
            (true, Some(path)) => read(path, key).map(Some),
            (false, Some(_)) => {
                let both = format!("read the configuration: {key} and {key}_file are both set");
                Err(CommandError::Config(both.into()))
            }
        }
    }
}

fn read(path: &Path, key: &str) -> Result<String, CommandError> {
    match read_text(path, MAX_SECRET_FILE) {
        // Editors and `echo` end a file with a line break, which is no part of the secret.
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(e) => {
            let shown = path.display();
            Err(CommandError::Config(Failure::new(
                format!("read the configuration: {key}_file: {shown}"),
                e,
            )))
        }
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(if self.0.is_empty() { "" } else { REDACTED })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_empty() { "Secret()" } else { "Secret(<set>)" })
    }
}
