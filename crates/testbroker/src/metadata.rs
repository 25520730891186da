//! The one question this crate asks a broker itself: under which addresses are you?
//!
//! A socket that accepts is too early; a broker that lists itself in an answer to Metadata is ready.
//! Written by hand, because no Kafka client may be a dependency here: Metadata request, version 1,
//! of the Kafka protocol guide.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Problem;

const TIMEOUT: Duration = Duration::from_secs(5);
const STEP: Duration = Duration::from_millis(20);

/// Asks the broker at `address` for the `host:port` of every broker it knows, for the listener that
/// was asked.
///
/// # Errors
/// Whatever the socket says; `InvalidData` for an answer that is none or that lists nobody.
pub fn advertised(address: SocketAddr) -> io::Result<Vec<String>> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.write_all(&request())?;
    let mut size = [0; 4];
    stream.read_exact(&mut size)?;
    let size = usize::try_from(u32::from_be_bytes(size)).unwrap_or(usize::MAX);
    let mut answer = Vec::new();
    stream.take(size.min(1 << 20) as u64).read_to_end(&mut answer)?;
    match brokers(&answer) {
        Some(brokers) if !brokers.is_empty() => Ok(brokers),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "no broker in the answer")),
    }
}

/// Waits until the broker at `address` lists itself, for at most `patience`: for a broker that
/// somebody else has booted, or that is reached through a proxy.
///
/// # Errors
/// [`Problem::Io`] with the last answer when the time is over.
pub fn wait_until_ready(address: SocketAddr, patience: Duration) -> Result<(), Problem> {
    let begin = Instant::now();
    loop {
        match advertised(address) {
            Ok(_) => return Ok(()),
            Err(source) if begin.elapsed() > patience => {
                return Err(Problem::Io {
                    attempt: format!("reach a broker at {address}"),
                    source,
                });
            }
            Err(_) => sleep(STEP),
        }
    }
}

/// Size, then api key 3, version 1, correlation id 1, client id "t", no topics.
fn request() -> [u8; 19] {
    [0, 0, 0, 15, 0, 3, 0, 1, 0, 0, 0, 1, 0, 1, b't', 0, 0, 0, 0]
}

/// Correlation id, then an array of (node id, host, port, nullable rack).
fn brokers(answer: &[u8]) -> Option<Vec<String>> {
    let mut answer = answer;
    i32_of(&mut answer)?;
    let count = i32_of(&mut answer)?;
    (0..count).map(|_| broker(&mut answer)).collect()
}

fn broker(answer: &mut &[u8]) -> Option<String> {
    i32_of(answer)?;
    let host = string_of(answer)?;
    let port = i32_of(answer)?;
    string_of(answer)?;
    Some(format!("{host}:{port}"))
}

fn i32_of(answer: &mut &[u8]) -> Option<i32> {
    let (bytes, rest) = answer.split_first_chunk::<4>()?;
    *answer = rest;
    Some(i32::from_be_bytes(*bytes))
}

/// A string, or an empty one for null.
fn string_of(answer: &mut &[u8]) -> Option<String> {
    let (length, rest) = answer.split_first_chunk::<2>()?;
    let length = usize::try_from(i16::from_be_bytes(*length)).unwrap_or(0);
    let (bytes, rest) = rest.split_at_checked(length)?;
    *answer = rest;
    String::from_utf8(bytes.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_says_its_own_size() {
        let request = request();
        assert_eq!(usize::from(request[3]), request.len() - 4);
    }

    #[test]
    fn brokers_are_read_from_an_answer_and_not_from_a_torn_one() {
        let mut answer = vec![0, 0, 0, 1, 0, 0, 0, 1];
        answer.extend([0, 0, 0, 1, 0, 2, b'h', b'x', 0, 0, 0x23, 0x84, 0xff, 0xff]);
        assert_eq!(brokers(&answer), Some(vec!["hx:9092".to_owned()]));
        assert_eq!(brokers(&answer[..answer.len() - 1]), None);
        assert_eq!(brokers(&[0, 0, 0, 1, 0, 0, 0, 0]), Some(vec![]));
    }
}
