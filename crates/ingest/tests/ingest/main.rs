//! The HTTP source over real loopback sockets, with a sink that records and can be held.

mod answers;
mod client;
mod load;
mod server;
mod shutdown;
