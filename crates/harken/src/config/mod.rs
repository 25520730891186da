//! Settings: `default.toml` is the reference, a file replaces it, the environment replaces both.
//!
//! One struct a section, in files of their own. A key that nobody knows, or a value that cannot
//! be, is an error with the key, the value and what would be right. Must not know what a setting
//! does: the command that uses it does.

mod accounts;
mod books;
mod check;
mod client;
mod closed;
mod kafka;
mod layers;
mod names;
mod outbreaks;
mod secret;
mod stages;
mod units;
mod worker;

pub use accounts::Accounts;
pub use books::{Books, Staffing};
pub use client::Client;
pub use kafka::{Kafka, Mechanism, Protocol, Security};
pub use layers::{DEFAULT, Layers};
pub use names::Names;
pub use outbreaks::Outbreaks;
pub use secret::Secret;
pub use stages::{Dedupe, Escalation, Ingest, Priority, Sentiment};
pub use units::{Pause, Place, Size, Span};
pub use worker::{LogFormat, Telemetry, Worker};

use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::cli::{ConfigArgs, ConfigCommand};

/// Every setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the cluster is reached.
    pub kafka: Kafka,
    /// How a process works through a topic.
    pub worker: Worker,
    /// Logs, metrics and health.
    pub telemetry: Telemetry,
    /// Taking mentions in.
    pub ingest: Ingest,
    /// Telling new from known.
    pub dedupe: Dedupe,
    /// Saying how it is meant.
    pub sentiment: Sentiment,
    /// Saying how urgent it is.
    pub priority: Priority,
    /// Routing and clocks.
    pub escalation: Escalation,
    /// Noticing outbreaks.
    pub surge: Outbreaks,
    /// Keeping the books.
    pub metrics: Books,
}

impl Config {
    /// Puts the layers on top of each other and checks the result.
    ///
    /// # Errors
    /// [`Problem::Config`] with the key, the value and what would be right.
    pub fn load(layers: &Layers) -> Result<Self, Problem> {
        let wrong = |what: String| Problem::Config(format!("read the configuration: {what}"));
        let config = layers.read().map_err(wrong)?;
        match check::problems(&config).into_iter().next() {
            Some(problem) => Err(wrong(problem)),
            None => Ok(config),
        }
    }

    /// The settings in force as TOML, secrets hidden.
    ///
    /// # Errors
    /// [`Problem::Bug`]: every setting has a form in TOML.
    pub fn print(&self) -> Result<String, Problem> {
        toml::to_string(self).map_err(|e| Problem::Bug(format!("print the configuration: {e}")))
    }
}

/// `harken config`
///
/// # Errors
/// As [`Config::print`]; [`Problem::Config`] when a file that the settings name cannot be used.
pub fn command(args: &ConfigArgs, config: &Config) -> Result<(), Problem> {
    match args.command {
        ConfigCommand::Print => crate::output::text(&config.print()?),
        ConfigCommand::Check => {
            crate::chain::fused(config, stage::Taps::On)?;
            let (security, ingest) = (&config.kafka.security, &config.ingest);
            security.password.reveal(&security.password_file, "kafka.security.password")?;
            security
                .key_password
                .reveal(&security.key_password_file, "kafka.security.key_password")?;
            ingest.api_key.reveal(&ingest.api_key_file, "ingest.api_key")?;
            crate::output::text("the configuration is right\n")
        }
    }
}

#[cfg(test)]
mod tests;
