//! The HTTP endpoint over loopback sockets, with a sink that records mentions and can block.

mod client;
mod load;
mod replies;
mod server;
mod shutdown;
