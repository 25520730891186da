//! Drops a Kafka client within a deadline: closing a consumer blocks while the broker is away.

use std::sync::mpsc;
use std::time::Duration;

/// Drops a client on a thread of its own and waits at most `deadline` for it. After that the thread
/// is left to finish, or to end with the process.
pub(crate) fn drop_within<T: Send + 'static>(client: T, deadline: Duration) {
    let (dropped, is_dropped) = mpsc::channel();
    let closing = std::thread::Builder::new().name("close".to_owned()).spawn(move || {
        drop(client);
        // Fails only if the deadline has passed and the receiver is gone.
        let _ = dropped.send(());
    });
    if closing.is_ok() && is_dropped.recv_timeout(deadline).is_err() {
        tracing::warn!(?deadline, "a Kafka client did not close in time; leaving it behind");
    }
}
