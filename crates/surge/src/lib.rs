//! Notices when far more is said about one thing than is usual, and keeps the incident until it
//! is over.
//!
//! Here is the mathematics: a [`Series`] of counts by the minute, for one tenant and one facet
//! (everything, a reason, a product, a near-duplicate cluster), and [`Series::read`], which says
//! how much the latest minutes speak for an outbreak. [`trial`] measures it beside rules that
//! vendors have published.
//!
//! Not yet: the stage over `mention.signal.v1` and `incident.state.v1`.
//! Must not know: Kafka, the clock of the machine, other stages. No number that decides anything
//! comes from the platform's mathematical library ([`number`]).

mod config;
mod dispersion;
pub mod evidence;
mod level;
pub mod number;
mod recent;
mod season;
mod series;
pub mod trial;

pub use config::Config;
pub use evidence::evidence;
pub use series::{Reading, STRETCHES, Series};
