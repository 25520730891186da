//! `harken run` on a real Apache Kafka: what comes out of `mention.routed` is what the embedded
//! chain says, whatever happens to the processes in between.

mod canary;
mod feedback;
mod kills;
mod operations;
mod reload;
mod shadow;
mod site;
