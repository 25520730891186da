//! Logs, to standard error: standard output belongs to the results.

use std::io::IsTerminal as _;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl FromStr for Format {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        match text {
            "text" => Ok(Format::Text),
            "json" => Ok(Format::Json),
            _ => Err(Unusable(format!("use the log format {text:?}: it must be text or json"))),
        }
    }
}

/// A log that cannot be set up, as a fragment that fits "failed to …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable(String);

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

/// Sets the log of the process up, once; `filter` is one of `tracing`'s, such as `info,kafka=debug`.
///
/// # Errors
/// When the filter cannot be read, or the log is set up already.
pub fn init_tracing(format: Format, filter: &str) -> Result<(), Unusable> {
    let parsed = EnvFilter::try_new(filter);
    let parsed = parsed.map_err(|e| Unusable(format!("use the log filter {filter:?}: {e}")))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_writer(std::io::stderr)
        .with_ansi(format == Format::Text && std::io::stderr().is_terminal());
    let done = match format {
        Format::Text => log.try_init(),
        Format::Json => log.json().flatten_event(true).try_init(),
    };
    done.map_err(|error| Unusable(format!("set up the log: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_text_or_json() {
        assert_eq!("text".parse(), Ok(Format::Text));
        assert_eq!("json".parse(), Ok(Format::Json));
        let error = "xml".parse::<Format>().unwrap_err().to_string();
        assert_eq!(error, "use the log format \"xml\": it must be text or json");
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_named() {
        let error = init_tracing(Format::Text, "harken=loud").unwrap_err().to_string();
        assert!(error.starts_with("use the log filter \"harken=loud\": "), "{error}");
    }
}
