//! The directories of this crate: one under `target/`, and one per broker below it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::BrokerError;

/// The environment variable that replaces `target/testbroker`, so that several checkouts can share
/// the jars.
pub const DIRECTORY_VARIABLE: &str = "HARKEN_TESTBROKER_DIR";

/// Returns the root directory of this crate, and creates it if needed.
pub(crate) fn root() -> Result<PathBuf, BrokerError> {
    let root = match std::env::var_os(DIRECTORY_VARIABLE) {
        Some(named) => PathBuf::from(named),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/testbroker"),
    };
    create_directory(&root)?;
    fs::canonicalize(&root).map_err(BrokerError::io("resolve", &root))
}

/// Creates a directory and its parents.
pub(crate) fn create_directory(directory: &Path) -> Result<(), BrokerError> {
    fs::create_dir_all(directory).map_err(BrokerError::io("make", directory))
}

/// Writes a file.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), BrokerError> {
    fs::write(path, text).map_err(BrokerError::io("write", path))
}

/// The directory of one broker; dropping this value deletes it.
#[derive(Debug)]
pub(crate) struct ScratchDirectory(PathBuf);

impl ScratchDirectory {
    /// Creates an empty directory, named after this process, and deletes the directories that ended
    /// processes have left.
    pub(crate) fn make() -> Result<Self, BrokerError> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let brokers = root()?.join("brokers");
        create_directory(&brokers)?;
        delete_orphans(&brokers);
        let name = format!("{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = brokers.join(name);
        // A pid may come round again after a crash.
        if path.exists() {
            fs::remove_dir_all(&path).map_err(BrokerError::io("clear", &path))?;
        }
        create_directory(&path)?;
        Ok(Self(path))
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ScratchDirectory {
    fn drop(&mut self) {
        // On failure, `delete_orphans` deletes it at the next start of a broker.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Deletes the directories whose process has ended. Two processes may do so at the same time, so a
/// failed deletion is no error.
fn delete_orphans(brokers: &Path) {
    let Ok(entries) = fs::read_dir(brokers) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if owner_pid(&name.to_string_lossy()).is_some_and(|pid| !crate::process::is_alive(pid)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Returns the pid in the name of a directory, `<pid>-<n>`.
fn owner_pid(name: &str) -> Option<u32> {
    name.split_once('-')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_pid_is_the_part_before_the_hyphen() {
        assert_eq!(owner_pid("123-0"), Some(123));
        assert_eq!(owner_pid("123"), None);
        assert_eq!(owner_pid("x-0"), None);
    }

    #[test]
    fn only_directories_of_ended_processes_are_deleted() {
        let scratch = ScratchDirectory::make().unwrap();
        let living = scratch.path().join(format!("{}-7", process::id()));
        let dead = scratch.path().join(format!("{}-7", i32::MAX));
        let foreign = scratch.path().join("notes");
        for directory in [&living, &dead, &foreign] {
            create_directory(directory).unwrap();
        }
        delete_orphans(scratch.path());
        assert!(living.exists());
        assert!(!dead.exists());
        assert!(foreign.exists());
    }
}
