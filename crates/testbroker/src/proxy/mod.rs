//! A TCP proxy on loopback that delays traffic as a test requests.
//!
//! Two controls, both at run time: a [`Gate`] per direction, for all bytes, and [`DelayRule`]s, for
//! requests of one kind. A delayed request delays those behind it on the same connection, as a slow
//! network does. The proxy delivers a request it has read even if the client has disconnected since:
//! this makes the late EndTxn of a dead producer.

mod controls;
mod frames;
mod link;

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::BrokerError;
use crate::ports::ClaimedPort;

pub use controls::{DelayRule, Direction, Gate, RuleRepeat, api_key};

use controls::ProxyControls;

/// A running proxy; dropping it closes every connection.
#[derive(Debug)]
pub struct Proxy {
    port: ClaimedPort,
    knobs: Arc<ProxyControls>,
    links: Arc<Links>,
    acceptor: Option<JoinHandle<()>>,
}

/// The sockets of the links, to close them; the forwarding threads own them.
#[derive(Debug, Default)]
struct Links(Mutex<Vec<Weak<TcpStream>>>);

impl Links {
    fn sockets(&self) -> MutexGuard<'_, Vec<Weak<TcpStream>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a link under the lock, so that `cut` never misses one that the broker has accepted.
    fn open(
        &self,
        client: TcpStream,
        target: SocketAddr,
        knobs: &Arc<ProxyControls>,
    ) -> io::Result<()> {
        let mut sockets = self.sockets();
        // Drops the entries of closed links, or the list would grow with every connection.
        sockets.retain(|socket| socket.strong_count() > 0);
        let broker = TcpStream::connect(target)?;
        sockets.extend(link::open(client, broker, knobs)?.iter().map(Arc::downgrade));
        Ok(())
    }

