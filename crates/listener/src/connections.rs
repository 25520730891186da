//! Counts open connections, in all and by address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Limits, Refusal};

/// The open connections of a listener. Clones share the same counts.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    counts: Arc<Mutex<Counts>>,
    limits: Limits,
}

#[derive(Debug, Default)]
struct Counts {
    total: usize,
    /// Never more entries than open connections: an address without any has none.
    by_address: HashMap<IpAddr, usize>,
}

/// The place of one connection. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Place {
    counts: Arc<Mutex<Counts>>,
    address: IpAddr,
}

impl Connections {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { counts: Arc::default(), limits }
    }

    /// Takes a place for a connection from `peer`.
    ///
    /// # Errors
    /// With the limit that is reached.
    pub(crate) fn admit(&self, peer: IpAddr) -> Result<Place, Refusal> {
        let address = counted_address(peer);
        let mut counts = lock(&self.counts);
        let of_address = counts.by_address.get(&address).copied().unwrap_or_default();
        // The address first: a peer that floods must not be told that the listener is full.
        if of_address >= self.limits.per_address {
            return Err(Refusal::Address);
        }
        if counts.total >= self.limits.connections {
            return Err(Refusal::Total);
        }
        counts.total += 1;
        counts.by_address.insert(address, of_address + 1);
        Ok(Place { counts: Arc::clone(&self.counts), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.counts);
        counts.total -= 1;
        if let Some(open) = counts.by_address.get_mut(&self.address) {
            *open -= 1;
            if *open == 0 {
                counts.by_address.remove(&self.address);
            }
        }
    }
}

/// The address under which a peer is counted. A host with IPv6 has a whole /64 network of addresses.
fn counted_address(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

fn lock(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    // The counts are changed without a panic in between, so a poisoned lock holds valid ones.
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn an_address_gets_its_own_share_and_all_together_no_more_than_the_total() {
        let limits = Limits { connections: 3, per_address: 2, ..Limits::default() };
        let connections = Connections::new(limits);
        let admit = |address: &str| connections.admit(of(address));
        let first = admit("10.0.0.1").unwrap();
        let _second = admit("10.0.0.1").unwrap();
        assert_eq!(admit("10.0.0.1").unwrap_err(), Refusal::Address);
        let other = admit("10.0.0.2").unwrap();
        assert_eq!(admit("10.0.0.2").unwrap_err(), Refusal::Total);
        drop(first);
        let _again = admit("10.0.0.1").unwrap();
        drop(other);
        assert_eq!(lock(&connections.counts).by_address.len(), 1, "no entry without connections");
    }

    #[test]
    fn a_network_of_ipv6_and_a_mapped_address_count_as_one_peer() {
        let limits = Limits { per_address: 1, ..Limits::default() };
        for (first, second) in [("2001:db8::1", "2001:db8::ffff"), ("10.0.0.1", "::ffff:10.0.0.1")]
        {
            let connections = Connections::new(limits);
            let _first = connections.admit(of(first)).unwrap();
            assert_eq!(connections.admit(of(second)).unwrap_err(), Refusal::Address, "{second}");
            assert!(connections.admit(of("2001:db8:0:1::1")).is_ok());
        }
    }
}
