//! `[kafka]`: connection to the cluster.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::{ClientProperties, DurationSetting, PathSetting, Secret};
use crate::CommandError;

/// `[kafka]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KafkaConfig {
    /// Bootstrap brokers as `host:port`, comma-separated.
    pub bootstrap: String,
    /// Prefix of every topic, consumer group and transactional id.
    pub prefix: String,
    /// Prefix of the deployment that this process shadows; empty if it shadows none.
    pub shadow_of: String,
    /// Timeout for reaching the brokers at start-up.
    pub timeout: DurationSetting,
    /// Encryption and authentication of the connection.
    pub security: SecurityConfig,
    /// Properties for librdkafka.
    pub client: ClientProperties,
}

/// `[kafka.security]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityConfig {
    /// Encryption and authentication.
    pub protocol: SecurityProtocol,
    /// CA certificates (PEM); empty uses those of the system.
    pub ca_file: PathSetting,
    /// Client certificate (PEM).
    pub certificate_file: PathSetting,
    /// Private key of the client certificate (PEM).
    pub key_file: PathSetting,
    /// Password of the private key.
    pub key_password: Secret,
    /// File that contains the password of the private key.
    pub key_password_file: PathSetting,
    /// SASL mechanism.
    pub mechanism: SaslMechanism,
    /// SASL user name.
    pub username: String,
    /// SASL password.
    pub password: Secret,
    /// File that contains the SASL password.
    pub password_file: PathSetting,
    /// Key of the check in each changelog entry.
    pub state_key: Secret,
    /// File that contains the state key.
    pub state_key_file: PathSetting,
    /// What a restore does with entries that no worker of the deployment has written.
    pub forged_state: ForgedStateSetting,
}

/// The shortest state key, in bytes: it must not be guessed from an entry.
const MIN_STATE_KEY: usize = 16;

impl SecurityConfig {
    /// The state key; empty if none is set.
    ///
    /// # Errors
    /// [`CommandError::Config`] if the key is too short, its file cannot be read, or both are set.
    pub fn state_key(&self) -> Result<Vec<u8>, CommandError> {
        let key = self.state_key.reveal(&self.state_key_file, "kafka.security.state_key")?;
        let Some(key) = key else { return Ok(Vec::new()) };
        match key.len() < MIN_STATE_KEY {
            true => Err(CommandError::Config(
                format!("use kafka.security.state_key: it has less than {MIN_STATE_KEY} bytes")
                    .into(),
            )),
            false => Ok(key.into_bytes()),
        }
    }
}

/// What a restore does with forged changelog entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForgedStateSetting {
    /// Ends the process.
    Stop,
    /// Ignores them, and writes the last genuine entries of their keys again.
    Repair,
}

/// Encryption and authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityProtocol {
    /// Neither encryption nor authentication.
    Plaintext,
    /// TLS without SASL.
    Tls,
    /// SASL without TLS.
    SaslPlaintext,
    /// SASL over TLS.
    SaslTls,
}

/// SASL mechanism of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaslMechanism {
    /// User name and password in clear text (RFC 4616).
    Plain,
    /// Salted challenge-response with SHA-256 (RFC 7677).
    ScramSha256,
    /// Salted challenge-response with SHA-512.
    ScramSha512,
}

string_enum!(SecurityProtocol {
    Plaintext = "plaintext",
    Tls = "tls",
    SaslPlaintext = "sasl_plaintext",
    SaslTls = "sasl_tls",
});

string_enum!(ForgedStateSetting {
    Stop = "stop",
    Repair = "repair",
});

string_enum!(SaslMechanism {
    Plain = "PLAIN",
    ScramSha256 = "SCRAM-SHA-256",
    ScramSha512 = "SCRAM-SHA-512",
});
