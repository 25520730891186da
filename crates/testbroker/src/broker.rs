//! One Kafka node on loopback: start, kill, restart, stop.

use std::path::{Path, PathBuf};

use crate::java::JavaProcess;
use crate::layout::BrokerLayout;
use crate::properties;
use crate::workspace::{self, ScratchDirectory};
use crate::{BrokerError, BrokerOptions, Jars, Proxy, format};

/// The environment variable with the `host:port` of the broker that the tests of one run share.
pub const SHARED_VARIABLE: &str = "HARKEN_TEST_KAFKA";

/// Returns the `host:port` of the broker that the tests of one run share. `cargo xtask test` boots it
/// and sets [`SHARED_VARIABLE`].
///
/// # Errors
/// [`BrokerError::NoSharedBroker`], whose text explains how to run the tests.
pub fn shared_bootstrap() -> Result<String, BrokerError> {
    std::env::var(SHARED_VARIABLE).map_err(|_| BrokerError::NoSharedBroker)
}

/// A Kafka node of this test alone. Dropping it kills java and deletes its data.
#[derive(Debug)]
pub struct TestBroker {
    java: Option<JavaProcess>,
    jars: Jars,
    heap: String,
    layout: BrokerLayout,
    properties: PathBuf,
    scratch: ScratchDirectory,
}

impl TestBroker {
    /// Fetches the jars if needed, formats fresh storage, starts java and waits until the node has
    /// logged that it started and lists itself in its metadata; 120 s at most.
    ///
    /// # Errors
    /// When a program is missing, or the node does not become ready; the error has the end of its log.
    pub fn start(options: BrokerOptions) -> Result<Self, BrokerError> {
        let jars = Jars::fetch()?;
        let scratch = ScratchDirectory::make()?;
        let layout = BrokerLayout::plan(&options, scratch.path())?;
        let properties = scratch.path().join("broker.properties");
        let data = scratch.path().join("data");
        let text = properties::render(&data, &layout.listeners(), &options.extra);
        workspace::write(&properties, &text)?;
        workspace::write(&scratch.path().join("log4j2.properties"), properties::LOGGING)?;
        format::format(&jars, &properties, options.tls_scram.as_ref())?;
        // Before the boot: if that fails, dropping the broker deletes the directory.
        let mut broker = Self { java: None, jars, heap: options.heap, layout, properties, scratch };
        broker.boot()?;
        Ok(broker)
    }

    /// The plain listener, `127.0.0.1:port`.
    pub fn bootstrap(&self) -> &str {
        &self.layout.bootstrap
    }

    /// The listener with TLS and SASL (SCRAM-SHA-512 or PLAIN), if requested.
    pub fn secure_bootstrap(&self) -> Option<&str> {
        self.layout.secure.as_ref().map(|secure| secure.bootstrap.as_str())
    }

    /// The certificate authority of the TLS listener, if requested.
    pub fn ca_pem_path(&self) -> Option<&Path> {
        self.layout.secure.as_ref().map(|secure| secure.authority.as_path())
    }

    /// The listener behind [`TestBroker::proxy`], if requested.
    pub fn proxied_bootstrap(&self) -> Option<&str> {
        self.layout.proxied.as_ref().map(|proxied| proxied.bootstrap.as_str())
    }

    /// The proxy in front of that listener; it keeps running while java is down.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.layout.proxied.as_ref().map(|proxied| &proxied.proxy)
    }

    /// The pid of java while it runs, to pause or measure it.
    pub fn pid(&self) -> Option<u32> {
        self.java.as_ref().map(JavaProcess::pid)
    }

    /// The last lines of the running java's log.
    pub fn log_tail(&self) -> String {
        self.java.as_ref().map(JavaProcess::log_tail).unwrap_or_default()
    }

    /// Kills java (SIGKILL), as when a machine is lost; keeps data and ports. Works on a paused one.
    pub fn kill(&mut self) {
        if let Some(java) = self.java.take() {
            java.kill();
        }
    }

    /// Stops java in an orderly way; keeps data and ports.
    pub fn stop(&mut self) {
        if let Some(java) = self.java.take() {
            java.stop();
        }
    }

    /// Kills java if it runs, and starts it again on the same data and ports.
    ///
    /// # Errors
    /// As [`TestBroker::start`].
    pub fn restart(&mut self) -> Result<(), BrokerError> {
        self.kill();
        self.boot()
    }

    fn boot(&mut self) -> Result<(), BrokerError> {
        let java =
            JavaProcess::start(&self.jars, self.scratch.path(), &self.properties, &self.heap)?;
        java.wait_until_ready(self.layout.plain())?;
        self.java = Some(java);
        Ok(())
    }
}
