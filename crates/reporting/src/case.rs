//! Cases as the backlog sees them: who owns one, and what still has to happen.

use mention::{CaseEvent, CaseEventKind, Disposition, Routed};

use crate::language;

/// A case.
///
/// Its owner comes from `mention.routed`, its state from `case.event`; each topic is in order, and
/// neither part depends on the other, so it does not matter which topic is read first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Case {
    /// Whose customer it is about.
    pub(crate) tenant: String,
    /// The owner team; empty as long as no routed mention of the case was seen.
    pub(crate) owner: String,
    /// Whether it runs under an SLA policy; what lies in a lane without one waits for nobody.
    pub(crate) is_work: bool,
    /// How many of its mentions stand, less those withdrawn.
    pub(crate) live: i64,
    /// Whether an agent has taken it.
    pub(crate) is_accepted: bool,
    /// Whether it is closed.
    pub(crate) is_resolved: bool,
    /// How many of its messages were heard.
    pub(crate) messages: i64,
    /// How often its author was answered, by a person.
    pub(crate) answers: i64,
    /// Whether it was closed before.
    pub(crate) is_reopened: bool,
    /// Whether one of its messages belongs to an incident.
    pub(crate) is_of_incident: bool,
    /// Whether there was a notice to tell its author.
    pub(crate) has_notice: bool,
    /// The place of the language of its last message.
    pub(crate) language: u8,
    /// Labels that agents have looked at before any message of it was seen, by their places in
    /// the family: they are counted with the first message, which knows the language.
    pub(crate) early_labels: Vec<u8>,
    /// The tick of its last fact.
    pub(crate) tick: i64,
}

impl Case {
    /// Takes over a decision about one of its mentions.
    pub(crate) fn decide(&mut self, routed: &Routed) {
        match routed.disposition {
            Disposition::Routed => {
                self.live += 1;
                self.messages += 1;
                self.owner.clone_from(&routed.route.owner);
                self.language = language::place(routed.understanding.language.as_deref());
            }
            Disposition::Withdrawn => self.live -= 1,
            // What the contact centre did comes by `case.event`; these tell it back.
            Disposition::Responded => self.answers += 1,
            Disposition::Reopened => self.is_reopened = true,
            Disposition::HandedOff => self.owner.clone_from(&routed.route.owner),
            Disposition::Updated
            | Disposition::Accepted
            | Disposition::Returned
            | Disposition::Breached
            | Disposition::Resolved
            | Disposition::Eased => {}
        }
        self.is_work |= !routed.route.policy.is_empty();
        self.is_of_incident |= routed.priority.incident_id.is_some();
        self.has_notice |= routed.route.incident_notice.as_ref().is_some_and(|n| !n.is_empty());
    }

    /// Takes over what the contact centre tells.
    pub(crate) fn follow(&mut self, event: &CaseEvent) {
        match event.kind {
            CaseEventKind::Accepted => self.is_accepted = true,
            CaseEventKind::Returned => self.is_accepted = false,
            CaseEventKind::Responded => self.is_accepted |= !event.is_bot,
            CaseEventKind::Resolved => self.is_resolved = true,
            CaseEventKind::Reopened => (self.is_accepted, self.is_resolved) = (false, false),
            CaseEventKind::Reassigned => self.is_accepted = false,
            CaseEventKind::LabelCorrected
            | CaseEventKind::Capacity
            | CaseEventKind::PeerAnswered => {}
        }
    }

    /// Whether it is in the backlog of its owner.
    pub(crate) fn is_open(&self) -> bool {
        self.is_work && self.live > 0 && !self.is_resolved
    }

    /// Whether it waits in the queue for an agent.
    pub(crate) fn is_waiting(&self) -> bool {
        self.is_open() && !self.is_accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CaseEventKind::{Accepted, LabelCorrected, Reopened, Resolved, Responded, Returned};
    use mention::Route;

    #[test]
    fn a_case_is_open_while_a_mention_of_it_stands_and_a_policy_holds_it() {
        use Disposition::{Routed as New, Updated, Withdrawn};
        let cases: [(&[(Disposition, &str)], bool); 6] = [
            (&[(New, "standard")], true),
            (&[(New, "")], false),
            (&[(New, ""), (New, "standard")], true),
            (&[(New, "standard"), (Updated, "standard"), (Withdrawn, "standard")], false),
            (&[(New, "standard"), (New, "standard"), (Withdrawn, "")], true),
            (&[(Withdrawn, ""), (New, "standard")], false),
        ];
        for (decisions, is_open) in cases {
            let mut case = Case::default();
            for (disposition, policy) in decisions {
                let route = Route { policy: (*policy).to_owned(), ..Route::default() };
                case.decide(&Routed { disposition: *disposition, route, ..Routed::default() });
            }
            assert_eq!(case.is_open(), is_open, "{decisions:?}");
        }
    }

    #[test]
    fn the_answer_of_a_bot_takes_no_case() {
        let mut case = Case { is_work: true, live: 1, ..Case::default() };
        case.follow(&CaseEvent { kind: Responded, is_bot: true, ..CaseEvent::default() });
        assert!(case.is_waiting());
    }

    #[test]
    fn a_case_is_open_until_resolved_and_waits_until_accepted() {
        let cases: [(&[CaseEventKind], bool, bool); 8] = [
            (&[], true, true),
            (&[Accepted], true, false),
            (&[Accepted, Returned], true, true),
            (&[Responded], true, false),
            (&[Accepted, Resolved], false, false),
            (&[Resolved], false, false),
            (&[Accepted, Resolved, Reopened], true, true),
            (&[LabelCorrected], true, true),
        ];
        for (events, is_open, is_waiting) in cases {
            let mut case = Case { is_work: true, live: 1, ..Case::default() };
            for kind in events {
                case.follow(&CaseEvent { kind: *kind, ..CaseEvent::default() });
            }
            assert_eq!((case.is_open(), case.is_waiting()), (is_open, is_waiting), "{events:?}");
            case.live = 0;
            assert!(!case.is_open() && !case.is_waiting(), "{events:?} without a routed mention");
        }
    }
}
