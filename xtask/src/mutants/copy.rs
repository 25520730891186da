//! The copy of the working tree to which mutants are applied.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::TaskError;
use crate::tree;

/// The directory `target/mutants/tree`: a copy of the working tree at the time of [`Self::refresh`].
#[derive(Debug)]
pub(super) struct TreeCopy {
    tree: PathBuf,
}

impl TreeCopy {
    /// Updates the copy. An unchanged file keeps its modification time, so cargo recompiles only
    /// what has changed since the last run.
    pub(super) fn refresh(root: &Path) -> Result<Self, TaskError> {
        let copy = Self { tree: root.join("target/mutants/tree") };
        let wanted: BTreeSet<PathBuf> = tree::files(root)?.into_iter().collect();
        make(&copy.tree)?;
        copy.remove_others(&copy.tree, &wanted)?;
        for path in &wanted {
            let from = root.join(path);
            let bytes = fs::read(&from).map_err(TaskError::io("read", &from))?;
            let to = copy.tree.join(path);
            if fs::read(&to).ok().as_ref() != Some(&bytes) {
                to.parent().map_or(Ok(()), make)?;
                fs::copy(&from, &to).map_err(TaskError::io("write", &to))?;
            }
        }
        Ok(copy)
    }

    /// Directory of the copy.
    pub(super) fn path(&self) -> &Path {
        &self.tree
    }

    /// Reads a file of the copy; `file` is relative to the root.
    pub(super) fn read(&self, file: &Path) -> Result<String, TaskError> {
        let path = self.tree.join(file);
        fs::read_to_string(&path).map_err(TaskError::io("read", &path))
    }

    /// Writes a file of the copy; `file` is relative to the root.
    pub(super) fn write(&self, file: &Path, text: &str) -> Result<(), TaskError> {
        let path = self.tree.join(file);
        fs::write(&path, text).map_err(TaskError::io("write", &path))
    }

    /// Removes the files that are not in `wanted`. Cargo discovers tests by their path, so it would
    /// still compile a test that the working tree has deleted.
    fn remove_others(&self, directory: &Path, wanted: &BTreeSet<PathBuf>) -> Result<(), TaskError> {
        let entries = fs::read_dir(directory).map_err(TaskError::io("read", directory))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.remove_others(&path, wanted)?;
            } else if path.strip_prefix(&self.tree).is_ok_and(|path| !wanted.contains(path)) {
                fs::remove_file(&path).map_err(TaskError::io("remove", &path))?;
            }
        }
        Ok(())
    }
}

fn make(directory: &Path) -> Result<(), TaskError> {
    fs::create_dir_all(directory).map_err(TaskError::io("create", directory))
}
