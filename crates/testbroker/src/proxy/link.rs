//! One connection through the proxy: two threads, one per direction.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::controls::{Direction, ProxyControls};
use super::frames::Frame;

/// Time for the broker to process a delayed request of a disconnected client, before the proxy closes
/// the connection. Kafka drops requests it has not begun when a connection closes.
const ANSWER_TIME: Duration = Duration::from_secs(5);

/// Starts both threads; returns the sockets, to close them.
pub(super) fn open(
    client: TcpStream,
    broker: TcpStream,
    knobs: &Arc<ProxyControls>,
) -> io::Result<[Arc<TcpStream>; 2]> {
    // Nagle's algorithm would delay frames that no rule delays.
    client.set_nodelay(true)?;
    broker.set_nodelay(true)?;
    let (client, broker) = (Arc::new(client), Arc::new(broker));
    thread::spawn({
        let (client, broker, knobs) = (client.clone(), broker.clone(), Arc::clone(knobs));
        move || forward_answers(&broker, &client, &knobs)
    });
    thread::spawn({
        let (client, broker, knobs) = (client.clone(), broker.clone(), Arc::clone(knobs));
        move || forward_requests(&client, &broker, &knobs)
    });
    Ok([client, broker])
}

fn forward_requests(mut client: &TcpStream, mut broker: &TcpStream, knobs: &ProxyControls) {
    let mut has_delayed = false;
    while let Ok(Some(frame)) = Frame::read(&mut client) {
        knobs.wait_for_gate(Direction::ToBroker);
        let hold = frame.api_key().and_then(|key| knobs.match_request(key));
        if let Some(time) = hold {
            has_delayed = true;
            knobs.hold(time);
        }
        if knobs.is_closed() || broker.write_all(frame.bytes()).is_err() {
            break;
        }
        if hold.is_some() {
            knobs.count_delivered_late();
        }
    }
    if has_delayed {
        knobs.hold(ANSWER_TIME);
    }
    let _ = broker.shutdown(Shutdown::Both);
}

/// Forwards responses. Keeps reading after the client has disconnected, so that the broker can finish.
fn forward_answers(mut broker: &TcpStream, mut client: &TcpStream, knobs: &ProxyControls) {
    while let Ok(Some(frame)) = Frame::read(&mut broker) {
        knobs.wait_for_gate(Direction::ToClient);
        // Fails once the client has disconnected.
        let _ = client.write_all(frame.bytes());
    }
    let _ = client.shutdown(Shutdown::Both);
}
