//! Putting a model where the one in force lies: whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use stage::Micros;

use crate::Problem;

/// What is done, as it is written down beside the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    /// When, in microseconds.
    pub promoted_at: Micros,
    /// The version that was in force.
    pub from: String,
    /// The version that is.
    pub to: String,
    /// Why it was done in spite of what speaks against it.
    pub reason: Option<String>,
    /// What speaks against it.
    pub against: Vec<String>,
}

/// A line of the list of promotions.
#[derive(Serialize)]
struct Line<'a> {
    promoted_at: String,
    from: &'a str,
    to: &'a str,
    reason: Option<&'a str>,
    against: &'a [String],
}

impl Promotion {
    /// Writes the model, keeps the one that lay there, and adds to the list of promotions.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when a file cannot be written; then the model in force is the one
    /// that was, unless only the list could not be written.
    pub fn make(&self, place: &Path, model: &[u8]) -> Result<(), Problem> {
        let failed = |path: &Path, e: io::Error| {
            Problem::Unavailable(format!("write {}: {e}", path.display()))
        };
        if place.exists() {
            let previous = beside(place, ".previous");
            let bytes = fs::read(place).map_err(|e| failed(place, e))?;
            replace(&previous, &bytes).map_err(|e| failed(&previous, e))?;
        }
        replace(place, model).map_err(|e| failed(place, e))?;
        let list = beside(place, ".promotions");
        let line = self.line()?;
        let open = OpenOptions::new().create(true).append(true).open(&list);
        let written = open.and_then(|mut list| {
            list.write_all(line.as_bytes())?;
            list.sync_all()
        });
        written.map_err(|e| failed(&list, e))
    }

    fn line(&self) -> Result<String, Problem> {
        let at = Timestamp::from_microsecond(self.promoted_at);
        let line = Line {
            promoted_at: at.map(|at| at.to_string()).unwrap_or_default(),
            from: &self.from,
            to: &self.to,
            reason: self.reason.as_deref(),
            against: &self.against,
        };
        let line = serde_json::to_string(&line);
        Ok(line.map_err(|e| Problem::Bug(format!("write the promotion: {e}")))? + "\n")
    }

    /// What has changed.
    #[must_use]
    pub fn told(&self, place: &Path) -> String {
        let (from, to, shown) = (&self.from, &self.to, place.display());
        format!("{shown}: {from} gave way to {to}; workers read it when they start\n")
    }

    /// What would change.
    #[must_use]
    pub fn would(&self, place: &Path) -> String {
        let (from, to) = (&self.from, &self.to);
        format!("{}: {from} would give way to {to}\n", place.display())
    }
}

fn beside(place: &Path, ending: &str) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Writes a file so that whoever opens it reads the old one or the new one, never a part: beside
/// it, to the disk, and then renamed.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path, ".new");
    let mut file = File::create(&new)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    let placed = written.and_then(|()| fs::rename(&new, path));
    if placed.is_err() {
        // It is of no use any more; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&new);
        return placed;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
