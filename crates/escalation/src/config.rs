//! The configuration of the stage, in addition to the rules.

use stage::TimeDelta;

use crate::filter::Filter;

/// The configuration. By default it filters, takes back, reopens and foresees nothing; the
/// program's settings reference lists the defaults of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// The longest time before its record at which an event may have happened by its own word, for that
    /// word to decide whether a target was met.
    pub occurred_within: TimeDelta,
    /// The partitions of the input, among which a team's capacity is divided, because each knows
    /// only its own cases. 0 counts as 1.
    pub partitions: u32,
    /// Whether an escalation carries the address of the person on duty.
    pub contacts: Contacts,
    /// How much a partition may hold.
    pub memory: crate::Bounds,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            idle_after: None,
            reopen_within: TimeDelta::ZERO,
            foresight: Foresight::Off,
            occurred_within: 15 * TimeDelta::MINUTE,
            partitions: 0,
            contacts: Contacts::default(),
            memory: crate::Bounds::default(),
        }
    }
}

/// How escalations name people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contacts {
    /// By id and kind of address; the caller looks the address up.
    #[default]
    Reference,
    /// With the address too.
    Inline,
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
