//! A TCP proxy on loopback that delays what a test tells it to.
//!
//! Two knobs, both turned at run time: a [`Gate`] a direction, for all bytes, and [`Rule`]s, for
//! requests of one kind. A held request holds those behind it on the same connection, as a slow
//! network would. A request the proxy has read is delivered even when its client has gone in the
//! meantime: that is the late EndTxn of a dead producer.

mod frames;
mod knobs;
mod link;

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::Problem;
use crate::ports::Port;

pub use knobs::{Direction, Gate, Rule, Times, api_key};

use knobs::Knobs;

/// A running proxy; dropping it cuts every connection.
#[derive(Debug)]
pub struct Proxy {
    port: Port,
    knobs: Arc<Knobs>,
    links: Arc<Links>,
    acceptor: Option<JoinHandle<()>>,
}

/// The sockets of the links, to cut them; they belong to the threads that carry.
#[derive(Debug, Default)]
struct Links(Mutex<Vec<Weak<TcpStream>>>);

impl Links {
    fn sockets(&self) -> MutexGuard<'_, Vec<Weak<TcpStream>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a link under the lock, so that a cut never misses one the broker has seen.
    fn open(&self, client: TcpStream, target: SocketAddr, knobs: &Arc<Knobs>) -> io::Result<()> {
        let mut sockets = self.sockets();
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
    /// [`Problem::NoPort`] or [`Problem::Io`] when it cannot listen.
    pub fn start(target: SocketAddr) -> Result<Self, Problem> {
        let port = Port::claim()?;
        let listener = TcpListener::bind(port.address()).map_err(|source| Problem::Io {
            attempt: format!("listen on {}", port.address()),
            source,
        })?;
        let knobs = Arc::new(Knobs::default());
        let links = Arc::new(Links::default());
        let acceptor = thread::spawn({
            let (knobs, links) = (Arc::clone(&knobs), Arc::clone(&links));
            move || accept(&listener, target, &knobs, &links)
        });
        Ok(Self { port, knobs, links, acceptor: Some(acceptor) })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Opens or holds one direction, for the links there are and those to come.
    pub fn set(&self, direction: Direction, gate: Gate) {
        self.knobs.set_gate(direction, gate);
    }

    /// Holds one direction for `time` from now.
    pub fn hold_for(&self, direction: Direction, time: Duration) {
        self.knobs.hold_for(direction, time);
    }

    /// Adds a rule; the first that matches a request decides.
    pub fn add(&self, rule: Rule) {
        self.knobs.add(rule);
    }

    /// Forgets all rules; what they hold already stays held for its time.
    pub fn clear_rules(&self) {
        self.knobs.clear();
    }

    /// How many requests rules have begun to hold.
    pub fn held(&self) -> u64 {
        self.knobs.held()
    }

    /// How many requests that a rule held have been delivered to the broker.
    pub fn delivered_late(&self) -> u64 {
        self.knobs.delivered_late()
    }

    /// Waits until `count` requests were held by rules, for at most `patience`; says whether.
    #[must_use]
    pub fn wait_until_held(&self, count: u64, patience: Duration) -> bool {
        self.knobs.wait_until(patience, |tally| tally.held >= count)
    }

    /// Waits until `count` held requests were delivered, for at most `patience`; says whether.
    #[must_use]
    pub fn wait_until_delivered_late(&self, count: u64, patience: Duration) -> bool {
        self.knobs.wait_until(patience, |tally| tally.delivered_late >= count)
    }

    /// Cuts every connection there is; new ones are accepted.
    pub fn cut(&self) {
        self.links.cut();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.knobs.close();
        // The acceptor is woken by one last connection, which it drops.
        let _ = TcpStream::connect(self.address());
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        self.cut();
    }
}

fn accept(listener: &TcpListener, target: SocketAddr, knobs: &Arc<Knobs>, links: &Links) {
    for client in listener.incoming() {
        if knobs.is_closed() {
            return;
        }
        if let Ok(client) = client {
            // A broker that is down shows as a connection that closes at once.
            let _ = links.open(client, target, knobs);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::Ipv4Addr;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);
    const END_TXN: &[u8] = &[0, 0, 0, 3, 0, 26, 9];

    fn end_txn_held_for(hold: Duration) -> Rule {
        Rule { api_key: api_key::END_TXN, hold, times: Times::Once }
    }

    /// A proxy, a client of it, and the broker's end of that client's connection.
    fn connected(rule: Option<Rule>) -> (Proxy, TcpStream, TcpStream) {
        let broker = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Proxy::start(broker.local_addr().unwrap()).unwrap();
        if let Some(rule) = rule {
            proxy.add(rule);
        }
        let client = TcpStream::connect(proxy.address()).unwrap();
        let (accepted, _) = broker.accept().unwrap();
        accepted.set_read_timeout(Some(PATIENCE)).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        (proxy, client, accepted)
    }

    #[test]
    fn a_request_and_its_answer_go_through() {
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
    fn a_held_request_arrives_although_its_client_has_gone() {
        let rule = end_txn_held_for(Duration::from_millis(200));
        let (proxy, mut client, mut broker) = connected(Some(rule));
        client.write_all(END_TXN).unwrap();
        assert!(proxy.wait_until_held(1, PATIENCE));
        drop(client);
        let mut request = [0; END_TXN.len()];
        broker.read_exact(&mut request).unwrap();
        assert_eq!(request, END_TXN);
        assert!(proxy.wait_until_delivered_late(1, PATIENCE));
    }

    #[test]
    fn a_request_behind_a_held_gate_arrives_when_it_is_opened() {
        let (proxy, mut client, mut broker) = connected(None);
        proxy.set(Direction::ToBroker, Gate::Held);
        client.write_all(END_TXN).unwrap();
        broker.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        assert!(broker.read(&mut [0; 1]).is_err());
        broker.set_read_timeout(Some(PATIENCE)).unwrap();
        proxy.set(Direction::ToBroker, Gate::Open);
        let mut request = [0; END_TXN.len()];
        broker.read_exact(&mut request).unwrap();
        assert_eq!(request, END_TXN);
    }

    #[test]
    fn a_cut_ends_both_sides_and_so_does_the_end_of_the_proxy() {
        let (proxy, mut client, mut broker) = connected(None);
        proxy.cut();
        assert_eq!(client.read(&mut [0; 1]).unwrap(), 0);
        assert_eq!(broker.read(&mut [0; 1]).unwrap(), 0);
        let (proxy, mut client, _broker) = connected(None);
        drop(proxy);
        assert_eq!(client.read(&mut [0; 1]).unwrap_or(0), 0);
    }
}
