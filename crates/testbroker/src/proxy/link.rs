//! One connection through the proxy: two threads, one a direction.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::frames::Frame;
use super::knobs::{Direction, Knobs};

/// How long the broker may take to answer a client that has gone, before it is told so. Kafka drops
/// what it has not begun when it sees the end of a connection.
const AFTERLIFE: Duration = Duration::from_secs(5);

/// Starts both threads; returns the sockets, to cut them.
pub(super) fn open(
    client: TcpStream,
    broker: TcpStream,
    knobs: &Arc<Knobs>,
) -> io::Result<[Arc<TcpStream>; 2]> {
    client.set_nodelay(true)?;
    broker.set_nodelay(true)?;
    let (client, broker) = (Arc::new(client), Arc::new(broker));
    thread::spawn({
        let (client, broker, knobs) = (client.clone(), broker.clone(), Arc::clone(knobs));
        move || carry_answers(&broker, &client, &knobs)
    });
    thread::spawn({
        let (client, broker, knobs) = (client.clone(), broker.clone(), Arc::clone(knobs));
        move || carry_requests(&client, &broker, &knobs)
    });
    Ok([client, broker])
}

fn carry_requests(mut client: &TcpStream, mut broker: &TcpStream, knobs: &Knobs) {
    let mut has_held = false;
    while let Ok(Some(frame)) = Frame::read(&mut client) {
        knobs.pass(Direction::ToBroker);
        let hold = frame.api_key().and_then(|key| knobs.match_request(key));
        if let Some(time) = hold {
            has_held = true;
            knobs.hold(time);
        }
        if knobs.is_closed() || broker.write_all(frame.bytes()).is_err() {
            break;
        }
        if hold.is_some() {
            knobs.count_delivered_late();
        }
    }
    if has_held {
        knobs.hold(AFTERLIFE);
    }
    let _ = broker.shutdown(Shutdown::Both);
}

/// Goes on reading when the client has gone, so that the broker can finish.
fn carry_answers(mut broker: &TcpStream, mut client: &TcpStream, knobs: &Knobs) {
    while let Ok(Some(frame)) = Frame::read(&mut broker) {
        knobs.pass(Direction::ToClient);
        let _ = client.write_all(frame.bytes());
    }
    let _ = client.shutdown(Shutdown::Both);
}
