//! Ends a client within a deadline: closing a consumer hangs while the broker is away.

use std::sync::mpsc;
use std::time::Duration;

/// Drops a client on a thread of its own and waits for it so long; past that the thread is left
/// to finish, or to end with the process.
pub(crate) fn close<T: Send + 'static>(client: T, deadline: Duration) {
    let (done, ended) = mpsc::channel();
    let closing = std::thread::Builder::new().name("close".to_owned()).spawn(move || {
        drop(client);
        let _ = done.send(());
    });
    if closing.is_ok() && ended.recv_timeout(deadline).is_err() {
        tracing::warn!(?deadline, "a Kafka client did not close in time and is left behind");
    }
}
