//! `[kafka]`: connection to the cluster.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::{ClientProperties, DurationSetting, PathSetting, Secret};

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

string_enum!(SaslMechanism {
    Plain = "PLAIN",
    ScramSha256 = "SCRAM-SHA-256",
    ScramSha512 = "SCRAM-SHA-512",
});
