//! A value that is never shown.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize, Serializer};

use super::Place;
use crate::Problem;

/// A password, a key: empty when it is not set.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

/// What is shown instead of a secret.
pub(super) const HIDDEN: &str = "<set>";

impl Secret {
    /// The secret itself, from the setting or else from the file beside it.
    ///
    /// # Errors
    /// [`Problem::Config`] when the file of `key` cannot be read, or both are set.
    pub fn reveal(&self, file: &Place, key: &str) -> Result<Option<String>, Problem> {
        match (self.0.is_empty(), file.path()) {
            (true, None) => Ok(None),
            (false, None) => Ok(Some(self.0.clone())),
            (true, Some(path)) => read(path, key).map(Some),
            (false, Some(_)) => {
                let both = format!("read the configuration: {key} and {key}_file are both set");
                Err(Problem::Config(both))
            }
        }
    }
}

fn read(path: &Path, key: &str) -> Result<String, Problem> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(e) => {
            let shown = path.display();
            Err(Problem::Config(format!("read the configuration: {key}_file: {shown}: {e}")))
        }
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(if self.0.is_empty() { "" } else { HIDDEN })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.0.is_empty() { "Secret()" } else { "Secret(<set>)" })
    }
}
