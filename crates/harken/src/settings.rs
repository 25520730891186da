//! `harken config`: prints and checks the settings.

use pipeline::config::Config;
use pipeline::routing_chain;

use crate::cli::{ConfigArgs, ConfigCommand};
use crate::{CommandError, output};

/// `harken config`
///
/// # Errors
/// As [`Config::print`]; [`CommandError::Config`] if a file that a setting names is unusable.
pub fn command(args: &ConfigArgs, config: &Config) -> Result<(), CommandError> {
    match args.command {
        ConfigCommand::Print => output::print_data(&config.print()?),
        ConfigCommand::Check => {
            // Loads the models and rules that the settings name, exactly as `run` would.
            routing_chain::build(config, stage::Taps::On)?;
            let (security, ingest) = (&config.kafka.security, &config.ingest);
            security.password.reveal(&security.password_file, "kafka.security.password")?;
            security
                .key_password
                .reveal(&security.key_password_file, "kafka.security.key_password")?;
            security.state_key()?;
            ingest.senders()?;
            config.telemetry.key()?;
            let warnings = config.warnings().into_iter();
            let warnings: String = warnings.map(|w| format!("warning: {w}\n")).collect();
            output::print(&format!("{warnings}the configuration is valid\n"))
        }
    }
}