    fn cut(&self) {
        for socket in self.sockets().drain(..).filter_map(|socket| socket.upgrade()) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

impl Proxy {
    /// Listens on a free port of loopback and forwards each connection to `target`.
    ///
    /// # Errors
    /// [`BrokerError::NoPort`] or [`BrokerError::Io`] when it cannot listen.
    pub fn start(target: SocketAddr) -> Result<Self, BrokerError> {
        let port = ClaimedPort::claim()?;
        let listener = TcpListener::bind(port.address()).map_err(|source| BrokerError::Io {
            attempt: format!("listen on {}", port.address()),
            source,
        })?;
        let knobs = Arc::new(ProxyControls::default());
        let links = Arc::new(Links::default());
        let acceptor = thread::spawn({
            let (knobs, links) = (Arc::clone(&knobs), Arc::clone(&links));
            move || accept(&listener, target, &knobs, &links)
        });
        Ok(Self { port, knobs, links, acceptor: Some(acceptor) })
    }

    /// The address that clients connect to.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Opens or closes the gate of one direction, for present and future links.
    pub fn set(&self, direction: Direction, gate: Gate) {
        self.knobs.set_gate(direction, gate);
    }

    /// Closes the gate of one direction for `time` from now.
    pub fn hold_for(&self, direction: Direction, time: Duration) {
        self.knobs.hold_for(direction, time);
    }

    /// Adds a rule; the first rule that matches a request applies.
    pub fn add(&self, rule: DelayRule) {
        self.knobs.add(rule);
    }

    /// Removes all rules; requests already delayed stay delayed for their time.
    pub fn clear_rules(&self) {
        self.knobs.clear();
    }

    /// Number of requests that rules have begun to delay.
    pub fn held(&self) -> u64 {
        self.knobs.held()
    }

    /// Number of delayed requests that have been delivered to the broker.
    pub fn delivered_late(&self) -> u64 {
        self.knobs.delivered_late()
    }

    /// Waits until rules have delayed `count` requests, for at most `timeout`; returns whether they
    /// have.
    #[must_use]
    pub fn wait_until_held(&self, count: u64, timeout: Duration) -> bool {
        self.knobs.wait_until(timeout, |tally| tally.held >= count)
    }

    /// Waits until `count` delayed requests were delivered, for at most `timeout`; returns whether they
    /// were.
    #[must_use]
    pub fn wait_until_delivered_late(&self, count: u64, timeout: Duration) -> bool {
        self.knobs.wait_until(timeout, |tally| tally.delivered_late >= count)
    }

    /// Closes every present connection; new ones are accepted.
    pub fn cut(&self) {
        self.links.cut();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // First: closing releases the threads that wait at a gate or delay a request.
        self.knobs.close();
        // `incoming` has no timeout: one last connection wakes the acceptor, which drops it.
        let _ = TcpStream::connect(self.address());
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        self.cut();
    }
}

fn accept(listener: &TcpListener, target: SocketAddr, knobs: &Arc<ProxyControls>, links: &Links) {
    for client in listener.incoming() {
        if knobs.is_closed() {
            return;
        }
        if let Ok(client) = client {
            // While the broker is down, the connection is closed at once, as without a proxy.
            let _ = links.open(client, target, knobs);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::Ipv4Addr;

    use super::*;

    const WAIT_TIMEOUT: Duration = Duration::from_secs(60);
    const END_TXN: &[u8] = &[0, 0, 0, 3, 0, 26, 9];

    fn end_txn_held_for(hold: Duration) -> DelayRule {
        DelayRule { api_key: api_key::END_TXN, hold, repeat: RuleRepeat::Once }
    }

    /// Returns a proxy, a client of it, and the broker's end of that client's connection.
    fn connected(rule: Option<DelayRule>) -> (Proxy, TcpStream, TcpStream) {
        let broker = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Proxy::start(broker.local_addr().unwrap()).unwrap();
        if let Some(rule) = rule {
            proxy.add(rule);
        }
        let client = TcpStream::connect(proxy.address()).unwrap();
        let (accepted, _) = broker.accept().unwrap();
        accepted.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
        client.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
        (proxy, client, accepted)
    }

    #[test]
    fn a_request_and_its_response_are_forwarded() {
        let (_proxy, mut client, mut broker) = connected(None);
        client.write_all(END_TXN).unwrap();
        let mut request = [0; END_TXN.len()];
        broker.read_exact(&mut request).unwrap();
        assert_eq!(request, END_TXN);
        broker.write_all(&[0, 0, 0, 1, 5]).unwrap();
        let mut answer = [0; 5];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(answer, [0, 0, 0, 1, 5]);
    }

    #[test]
    fn a_delayed_request_is_delivered_after_its_client_has_disconnected() {
        let rule = end_txn_held_for(Duration::from_millis(200));
        let (proxy, mut client, mut broker) = connected(Some(rule));
        client.write_all(END_TXN).unwrap();
        assert!(proxy.wait_until_held(1, WAIT_TIMEOUT));
        drop(client);
        let mut request = [0; END_TXN.len()];
        broker.read_exact(&mut request).unwrap();
        assert_eq!(request, END_TXN);
        assert!(proxy.wait_until_delivered_late(1, WAIT_TIMEOUT));
    }

    #[test]
    fn a_request_is_delivered_when_the_gate_opens() {
        let (proxy, mut client, mut broker) = connected(None);
        proxy.set(Direction::ToBroker, Gate::Held);
        client.write_all(END_TXN).unwrap();
        broker.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        assert!(broker.read(&mut [0; 1]).is_err());
        broker.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
        proxy.set(Direction::ToBroker, Gate::Open);
        let mut request = [0; END_TXN.len()];
        broker.read_exact(&mut request).unwrap();
        assert_eq!(request, END_TXN);
    }

    #[test]
    fn a_cut_and_a_drop_of_the_proxy_close_both_sides() {
        let (proxy, mut client, mut broker) = connected(None);
        proxy.cut();
        assert_eq!(client.read(&mut [0; 1]).unwrap(), 0);
        assert_eq!(broker.read(&mut [0; 1]).unwrap(), 0);
        let (proxy, mut client, _broker) = connected(None);
        drop(proxy);
        assert_eq!(client.read(&mut [0; 1]).unwrap_or(0), 0);
    }
}
