//! Every road of ingest, over fixtures written for this project and over real payloads.

mod canonical;
mod fixtures;
mod hostile;
mod payloads;
mod support;
