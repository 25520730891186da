//! Logging to standard error. Standard output is reserved for results.

use std::io::IsTerminal as _;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;

/// Encoding of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogEncoding {
    /// Human-readable text.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

impl FromStr for LogEncoding {
    type Err = LogSetupError;

    fn from_str(text: &str) -> Result<Self, LogSetupError> {
        match text {
            "text" => Ok(LogEncoding::Text),
            "json" => Ok(LogEncoding::Json),
            _ => Err(LogSetupError(format!("use the log format {text:?}: expected text or json"))),
        }
    }
}

/// Logging could not be set up. The text completes "failed to …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSetupError(String);

impl std::fmt::Display for LogSetupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LogSetupError {}

/// Sets up logging for the process. `filter` has the syntax of `tracing`'s `EnvFilter`, such as
/// `info,kafka=debug`.
///
/// # Errors
/// When the filter is invalid, or logging is already set up.
pub fn init_tracing(format: LogEncoding, filter: &str) -> Result<(), LogSetupError> {
    let parsed = EnvFilter::try_new(filter);
    let parsed =
        parsed.map_err(|e| LogSetupError(format!("use the log filter {filter:?}: {e}")))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_writer(std::io::stderr)
        // Colour codes would corrupt JSON and files.
        .with_ansi(format == LogEncoding::Text && std::io::stderr().is_terminal());
    let done = match format {
        LogEncoding::Text => log.try_init(),
        LogEncoding::Json => log.json().flatten_event(true).try_init(),
    };
    done.map_err(|error| LogSetupError(format!("set up logging: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_text_or_json() {
        assert_eq!("text".parse(), Ok(LogEncoding::Text));
        assert_eq!("json".parse(), Ok(LogEncoding::Json));
        let error = "xml".parse::<LogEncoding>().unwrap_err().to_string();
        assert_eq!(error, "use the log format \"xml\": expected text or json");
    }

    #[test]
    fn the_error_of_an_invalid_filter_quotes_it() {
        let error = init_tracing(LogEncoding::Text, "harken=loud").unwrap_err().to_string();
        assert!(error.starts_with("use the log filter \"harken=loud\": "), "{error}");
    }
}
