//! Reads small files whole, and refuses large ones before they fill the memory.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::config::SizeSetting;

/// The largest configuration file and topics file, in bytes: about twenty times the file with every
/// setting.
pub const MAX_SETTINGS_FILE: u64 = 1 << 20;

/// The largest file with a key or a password, in bytes.
pub const MAX_SECRET_FILE: u64 = 64 << 10;

/// Reads a text file of at most `most` bytes.
///
/// # Errors
/// The file is unreadable, larger, or not UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    // One byte more than allowed, whatever size the system states: a device states none.
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("the file has more than {}", SizeSetting(most))));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::other("the file is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_limit_is_read_and_one_of_a_byte_more_refused() {
        let path = std::env::temp_dir().join(format!("harken-{}-bounded", std::process::id()));
        let read = |content: &[u8]| {
            std::fs::write(&path, content).unwrap();
            read_text(&path, 1_024).map_err(|error| error.to_string())
        };
        assert_eq!(read(&[b'a'; 1_024]), Ok("a".repeat(1_024)));
        let refused = Err("the file has more than 1KiB".to_owned());
        assert_eq!(read(&[b'a'; 1_025]), refused);
        // Cut inside a character.
        assert_eq!(read("é".repeat(513).as_bytes()), refused);
        assert!(read(&[0xff]).unwrap_err().contains("UTF-8"));
        std::fs::remove_file(&path).unwrap();
        assert!(read_text(&path, 1_024).is_err());
        assert_eq!(
            read_text(Path::new("/dev/zero"), 1_024).unwrap_err().to_string(),
            "the file has more than 1KiB"
        );
    }
}
