//! The configuration of the stage, in addition to the rules.

use stage::TimeDelta;

use crate::filter::Filter;

/// The configuration. By default it filters, takes back, reopens and foresees nothing; the
/// program's settings reference lists the defaults of the product.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// The lanes to drop.
    pub filter: Filter,
    /// The time without activity after which a case with a waiting author is taken back from its
    /// owner; `None` to keep it there.
    pub idle_after: Option<TimeDelta>,
    /// The time after the end of a case in which a message reopens it.
    pub reopen_within: TimeDelta,
    /// Whether a contact is notified before a target that the queue will miss at its pace.
    pub foresight: Foresight,
    /// The partitions of the input, among which a team's capacity is divided, because each knows
    /// only its own cases. 0 counts as 1.
    pub partitions: u32,
}

/// Whether missed targets are predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Foresight {
    /// Predict them.
    On,
    /// Do not predict them.
    #[default]
    Off,
}
