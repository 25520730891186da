//! Routes every mention to one owner, keeps the clocks of its case, and escalates missed targets.
//!
//! Each author has at most one open case: its messages share a case id and an owner. The [`Rules`]
//! decide the instructions, the owner, the targets and the escalation path; every mention matches a
//! playbook entry. Praise, spam and other mentions that need no answer go to lanes: entries without
//! a path. Posts of the tenant itself, and withdrawals of mentions that were never routed, leave no
//! record. A [`Filter`] drops lanes and leaves a record of each; by default it drops none.
//!
//! Time is the event time of the records. Before it processes a record, the stage fires every timer
//! due by then, in the order of due time and author. The records of a timer depend on its due time;
//! only `is_late` depends on the wall clock.
//!
//! A hand-off is tracked until the new owner acknowledges it. A case that the owner does not
//! acknowledge goes to an overflow team, and an owner who acknowledges and does nothing loses the
//! case. Every change of a case leaves a control record on the topic of routed mentions, and every
//! decision there is numbered and chained ([`mention::hash_chain`]).
//!
//! The state is bounded ([`Bounds`]): a full one forgets closed cases first, and hands a case with a
//! running clock over to people before it forgets it.
//!
//! The loop hands out one version of the rules per batch. If a reload removed the policy or path of
//! a case, the case continues with the fallback of the new rules.
//!
//! Must not know: how a score is computed, other stages, the wall clock.
//!
//! [`Rules`]: rules::Rules

mod author;
mod case;
mod cases;
mod clocks;
mod config;
mod context;
mod decide;
mod entry;
mod escalation;
mod events;
mod explain;
mod filter;
mod foresight;
mod headers;
mod interner;
mod lifecycle;
mod memory;
mod overflow;
mod packed;
mod records;
mod relation;
mod route;
mod subject;
mod timers;
mod topics;
mod transition;

pub use author::AuthorKey;
pub use case::{CaseState, MAX_REMEMBERED_MENTIONS, RoutedMention, RunningClock};
pub use cases::Cases;
pub use config::{Config, Contacts, Foresight};
pub use entry::{Key, Pace, Value};
pub use escalation::Escalation;
pub use filter::Filter;
pub use memory::Bounds;
pub use topics::{In, Out};
