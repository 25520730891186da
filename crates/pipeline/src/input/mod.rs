//! Input files: opens them and reads their lines as mentions.

mod file_clock;
mod lines;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::fd::AsFd;
use std::path::Path;

pub use lines::{CappedTime, InputLine, LineReader, TimeReport};

use crate::{CommandError, Failure};

/// Opens an input file; `-` opens standard input.
///
/// # Errors
/// [`CommandError::Usage`] if the file cannot be read.
pub fn open_input(path: &Path) -> Result<BufReader<Box<dyn Read>>, CommandError> {
    let read: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let unreadable =
            |e| CommandError::Usage(Failure::new(format!("read {}", path.display()), e));
        let file = File::open(path).map_err(unreadable)?;
        // Opening a folder succeeds on Linux; only reading it would fail, with a vague error.
        if file.metadata().map_err(unreadable)?.is_dir() {
            return Err(CommandError::Usage(
                format!("read {}: it is a folder", path.display()).into(),
            ));
        }
        Box::new(file)
    };
    Ok(BufReader::with_capacity(1 << 18, read))
}

/// How an input arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// All of it is there, as in a file: reading on never waits.
    Whole,
    /// Piece by piece, as through a pipe: its sender may wait for an answer before it sends more.
    Pieces,
}

impl Arrival {
    /// How this input arrives; `-` is standard input, which may be a file.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let is_file = if path == Path::new("-") {
            let copy = io::stdin().as_fd().try_clone_to_owned();
            copy.and_then(|input| File::from(input).metadata()).is_ok_and(|data| data.is_file())
        } else {
            path.is_file()
        };
        if is_file { Arrival::Whole } else { Arrival::Pieces }
    }
}
