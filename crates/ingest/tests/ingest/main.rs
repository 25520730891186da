//! The HTTP endpoint over loopback sockets, with a sink that records mentions and can block.

mod client;
mod load;
mod replies;
mod senders;
mod server;
mod shutdown;
mod slow;
