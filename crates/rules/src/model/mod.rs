//! Checked rules, in the form that decisions use.
//!
//! Must not know: files, lines, TOML.

mod path;
mod people;
mod playbook;
mod policy;
mod tenant;
mod weights;

pub use path::{EscalationPath, OffHours, PathStep};
pub use people::{Contact, Overflow, Person, RelaxRule, Rotation, Team};
pub use playbook::{PlaybookEntry, RoutingRule};
pub(crate) use policy::LevelTargets;
pub use policy::{Policy, Target, Targets};
pub use tenant::{Campaign, TenantAccount, TenantLists, TenantSettings};
pub use weights::{Floor, Weights};

use stage::{EventTime, TimeDelta};

/// How long the state of a case is retained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseRetention {
    /// After the case was closed.
    pub closed: TimeDelta,
    /// In a lane, after the last message.
    pub lane: TimeDelta,
    /// While the case is open, after the last message or event.
    pub idle: TimeDelta,
}

/// A half-open interval of event time in which an entry is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first valid instant.
    pub from: EventTime,
    /// The first instant after it.
    pub until: EventTime,
}

impl Validity {
    /// Without bounds.
    pub const ALWAYS: Validity = Validity { from: EventTime::MIN, until: EventTime::MAX };

    /// Whether `at` lies in the interval.
    #[must_use]
    pub fn contains(&self, at: EventTime) -> bool {
        self.from <= at && at < self.until
    }
}
