//! Records that tell what has become of a case: on `mention.routed`, beside those about mentions.
//!
//! Such a record carries of the mention that opened the case no more than whose it is; its route
//! says who has the case now, and by when what is due.

use mention::{Author as Writer, Disposition, Mention, Routed, Stopped};
use rules::Rules;
use stage::Micros;

use crate::case::Case;
use crate::cases::Author;
use crate::route;

/// What has happened to a case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Happened {
    /// What.
    pub(crate) what: Disposition,
    /// The clock that it stops.
    pub(crate) stopped: Option<Stopped>,
    /// In one sentence.
    pub(crate) explanation: String,
}

impl Happened {
    /// Something that stops no clock.
    pub(crate) fn new(what: Disposition, explanation: String) -> Self {
        Self { what, stopped: None, explanation }
    }
}

/// The record of what has happened to a case at this time, in microseconds of event time. Counts
/// it in the case.
pub(crate) fn record(
    case: &mut Case,
    author: &Author,
    at: Micros,
    happened: Happened,
    rules: &Rules,
) -> Routed {
    case.controls = case.controls.saturating_add(1);
    let [tenant, platform, author_id] = author.parts();
    let mention = Mention {
        tenant,
        platform,
        id: case.opened_by.clone(),
        author: Writer { id: author_id, ..Writer::default() },
        received_at: at,
        ..Mention::default()
    };
    let mut routed = Routed {
        mention_id: mention.mention_id(),
        decision_id: format!("{}-case-{}", case.name(), case.controls),
        decision_seq: case.controls,
        disposition: happened.what,
        case_id: case.name(),
        mention,
        route: route::of_case(case, happened.explanation, rules),
        decided_at: at,
        stopped: happened.stopped,
        ..Routed::default()
    };
    routed.priority.level = case.level;
    routed
}
