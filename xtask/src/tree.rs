//! The root directory of the workspace and the files that belong to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::TaskError;

/// Returns the root directory of the workspace.
pub(crate) fn root() -> Result<PathBuf, TaskError> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::canonicalize(&here).map_err(TaskError::io("resolve", &here))
}

/// Lists the existing files that git tracks or would add, as paths relative to the root.
pub(crate) fn files(root: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git")
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(TaskError::io("list the files of", root))?;
    if !output.status.success() {
        return Err(TaskError::Command("git ls-files".into()));
    }
    let listing = String::from_utf8_lossy(&output.stdout);
    let paths = listing.split_terminator('\0').map(PathBuf::from);
    // The index still lists files that were deleted without `git rm`.
    Ok(paths.filter(|path| root.join(path).is_file()).collect())
}
