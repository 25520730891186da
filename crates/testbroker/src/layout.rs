//! Which listeners a broker has, on which ports, with what before and beside them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::certificates::Certificates;
use crate::ports::Port;
use crate::properties::{self, Listeners};
use crate::{Options, Problem, Proxy, TlsScram};

/// Decided once, before the first start; restarts find the same.
#[derive(Debug)]
pub(crate) struct Layout {
    plain: Port,
    controller: Port,
    /// `127.0.0.1:port` of the plain listener.
    pub(crate) bootstrap: String,
    pub(crate) secure: Option<Secure>,
    pub(crate) proxied: Option<Proxied>,
}

/// The listener with TLS and a login.
#[derive(Debug)]
pub(crate) struct Secure {
    port: Port,
    user: TlsScram,
    keystore: PathBuf,
    pub(crate) bootstrap: String,
    pub(crate) authority: PathBuf,
}

/// The listener whose clients are sent to the proxy.
#[derive(Debug)]
pub(crate) struct Proxied {
    port: Port,
    pub(crate) proxy: Proxy,
    pub(crate) bootstrap: String,
}

impl Layout {
    /// Claims the ports, makes the certificates and starts the proxy that `options` ask for.
    pub(crate) fn plan(options: &Options, directory: &Path) -> Result<Self, Problem> {
        let plain = Port::claim()?;
        Ok(Self {
            bootstrap: plain.address().to_string(),
            plain,
            controller: Port::claim()?,
            secure: match &options.tls_scram {
                Some(user) => Some(Secure::plan(user.clone(), directory)?),
                None => None,
            },
            proxied: if options.proxied { Some(Proxied::plan()?) } else { None },
        })
    }

    /// The plain listener.
    pub(crate) fn plain(&self) -> SocketAddr {
        self.plain.address()
    }

    /// The same as the broker's properties want it.
    pub(crate) fn listeners(&self) -> Listeners<'_> {
        Listeners {
            plain: self.plain.address(),
            controller: self.controller.address(),
            secure: self.secure.as_ref().map(|secure| properties::Secure {
                address: secure.port.address(),
                keystore: &secure.keystore,
                user: &secure.user,
            }),
            proxied: self.proxied.as_ref().map(|proxied| properties::Proxied {
                address: proxied.port.address(),
                advertised: proxied.proxy.address(),
            }),
        }
    }
}

impl Secure {
    fn plan(user: TlsScram, directory: &Path) -> Result<Self, Problem> {
        let port = Port::claim()?;
        let Certificates { authority, keystore } = Certificates::make(directory)?;
        Ok(Self { bootstrap: port.address().to_string(), port, user, keystore, authority })
    }
}

impl Proxied {
    fn plan() -> Result<Self, Problem> {
        let port = Port::claim()?;
        let proxy = Proxy::start(port.address())?;
        Ok(Self { bootstrap: proxy.address().to_string(), port, proxy })
    }
}
