//! `[kafka]`: how the cluster is reached.

use serde::{Deserialize, Serialize};

use super::closed::closed;
use super::{Client, Place, Secret, Span};

/// `[kafka]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kafka {
    /// `host:port`, several with commas.
    pub bootstrap: String,
    /// Stands before every topic, group and transactional id.
    pub prefix: String,
    /// The prefix of the deployment whose topics are read, to decide beside it; empty for its own.
    pub shadow_of: String,
    /// How long to wait for a broker at the start.
    pub timeout: Span,
    /// How the connection is protected.
    pub security: Security,
    /// For librdkafka, as it is.
    pub client: Client,
}

/// `[kafka.security]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// Encryption and authentication.
    pub protocol: Protocol,
    /// Certificates that sign the brokers'; empty for those of the system.
    pub ca_file: Place,
    /// The client's own certificate.
    pub certificate_file: Place,
    /// Its key.
    pub key_file: Place,
    /// The password of that key.
    pub key_password: Secret,
    /// The same from a file.
    pub key_password_file: Place,
    /// How the client says who it is.
    pub mechanism: Mechanism,
    /// Its name.
    pub username: String,
    /// Its password.
    pub password: Secret,
    /// The same from a file.
    pub password_file: Place,
}

/// Encryption and authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Neither.
    Plaintext,
    /// Encryption.
    Tls,
    /// Authentication.
    SaslPlaintext,
    /// Both.
    SaslTls,
}

/// How a client says who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// By name and password as they are.
    Plain,
    /// By proof of the password, with SHA-256.
    ScramSha256,
    /// By proof of the password, with SHA-512.
    ScramSha512,
}

closed!(Protocol {
    Plaintext = "plaintext",
    Tls = "tls",
    SaslPlaintext = "sasl_plaintext",
    SaslTls = "sasl_tls",
});

closed!(Mechanism {
    Plain = "PLAIN",
    ScramSha256 = "SCRAM-SHA-256",
    ScramSha512 = "SCRAM-SHA-512",
});
