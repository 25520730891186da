//! `harken run` on a real Apache Kafka: `mention.routed` holds the records that the embedded chain
//! computes, also when processes crash in between.

mod canary;
mod clocks;
mod deployment;
mod feedback;
mod flood;
mod kills;
mod operations;
mod reload;
mod shadow;
mod soak;
