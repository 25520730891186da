//! What a test may ask of a broker.

/// How a broker is booted; the default is one plain listener and a heap of 1 GiB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// A second listener with TLS, where this user may log in.
    pub tls_scram: Option<TlsScram>,
    /// A third listener whose advertised address is a [`crate::Proxy`] in front of it.
    pub proxied: bool,
    /// The heap as java writes it: `1g`, `512m`.
    pub heap: String,
    /// Broker properties, which win over those set here by default.
    pub extra: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self { tls_scram: None, proxied: false, heap: "1g".into(), extra: Vec::new() }
    }
}

impl Options {
    /// For tests that want a broker of their own beside others: half the heap.
    #[must_use]
    pub fn small() -> Self {
        Self { heap: "512m".into(), ..Self::default() }
    }
}

/// The one user of the TLS listener, who may log in by SCRAM-SHA-512 and by PLAIN.
///
/// Neither part may hold a quote, a comma, a bracket, a backslash or `=`: they are written into
/// Kafka's own little languages, which have no common way to escape them.
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
