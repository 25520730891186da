//! The words of a decision, as data: how a message relates to a case, what it did to the case, and
//! what else can happen to a case.
//!
//! Decisions return these values; `explain` renders them as text afterwards.
//! Must not know: rules, records, text.

use mention::{Cause, Clock, Disposition, StoppedClock};
use stage::{EventTime, TimeDelta};

use crate::case::RoutedMention;
use crate::clocks::{Callee, NextCall};

/// The relation of a mention to what was routed for its author before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageRelation {
    /// No record: a post of the tenant itself, a withdrawal of a mention that was never routed or
    /// is withdrawn already, an edit of a withdrawn mention.
    Ignored,
    /// The author has no open case.
    Opens,
    /// The author has an open case.
    Joins,
    /// The author's case was closed recently, and the mention needs work.
    Reopens,
    /// The mention was routed before and has changed.
    Updates(RoutedMention),
    /// The mention was routed before and is withdrawn.
    Withdraws(RoutedMention),
}

impl MessageRelation {
    /// Whether the mention is a new contact of its author.
    pub(crate) fn is_new_contact(self) -> bool {
        matches!(self, Self::Opens | Self::Joins | Self::Reopens)
    }

    /// The disposition of the record about the mention.
    pub(crate) fn disposition(self) -> Disposition {
        match self {
            Self::Updates(_) => Disposition::Updated,
            Self::Withdraws(_) => Disposition::Withdrawn,
            Self::Opens | Self::Joins | Self::Reopens | Self::Ignored => Disposition::Routed,
        }
    }
}

/// What a mention did to its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transition {
    /// Opened the case.
    Opened,
    /// Turned a lane into work with an owner and clocks.
    TakenOver,
    /// Joined the open case.
    Joined,
    /// Reopened the closed case.
    Reopened,
    /// Changed its content.
    Changed,
    /// Changed its content after the case was closed.
    ChangedLate,
    /// Was withdrawn; the case has other messages.
    Withdrawn,
    /// Was withdrawn as the last message, which closed the case.
    WithdrawnLast,
    /// Was withdrawn after the case was closed.
    WithdrawnLate,
}

/// A change of a case that leads to a control record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CaseChange {
    /// The owner acknowledged the case; the clock that this stopped.
    Accepted(Option<StoppedClock>),
    /// The owner returned the case.
    Returned(ReturnReason),
    /// A supervisor or a bot reassigned the case from this team.
    Reassigned { from: String, by: Reassigner },
    /// A person answered the author.
    Responded { stopped: Option<StoppedClock>, is_public: Option<bool> },
    /// The owner resolved the case; the clock that this stopped.
    Resolved(Option<StoppedClock>),
    /// The case was reopened.
    Reopened,
    /// A peer's answer lowered the level.
    Eased,
    /// A clock ran out.
    Breached(Clock),
    /// A step of the path handed the case off from this team.
    GivenByPath { from: String },
    /// Another team takes over from a team that did not acknowledge the case.
    Overflowed { from: String, waited: TimeDelta, to: OverflowKind },
    /// The case is taken back from an owner that did nothing for `after`.
    TakenBack { contact: String, after: TimeDelta },
    /// The store of cases is full: the case is handed off from this team and forgotten.
    Released { from: String },
}

/// Whether the owner stated why it returned a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReturnReason {
    Stated,
    Missing,
}

/// Who reassigned a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reassigner {
    Supervisor,
    Bot,
}

/// Which kind of team takes over a case that its owner did not acknowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OverflowKind {
    OverflowTeam,
    LastResort,
}

impl CaseChange {
    /// The disposition of the control record.
    pub(crate) fn disposition(&self) -> Disposition {
        match self {
            Self::Accepted(_) => Disposition::Accepted,
            Self::Returned(_) => Disposition::Returned,
            Self::Responded { .. } => Disposition::Responded,
            Self::Resolved(_) => Disposition::Resolved,
            Self::Reopened => Disposition::Reopened,
            Self::Eased => Disposition::Eased,
            Self::Breached(_) => Disposition::Breached,
            Self::Reassigned { .. }
            | Self::GivenByPath { .. }
            | Self::Overflowed { .. }
            | Self::TakenBack { .. }
            | Self::Released { .. } => Disposition::HandedOff,
        }
    }

    /// The clock that the change stopped, if any.
    pub(crate) fn stopped(&self) -> Option<StoppedClock> {
        match self {
            Self::Accepted(stopped) | Self::Resolved(stopped) | Self::Responded { stopped, .. } => {
                *stopped
            }
            _ => None,
        }
    }
}

/// A notification of a contact.
#[derive(Debug, Clone)]
pub(crate) struct Escalated<'a> {
    pub(crate) clock: Clock,
    /// Numbers the calls of the clock, from 1; 0 for an idle owner.
    pub(crate) step: i64,
    pub(crate) callee: Callee<'a>,
    /// The due time of the timer that fired.
    pub(crate) due_at: EventTime,
    /// The next call of the clock; `None` after the last one.
    pub(crate) next: Option<NextCall<'a>>,
    pub(crate) reason: EscalationReason,
}

/// Why a contact is notified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EscalationReason {
    /// A clock ran out.
    Breach,
    /// A hand-off was not acknowledged in time.
    NotAccepted,
    /// The queue needs `needed` for an answer that is due in `left`.
    Foreseen { left: TimeDelta, needed: TimeDelta },
    /// The owner did nothing for `after`.
    Idle { after: TimeDelta },
    /// The case is forgotten, and this due time is watched no longer.
    Released { due_at: EventTime },
}

impl EscalationReason {
    /// The cause in the record.
    pub(crate) fn cause(self) -> Cause {
        match self {
            Self::Breach => Cause::Breach,
            Self::NotAccepted => Cause::NotAccepted,
            // Also before a due time, and no missed target.
            Self::Foreseen { .. } | Self::Released { .. } => Cause::Foreseen,
            Self::Idle { .. } => Cause::Idle,
        }
    }
}
