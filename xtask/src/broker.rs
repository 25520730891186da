//! `cargo xtask broker`: a broker of its own to try things on, until it is interrupted.

use testbroker::{Broker, Options, SHARED_VARIABLE};

use crate::failure::Failure;

/// Boots it, says where it is, and waits. It ends, and its data goes, with this process.
pub(crate) fn run() -> Result<(), Failure> {
    let broker = Broker::start(Options::default())?;
    let place = broker.bootstrap();
    println!("HARKEN__KAFKA__BOOTSTRAP={place}   for `harken`");
    println!("{SHARED_VARIABLE}={place}   for one test of those that need a broker");
    println!("interrupt to end it; its data goes with it");
    loop {
        std::thread::park();
    }
}
