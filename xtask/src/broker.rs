//! `cargo xtask broker`: runs a local Apache Kafka broker until it is interrupted.

use testbroker::{BrokerOptions, SHARED_VARIABLE, TestBroker};

use crate::error::TaskError;

/// Starts the broker, prints its address and blocks. Broker and data end with this process.
pub(crate) fn run() -> Result<(), TaskError> {
    let broker = TestBroker::start(BrokerOptions::default())?;
    let address = broker.bootstrap();
    println!("HARKEN__KAFKA__BOOTSTRAP={address}   for `harken`");
    println!("{SHARED_VARIABLE}={address}   for tests that need a broker");
    println!("press Ctrl-C to stop the broker and delete its data");
    // `park` may return without a wake-up, hence the loop; dropping `broker` would stop it.
    loop {
        std::thread::park();
    }
}
