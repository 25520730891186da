//! Claims free ports on loopback for the lifetime of a broker, also while it is down.
//!
//! The ports are below Linux's ephemeral range (32768 and up): a client that keeps reconnecting to a
//! dead broker in that range may get the same number as its own source port and connect to itself.
//! Processes coordinate by locking one file per port.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};

use crate::{BrokerError, workspace};

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port that no other process with the same root directory claims while this value exists.
#[derive(Debug)]
pub(crate) struct ClaimedPort {
    number: u16,
    _claim: File,
}

impl ClaimedPort {
    /// Claims a port on which no process listens.
    pub(crate) fn claim() -> Result<Self, BrokerError> {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let claims = workspace::root()?.join("ports");
        workspace::create_directory(&claims)?;
        // Processes start at different offsets, so that they rarely try the same port. 97 spreads
        // neighbouring pids over the range.
        let start = std::process::id().wrapping_mul(97) % u32::from(COUNT);
        for _ in 0..COUNT {
            let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
            let offset = (start + step) % u32::from(COUNT);
            let number = FIRST + u16::try_from(offset).unwrap_or(0);
            if let Some(port) = Self::try_claim(number, &claims)? {
                return Ok(port);
            }
        }
        Err(BrokerError::NoPort)
    }

    fn try_claim(number: u16, claims: &Path) -> Result<Option<Self>, BrokerError> {
        let path = claims.join(number.to_string());
        let claim = File::create(&path).map_err(BrokerError::io("make", &path))?;
        // The lock excludes other test processes, the bind every other program.
        let is_free = claim.try_lock().is_ok() && TcpListener::bind(address(number)).is_ok();
        Ok(is_free.then_some(Self { number, _claim: claim }))
    }

    /// The port on 127.0.0.1.
    pub(crate) fn address(&self) -> SocketAddr {
        address(self.number)
    }
}

fn address(number: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_claims_never_get_the_same_port() {
        let ports: Vec<ClaimedPort> = (0..20).map(|_| ClaimedPort::claim().unwrap()).collect();
        let mut numbers: Vec<u16> = ports.iter().map(|port| port.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), ports.len());
    }

    #[test]
    fn a_port_in_use_is_not_claimed() {
        let claims = workspace::root().unwrap().join("ports");
        let number = ClaimedPort::claim().unwrap().number;
        let _listener = TcpListener::bind(address(number)).unwrap();
        assert!(ClaimedPort::try_claim(number, &claims).unwrap().is_none());
    }
}
