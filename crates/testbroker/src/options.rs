//! Options of a test broker.

/// Options of a broker; the default is one plain listener and a heap of 1 GiB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerOptions {
    /// Adds a listener with TLS, for this user.
    pub tls_scram: Option<TlsScram>,
    /// Adds a listener that advertises the address of a [`crate::Proxy`] in front of it.
    pub proxied: bool,
    /// The heap size in Java's notation: `1g`, `512m`.
    pub heap: String,
    /// Broker properties, which override the defaults of this crate.
    pub extra: Vec<(String, String)>,
}

impl Default for BrokerOptions {
    fn default() -> Self {
        Self { tls_scram: None, proxied: false, heap: "1g".into(), extra: Vec::new() }
    }
}

impl BrokerOptions {
    /// Options for a broker that runs alongside others: half the heap.
    #[must_use]
    pub fn small() -> Self {
        Self { heap: "512m".into(), ..Self::default() }
    }
}

/// The user of the TLS listener, who may log in with SCRAM-SHA-512 and PLAIN.
///
/// Neither part may contain a quote, a comma, a bracket, a backslash or `=`: both are written into
/// JAAS and Kafka tool syntax, which have no common way to escape these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsScram {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

impl Default for TlsScram {
    fn default() -> Self {
        Self { user: "harken".into(), password: "a-test-password".into() }
    }
}
