//! Where this crate writes: one directory under `target/`, and one directory a broker below it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Problem;

/// Names another directory than `target/testbroker`, so that several trees can share the jars.
pub const DIRECTORY_VARIABLE: &str = "HARKEN_TESTBROKER_DIR";

/// The directory of everything this crate writes; it is made when it is not there.
pub(crate) fn root() -> Result<PathBuf, Problem> {
    let root = match std::env::var_os(DIRECTORY_VARIABLE) {
        Some(named) => PathBuf::from(named),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/testbroker"),
    };
    make(&root)?;
    fs::canonicalize(&root).map_err(Problem::io("resolve", &root))
}

/// Makes a directory and its parents.
pub(crate) fn make(directory: &Path) -> Result<(), Problem> {
    fs::create_dir_all(directory).map_err(Problem::io("make", directory))
}

/// Writes a file whole.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Problem> {
    fs::write(path, text).map_err(Problem::io("write", path))
}

/// The directory of one broker, deleted with this value.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes a fresh directory, named after this process, and sweeps those of processes that ended
    /// without sweeping up themselves.
    pub(crate) fn make() -> Result<Self, Problem> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let brokers = root()?.join("brokers");
        make(&brokers)?;
        sweep(&brokers);
        let name = format!("{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = brokers.join(name);
        if path.exists() {
            fs::remove_dir_all(&path).map_err(Problem::io("clear", &path))?;
        }
        make(&path)?;
        Ok(Self(path))
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left here is swept by the next broker's start.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Deletes the directories whose process is no more. Two sweeps may meet: losing is no error.
fn sweep(brokers: &Path) {
    let Ok(entries) = fs::read_dir(brokers) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if owner(&name.to_string_lossy()).is_some_and(|pid| !crate::process::is_alive(pid)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The pid in a directory's name, `<pid>-<n>`.
fn owner(name: &str) -> Option<u32> {
    name.split_once('-')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_the_part_before_the_hyphen() {
        assert_eq!(owner("123-0"), Some(123));
        assert_eq!(owner("123"), None);
        assert_eq!(owner("x-0"), None);
    }

    #[test]
    fn only_directories_of_dead_processes_are_swept() {
        let scratch = Scratch::make().unwrap();
        let living = scratch.path().join(format!("{}-7", process::id()));
        let dead = scratch.path().join(format!("{}-7", i32::MAX));
        let foreign = scratch.path().join("notes");
        for directory in [&living, &dead, &foreign] {
            make(directory).unwrap();
        }
        sweep(scratch.path());
        assert!(living.exists());
        assert!(!dead.exists());
        assert!(foreign.exists());
    }
}
