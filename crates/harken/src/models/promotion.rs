//! Replaces the active model file atomically and records the promotion.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use stage::WallTime;

use crate::{CommandError, Failure};

/// A promotion, as recorded next to the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    /// Time of the promotion.
    pub promoted_at: WallTime,
    /// Version of the replaced model.
    pub from: String,
    /// Version of the promoted model.
    pub to: String,
    /// Reason for promoting it in spite of the objections.
    pub reason: Option<String>,
    /// Objections to the promotion.
    pub objections: Vec<String>,
}

/// A line of `<file>.promotions`.
#[derive(Serialize)]
struct PromotionRecord<'a> {
    promoted_at: String,
    from: &'a str,
    to: &'a str,
    reason: Option<&'a str>,
    against: &'a [String],
}

impl Promotion {
    /// Keeps the active model as `<file>.previous`, replaces it, and appends to `<file>.promotions`.
    ///
    /// # Errors
    /// [`CommandError::Unavailable`] if a file cannot be written. The active model is unchanged unless
    /// only the list of promotions could not be written.
    pub fn apply(&self, path: &Path, model: &[u8]) -> Result<(), CommandError> {
        let failed = |path: &Path, e: io::Error| {
            CommandError::Unavailable(Failure::new(format!("write {}", path.display()), e))
        };
        // The previous model is saved before the active one is touched: a crash in between loses nothing.
        if path.exists() {
            let previous = with_suffix(path, ".previous");
            let bytes = fs::read(path).map_err(|e| failed(path, e))?;
            replace(&previous, &bytes).map_err(|e| failed(&previous, e))?;
        }
        replace(path, model).map_err(|e| failed(path, e))?;
        // Last: the list must not contain a promotion that did not happen.
        let list = with_suffix(path, ".promotions");
        let line = self.record_line()?;
        let open = OpenOptions::new().create(true).append(true).open(&list);
        let written = open.and_then(|mut list| {
            list.write_all(line.as_bytes())?;
            list.sync_all()
        });
        written.map_err(|e| failed(&list, e))
    }

    fn record_line(&self) -> Result<String, CommandError> {
        let at = Timestamp::from_microsecond(self.promoted_at.as_micros());
        let line = PromotionRecord {
            promoted_at: at.map(|at| at.to_string()).unwrap_or_default(),
            from: &self.from,
            to: &self.to,
            reason: self.reason.as_deref(),
            against: &self.objections,
        };
        let line = serde_json::to_string(&line);
        Ok(line.map_err(|e| CommandError::Bug(Failure::new("write the promotion", e)))? + "\n")
    }

    /// Describes the promotion.
    #[must_use]
    pub fn render(&self, path: &Path) -> String {
        let (from, to, shown) = (&self.from, &self.to, path.display());
        format!("{shown}: {from} replaced by {to}; workers use it after a restart\n")
    }

    /// Describes what the promotion would do.
    #[must_use]
    pub fn render_dry_run(&self, path: &Path) -> String {
        let (from, to) = (&self.from, &self.to);
        format!("{}: {from} would be replaced by {to}\n", path.display())
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Replaces a file atomically: a reader sees the old or the new content, also after a crash. Writes a
/// temporary file, syncs it, and renames it.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = with_suffix(path, ".new");
    let mut file = File::create(&new)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let renamed = written.and_then(|()| fs::rename(&new, path));
    if renamed.is_err() {
        // Best effort: a leftover temporary file is overwritten by the next promotion.
        let _ = fs::remove_file(&new);
        return renamed;
    }
    // The rename is durable only once the folder is synced.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
