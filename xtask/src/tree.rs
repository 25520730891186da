//! Where the workspace is, and what belongs to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;

/// The root of the workspace.
pub(crate) fn root() -> Result<PathBuf, Failure> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::canonicalize(&here).map_err(Failure::io("resolve", &here))
}

/// The files git tracks and those it would, by their path from the root, that are there.
pub(crate) fn files(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = Command::new("git")
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(Failure::io("list the files of", root))?;
    if !output.status.success() {
        return Err(Failure::Command("git ls-files".into()));
    }
    let listing = String::from_utf8_lossy(&output.stdout);
    let paths = listing.split_terminator('\0').map(PathBuf::from);
    Ok(paths.filter(|path| root.join(path).is_file()).collect())
}
