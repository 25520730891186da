//! The listeners of a broker: their ports, certificates and proxy.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::certificates::Certificates;
use crate::ports::ClaimedPort;
use crate::properties::{self, Listeners};
use crate::{BrokerError, BrokerOptions, Proxy, TlsScram};

/// The listeners of one broker. Decided before its first start and kept over restarts.
#[derive(Debug)]
pub(crate) struct BrokerLayout {
    plain: ClaimedPort,
    controller: ClaimedPort,
    /// `127.0.0.1:port` of the plain listener.
    pub(crate) bootstrap: String,
    pub(crate) secure: Option<SecureEndpoint>,
    pub(crate) proxied: Option<ProxiedEndpoint>,
}

/// The listener with TLS and SASL.
#[derive(Debug)]
pub(crate) struct SecureEndpoint {
    port: ClaimedPort,
    user: TlsScram,
    keystore: PathBuf,
    pub(crate) bootstrap: String,
    pub(crate) authority: PathBuf,
}

/// The listener that advertises its proxy.
#[derive(Debug)]
pub(crate) struct ProxiedEndpoint {
    port: ClaimedPort,
    pub(crate) proxy: Proxy,
    pub(crate) bootstrap: String,
}

impl BrokerLayout {
    /// Claims the ports, generates the certificates and starts the proxy that `options` request.
    pub(crate) fn plan(options: &BrokerOptions, directory: &Path) -> Result<Self, BrokerError> {
        let plain = ClaimedPort::claim()?;
        Ok(Self {
            bootstrap: plain.address().to_string(),
            plain,
            controller: ClaimedPort::claim()?,
            secure: match &options.tls_scram {
                Some(user) => Some(SecureEndpoint::plan(user.clone(), directory)?),
                None => None,
            },
            proxied: if options.proxied { Some(ProxiedEndpoint::plan()?) } else { None },
        })
    }

    /// The plain listener.
    pub(crate) fn plain(&self) -> SocketAddr {
        self.plain.address()
    }

    /// The listeners as `broker.properties` needs them.
    pub(crate) fn listeners(&self) -> Listeners<'_> {
        Listeners {
            plain: self.plain.address(),
            controller: self.controller.address(),
            secure: self.secure.as_ref().map(|secure| properties::SecureListener {
                address: secure.port.address(),
                keystore: &secure.keystore,
                user: &secure.user,
            }),
            proxied: self.proxied.as_ref().map(|proxied| properties::ProxiedListener {
                address: proxied.port.address(),
                advertised: proxied.proxy.address(),
            }),
        }
    }
}

impl SecureEndpoint {
    fn plan(user: TlsScram, directory: &Path) -> Result<Self, BrokerError> {
        let port = ClaimedPort::claim()?;
        let Certificates { authority, keystore } = Certificates::make(directory)?;
        Ok(Self { bootstrap: port.address().to_string(), port, user, keystore, authority })
    }
}

impl ProxiedEndpoint {
    fn plan() -> Result<Self, BrokerError> {
        let port = ClaimedPort::claim()?;
        // The proxy starts before the broker, because the broker advertises the proxy's port.
        let proxy = Proxy::start(port.address())?;
        Ok(Self { bootstrap: proxy.address().to_string(), port, proxy })
    }
}
