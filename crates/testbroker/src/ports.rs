//! Free ports on loopback that stay ours for as long as the broker lives, also while it is down.
//!
//! They are taken below Linux's ephemeral range (32768 and up): a client that keeps reconnecting to
//! a dead broker in that range would one day be given the same number as its own source port, and
//! connect to itself. Processes agree by a lock on a file a port.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};

use crate::{Problem, place};

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port nobody else of this directory takes while this value lives.
#[derive(Debug)]
pub(crate) struct Port {
    number: u16,
    _claim: File,
}

impl Port {
    /// Claims a port that nobody listens on.
    pub(crate) fn claim() -> Result<Self, Problem> {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let claims = place::root()?.join("ports");
        place::make(&claims)?;
        // Processes start at different places, so that they seldom meet.
        let start = std::process::id().wrapping_mul(97) % u32::from(COUNT);
        for _ in 0..COUNT {
            let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
            let offset = (start + step) % u32::from(COUNT);
            let number = FIRST + u16::try_from(offset).unwrap_or(0);
            if let Some(port) = Self::take(number, &claims)? {
                return Ok(port);
            }
        }
        Err(Problem::NoPort)
    }

    fn take(number: u16, claims: &Path) -> Result<Option<Self>, Problem> {
        let path = claims.join(number.to_string());
        let claim = File::create(&path).map_err(Problem::io("make", &path))?;
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
        let ports: Vec<Port> = (0..20).map(|_| Port::claim().unwrap()).collect();
        let mut numbers: Vec<u16> = ports.iter().map(|port| port.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), ports.len());
    }

    #[test]
    fn a_port_that_is_listened_on_is_not_taken() {
        let claims = place::root().unwrap().join("ports");
        let number = Port::claim().unwrap().number;
        let _listener = TcpListener::bind(address(number)).unwrap();
        assert!(Port::take(number, &claims).unwrap().is_none());
    }
}
