//! Reads labelled rows from a pair of files: one text per line, one label per line.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why labelled files are rejected. Messages complete "failed to read the data: …".
#[derive(Debug)]
#[non_exhaustive]
pub enum DataError {
    /// The file cannot be read, or is not UTF-8.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// The two files have different numbers of lines.
    LineCountMismatch {
        /// The number of texts.
        texts: usize,
        /// The number of labels.
        labels: usize,
    },
    /// A line is not the number of a label.
    InvalidLabel {
        /// The label file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A lexicon line is not a word, a tab and a number.
    InvalidLexiconLine {
        /// The lexicon.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

impl fmt::Display for DataError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DataError::Unreadable { path, source } => {
                write!(out, "unreadable file {}: {source}", path.display())
            }
            DataError::LineCountMismatch { texts, labels } => {
                write!(out, "line counts differ: {texts} texts, {labels} labels")
            }
            DataError::InvalidLabel { path, line } => {
                write!(out, "no label number in line {line} of {}", path.display())
            }
            DataError::InvalidLexiconLine { path, line } => {
                write!(out, "no word, tab and number in line {line} of {}", path.display())
            }
        }
    }
}

impl std::error::Error for DataError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DataError::Unreadable { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Reads a file of texts and the file of their labels (numbers from 0), line by line.
///
/// # Errors
/// An unreadable file, different line counts, a label that is not a number.
pub fn read_pair(texts: &Path, labels: &Path) -> Result<Vec<(String, usize)>, DataError> {
    let texts = read(texts)?;
    let numbers = read(labels)?;
    let (texts, numbers) = (lines(&texts), lines(&numbers));
    if texts.len() != numbers.len() {
        return Err(DataError::LineCountMismatch { texts: texts.len(), labels: numbers.len() });
    }
    let rows = texts.into_iter().zip(numbers).enumerate();
    rows.map(|(at, (text, number))| match number.trim().parse() {
        Ok(label) => Ok((text.to_owned(), label)),
        Err(_) => Err(DataError::InvalidLabel { path: labels.to_owned(), line: at + 1 }),
    })
    .collect()
}

/// Reads a lexicon. Each line is a word or emoticon, a tab, its valence, and optionally more columns,
/// which are ignored.
///
/// # Errors
/// An unreadable file, or a line without a word and a finite number.
pub fn read_lexicon(path: &Path) -> Result<Vec<(String, f32)>, DataError> {
    let content = read(path)?;
    let entries = lines(&content).into_iter().enumerate();
    entries
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            let mut fields = line.split('\t');
            let word = fields.next();
            let valence = fields.next().and_then(|field| field.trim().parse::<f32>().ok());
            match (word, valence) {
                (Some(word), Some(valence)) if valence.is_finite() => {
                    Ok((word.to_owned(), valence))
                }
                _ => Err(DataError::InvalidLexiconLine { path: path.to_owned(), line: at + 1 }),
            }
        })
        .collect()
}

/// Reads a file line by line.
///
/// # Errors
/// An unreadable file.
pub fn read_lines(path: &Path) -> Result<Vec<String>, DataError> {
    Ok(lines(&read(path)?).into_iter().map(str::to_owned).collect())
}

fn read(path: &Path) -> Result<String, DataError> {
    std::fs::read_to_string(path)
        .map_err(|source| DataError::Unreadable { path: path.to_owned(), source })
}

fn lines(content: &str) -> Vec<&str> {
    // Only `\n` ends a line; a `\r` before it belongs to the text, which `str::lines` would drop.
    let content = content.strip_suffix('\n').unwrap_or(content);
    if content.is_empty() { Vec::new() } else { content.split('\n').collect() }
}
