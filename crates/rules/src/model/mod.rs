//! Checked rules: what is asked while deciding.

mod path;
mod people;
mod play;
mod policy;
mod tenant;
mod weights;

pub use path::{Path, Step};
pub use people::{Contact, Overflow, Person, Relax, Team};
pub use play::{Play, Route};
pub(crate) use policy::Standards;
pub use policy::{Policy, Target, Targets};
pub use tenant::{Account, Campaign, Lists, Tenant};
pub use weights::{Floor, Weights};

use stage::Micros;

/// How long cases are remembered, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// After it was closed.
    pub closed: Micros,
    /// In a lane, after its last message.
    pub lane: Micros,
    /// While it is open, after its last message or event.
    pub idle: Micros,
}

/// From when to when something holds, in microseconds; the end is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Valid {
    /// It begins.
    pub from: Micros,
    /// It ends.
    pub until: Micros,
}

impl Valid {
    /// For ever.
    pub const ALWAYS: Valid = Valid { from: Micros::MIN, until: Micros::MAX };

    /// Whether it holds at this moment.
    #[must_use]
    pub fn is_valid(&self, at: Micros) -> bool {
        self.from <= at && at < self.until
    }
}
