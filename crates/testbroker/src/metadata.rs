//! Reads the advertised addresses of a broker, to check that it is ready.
//!
//! A broker is ready when it lists itself in a Metadata response; a socket that accepts connections
//! is too early. The request (Metadata, version 1, Kafka protocol guide) is written by hand, because
//! this crate must not depend on a Kafka client.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::BrokerError;

const TIMEOUT: Duration = Duration::from_secs(5);
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// Returns the `host:port` of every broker that the broker at `address` lists for that listener.
///
/// # Errors
/// The error of the socket, or `InvalidData` for a malformed response or one without brokers.
pub fn advertised(address: SocketAddr) -> io::Result<Vec<String>> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.write_all(&request())?;
    let mut size = [0; 4];
    stream.read_exact(&mut size)?;
    let size = usize::try_from(u32::from_be_bytes(size)).unwrap_or(usize::MAX);
    let mut response = Vec::new();
    // Bounded: the peer may not be a Kafka broker, and its size field anything.
    stream.take(size.min(1 << 20) as u64).read_to_end(&mut response)?;
    match read_brokers(&response) {
        Some(brokers) if !brokers.is_empty() => Ok(brokers),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "no broker in the response")),
    }
}

/// Waits until the broker at `address` lists itself, for at most `timeout`: for a broker that another
/// process has booted, or that is behind a proxy.
///
/// # Errors
/// [`BrokerError::Io`] with the last error after the timeout.
pub fn wait_until_ready(address: SocketAddr, timeout: Duration) -> Result<(), BrokerError> {
    let started_at = Instant::now();
    loop {
        match advertised(address) {
            Ok(_) => return Ok(()),
            Err(source) if started_at.elapsed() > timeout => {
                return Err(BrokerError::Io {
                    attempt: format!("reach a broker at {address}"),
                    source,
                });
            }
            Err(_) => sleep(RETRY_INTERVAL),
        }
    }
}

/// The Metadata request: size, api key 3, version 1, correlation id 1, client id "t", no topics.
fn request() -> [u8; 19] {
    [0, 0, 0, 15, 0, 3, 0, 1, 0, 0, 0, 1, 0, 1, b't', 0, 0, 0, 0]
}

/// Parses a Metadata response: correlation id, then an array of (node id, host, port, nullable rack).
fn read_brokers(response: &[u8]) -> Option<Vec<String>> {
    let mut response = response;
    // The correlation id: there is only one request on the connection.
    read_i32(&mut response)?;
    let count = read_i32(&mut response)?;
    (0..count).map(|_| read_broker(&mut response)).collect()
}

fn read_broker(response: &mut &[u8]) -> Option<String> {
    read_i32(response)?;
    let host = read_string(response)?;
    let port = read_i32(response)?;
    read_string(response)?;
    Some(format!("{host}:{port}"))
}

fn read_i32(response: &mut &[u8]) -> Option<i32> {
    let (bytes, rest) = response.split_first_chunk::<4>()?;
    *response = rest;
    Some(i32::from_be_bytes(*bytes))
}

/// Reads a string; null becomes an empty one.
fn read_string(response: &mut &[u8]) -> Option<String> {
    let (length, rest) = response.split_first_chunk::<2>()?;
    let length = usize::try_from(i16::from_be_bytes(*length)).unwrap_or(0);
    let (bytes, rest) = rest.split_at_checked(length)?;
    *response = rest;
    String::from_utf8(bytes.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_begins_with_its_own_size() {
        let request = request();
        assert_eq!(usize::from(request[3]), request.len() - 4);
    }

    #[test]
    fn brokers_are_read_from_a_response_but_not_from_a_truncated_one() {
        let mut response = vec![0, 0, 0, 1, 0, 0, 0, 1];
        response.extend([0, 0, 0, 1, 0, 2, b'h', b'x', 0, 0, 0x23, 0x84, 0xff, 0xff]);
        assert_eq!(read_brokers(&response), Some(vec!["hx:9092".to_owned()]));
        assert_eq!(read_brokers(&response[..response.len() - 1]), None);
        assert_eq!(read_brokers(&[0, 0, 0, 1, 0, 0, 0, 0]), Some(vec![]));
    }
}
