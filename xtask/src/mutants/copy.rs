//! The copy of the tree in which the code is broken.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::tree;

/// `target/mutants/tree`, equal to the working tree when it was made.
#[derive(Debug)]
pub(super) struct Copy {
    tree: PathBuf,
}

impl Copy {
    /// Brings the copy up to date. A file that is the same stays untouched, so that cargo compiles
    /// again only what has changed since the last time.
    pub(super) fn make(root: &Path) -> Result<Self, Failure> {
        let copy = Self { tree: root.join("target/mutants/tree") };
        let wanted: BTreeSet<PathBuf> = tree::files(root)?.into_iter().collect();
        make(&copy.tree)?;
        copy.remove_others(&copy.tree, &wanted)?;
        for path in &wanted {
            let from = root.join(path);
            let bytes = fs::read(&from).map_err(Failure::io("read", &from))?;
            let to = copy.tree.join(path);
            if fs::read(&to).ok().as_ref() != Some(&bytes) {
                to.parent().map_or(Ok(()), make)?;
                fs::copy(&from, &to).map_err(Failure::io("write", &to))?;
            }
        }
        Ok(copy)
    }

    /// Where the copy is.
    pub(super) fn path(&self) -> &Path {
        &self.tree
    }

    /// Reads one of its files.
    pub(super) fn read(&self, file: &Path) -> Result<String, Failure> {
        let path = self.tree.join(file);
        fs::read_to_string(&path).map_err(Failure::io("read", &path))
    }

    /// Writes one of its files.
    pub(super) fn write(&self, file: &Path, text: &str) -> Result<(), Failure> {
        let path = self.tree.join(file);
        fs::write(&path, text).map_err(Failure::io("write", &path))
    }

    /// A file that the tree no longer has may still be compiled: a test that is found by its place.
    fn remove_others(&self, directory: &Path, wanted: &BTreeSet<PathBuf>) -> Result<(), Failure> {
        let entries = fs::read_dir(directory).map_err(Failure::io("read", directory))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                self.remove_others(&path, wanted)?;
            } else if path.strip_prefix(&self.tree).is_ok_and(|path| !wanted.contains(path)) {
                fs::remove_file(&path).map_err(Failure::io("remove", &path))?;
            }
        }
        Ok(())
    }
}

fn make(directory: &Path) -> Result<(), Failure> {
    fs::create_dir_all(directory).map_err(Failure::io("make", directory))
}
