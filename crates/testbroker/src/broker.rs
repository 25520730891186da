//! One Kafka node on loopback: start, kill, restart, stop.

use std::path::{Path, PathBuf};

use crate::java::Java;
use crate::layout::Layout;
use crate::place::{self, Scratch};
use crate::properties;
use crate::{Jars, Options, Problem, Proxy, format};

/// Names the broker that the tests of one run share, as `host:port`.
pub const SHARED_VARIABLE: &str = "HARKEN_TEST_KAFKA";

/// The broker that the tests of one run share; `cargo xtask test` boots it and says where it is.
///
/// # Errors
/// [`Problem::NoSharedBroker`] says how to run the tests.
pub fn shared_bootstrap() -> Result<String, Problem> {
    std::env::var(SHARED_VARIABLE).map_err(|_| Problem::NoSharedBroker)
}

/// A Kafka node of this test alone. Dropping it kills java and deletes its data.
#[derive(Debug)]
pub struct Broker {
    java: Option<Java>,
    jars: Jars,
    heap: String,
    layout: Layout,
    properties: PathBuf,
    scratch: Scratch,
}

impl Broker {
    /// Fetches the jars if they are not there, formats a fresh storage, starts java and waits until
    /// the node has said that it started and lists itself to a client; 120 s at most.
    ///
    /// # Errors
    /// What is missing, or why it is not ready with the end of its log.
    pub fn start(options: Options) -> Result<Self, Problem> {
        let jars = Jars::fetch()?;
        let scratch = Scratch::make()?;
        let layout = Layout::plan(&options, scratch.path())?;
        let properties = scratch.path().join("broker.properties");
        let data = scratch.path().join("data");
        let text = properties::render(&data, &layout.listeners(), &options.extra);
        place::write(&properties, &text)?;
        place::write(&scratch.path().join("log4j2.properties"), properties::LOGGING)?;
        format::format(&jars, &properties, options.tls_scram.as_ref())?;
        let mut broker = Self { java: None, jars, heap: options.heap, layout, properties, scratch };
        broker.boot()?;
        Ok(broker)
    }

    /// The plain listener, `127.0.0.1:port`.
    pub fn bootstrap(&self) -> &str {
        &self.layout.bootstrap
    }

    /// The listener with TLS and SASL (SCRAM-SHA-512 or PLAIN), if asked for.
    pub fn secure_bootstrap(&self) -> Option<&str> {
        self.layout.secure.as_ref().map(|secure| secure.bootstrap.as_str())
    }

    /// The certificate a client of the secure listener trusts, if asked for.
    pub fn ca_pem_path(&self) -> Option<&Path> {
        self.layout.secure.as_ref().map(|secure| secure.authority.as_path())
    }

    /// The listener whose every byte goes through [`Broker::proxy`], if asked for.
    pub fn proxied_bootstrap(&self) -> Option<&str> {
        self.layout.proxied.as_ref().map(|proxied| proxied.bootstrap.as_str())
    }

    /// What stands before the proxied listener; it lives on while java is down.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.layout.proxied.as_ref().map(|proxied| &proxied.proxy)
    }

    /// Java's pid while it runs: to pause it, or to measure it.
    pub fn pid(&self) -> Option<u32> {
        self.java.as_ref().map(Java::pid)
    }

    /// The last lines of the running java's log.
    pub fn log_tail(&self) -> String {
        self.java.as_ref().map(Java::log_tail).unwrap_or_default()
    }

    /// Ends it with SIGKILL, as a lost machine would; data and ports stay. Also works while paused.
    pub fn kill(&mut self) {
        if let Some(java) = self.java.take() {
            java.kill();
        }
    }

    /// Ends it in an orderly way; data and ports stay.
    pub fn stop(&mut self) {
        if let Some(java) = self.java.take() {
            java.stop();
        }
    }

    /// Starts it again on the same data and the same ports, after killing it if it runs.
    ///
    /// # Errors
    /// As [`Broker::start`].
    pub fn restart(&mut self) -> Result<(), Problem> {
        self.kill();
        self.boot()
    }

    fn boot(&mut self) -> Result<(), Problem> {
        let java = Java::start(&self.jars, self.scratch.path(), &self.properties, &self.heap)?;
        java.wait_until_ready(self.layout.plain())?;
        self.java = Some(java);
        Ok(())
    }
}
