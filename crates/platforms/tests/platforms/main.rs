//! Every format, on fixtures written for this project and on recorded payloads.

mod canonical;
mod fixtures;
mod hostile;
mod payloads;
mod support;
