//! Input files: opens them and reads their lines as mentions.

mod lines;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

pub use lines::{InputLine, LineReader};

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
