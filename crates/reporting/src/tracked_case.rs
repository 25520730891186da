//! Cases as the backlog needs them: owner and open work.

use mention::{CaseEvent, CaseEventKind, Disposition, Routed};

use crate::language;

/// A case.
///
/// The owner comes from `mention.routed`, the status from `case.event`. Each topic is ordered and
/// the two parts are independent, so the order between the topics does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrackedCase {
    /// The tenant.
    pub(crate) tenant: String,
    /// The owner team; empty before the first routed mention of the case.
    pub(crate) owner: String,
    /// Whether the case has an SLA policy; without one it is in no backlog.
    pub(crate) is_work: bool,
    /// Number of its mentions that are not withdrawn.
    pub(crate) live: i64,
    /// Whether an agent has accepted the case.
    pub(crate) is_accepted: bool,
    /// Whether the case is resolved.
    pub(crate) is_resolved: bool,
    /// Number of its messages, including withdrawn ones.
    pub(crate) messages: i64,
    /// Number of answers by a person.
    pub(crate) answers: i64,
    /// Whether the case was reopened.
    pub(crate) is_reopened: bool,
    /// Whether a message of the case belongs to an incident.
    pub(crate) is_of_incident: bool,
    /// Whether a notice about the incident was available for the author.
    pub(crate) has_notice: bool,
    /// Code of the language of its last message.
    pub(crate) language_code: u8,
    /// Labels reviewed before the first message arrived, as positions in the family. They are
    /// counted with the first message, which has the language.
    pub(crate) early_labels: Vec<u8>,
    /// The first open hour at the time of its last record.
    pub(crate) last_active_hour: i64,
}

impl TrackedCase {
    /// Applies a record of `mention.routed`.
    pub(crate) fn apply_decision(&mut self, routed: &Routed) {
        match routed.disposition {
            Disposition::Routed => {
                self.live += 1;
                self.messages += 1;
                self.owner.clone_from(&routed.route.owner);
                self.language_code = language::code_of(routed.understanding.language.as_deref());
            }
            Disposition::Withdrawn => self.live -= 1,
            // Escalation repeats these case events on `mention.routed`; the status comes from
            // `case.event`, so only the counts come from here.
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
        // These flags stay set: a later decision without a policy or incident does not revoke them.
        self.is_work |= !routed.route.policy.is_empty();
        self.is_of_incident |= routed.priority.incident_id.is_some();
        self.has_notice |= routed.route.incident_notice.as_ref().is_some_and(|n| !n.is_empty());
    }

    /// Applies an event of the contact centre.
    pub(crate) fn apply_event(&mut self, event: &CaseEvent) {
        match event.kind {
            CaseEventKind::Accepted => self.is_accepted = true,
            CaseEventKind::Returned => self.is_accepted = false,
            // An answer implies acceptance, unless a bot sent it.
            CaseEventKind::Responded => self.is_accepted |= !event.is_bot,
            CaseEventKind::Resolved => self.is_resolved = true,
            CaseEventKind::Reopened => (self.is_accepted, self.is_resolved) = (false, false),
            CaseEventKind::Reassigned => self.is_accepted = false,
            CaseEventKind::LabelCorrected
            | CaseEventKind::Capacity
            | CaseEventKind::PeerAnswered => {}
        }
    }

    /// Returns whether the case is in the backlog of its owner.
    pub(crate) fn is_open(&self) -> bool {
        self.is_work && self.live > 0 && !self.is_resolved
    }

    /// Returns whether the case waits in the queue for an agent.
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
    fn a_case_is_open_while_it_has_a_policy_and_a_mention_that_is_not_withdrawn() {
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
            let mut case = TrackedCase::default();
            for (disposition, policy) in decisions {
                let route = Route { policy: (*policy).to_owned(), ..Route::default() };
                case.apply_decision(&Routed {
                    disposition: *disposition,
                    route,
                    ..Routed::default()
                });
            }
            assert_eq!(case.is_open(), is_open, "{decisions:?}");
        }
    }

    #[test]
    fn the_answer_of_a_bot_does_not_accept_a_case() {
        let mut case = TrackedCase { is_work: true, live: 1, ..TrackedCase::default() };
        case.apply_event(&CaseEvent { kind: Responded, is_bot: true, ..CaseEvent::default() });
        assert!(case.is_waiting());
    }

    #[test]
    fn a_case_is_open_until_resolved_and_waiting_until_accepted() {
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
            let mut case = TrackedCase { is_work: true, live: 1, ..TrackedCase::default() };
            for kind in events {
                case.apply_event(&CaseEvent { kind: *kind, ..CaseEvent::default() });
            }
            assert_eq!((case.is_open(), case.is_waiting()), (is_open, is_waiting), "{events:?}");
            case.live = 0;
            assert!(!case.is_open() && !case.is_waiting(), "{events:?} without a routed mention");
        }
    }
}
