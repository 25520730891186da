//! Mentions in the dead letters of the stages.
//!
//! A dead letter holds the bytes of the input record of its stage. One that cannot be decoded was
//! not counted on any earlier topic either; one about a profile or a case concerns no mention. Both
//! are ignored.

use mention::admission::{self, Bounded};
use mention::{Mention, Novelty, Prioritized, Scored, Unique};
use stage::{EventTime, Topic};

use crate::hour_counts::{MentionClass, mention_class};

/// Dead-letter topics of [`crate::RECONCILED_STAGES`], in the same order.
pub(crate) const TOPICS: [Topic; 4] = [
    "dedupe.dead-letters.v1",
    "sentiment.dead-letters.v1",
    "priority.dead-letters.v1",
    "escalation.dead-letters.v1",
];

/// A mention that a stage rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedMention {
    /// Position of the stage in [`crate::RECONCILED_STAGES`].
    pub(crate) stage: usize,
    /// The tenant.
    pub(crate) tenant: String,
    /// Time of receiving.
    pub(crate) received_at: EventTime,
}

/// Decodes the mention in a dead letter of the stage at position `stage`. Returns `None` if there is
/// none, or if the reconciliation does not expect an outcome of this stage for it.
pub(crate) fn read(stage: usize, value: Option<&[u8]>) -> Option<RejectedMention> {
    let value = value?;
    let mention = match stage {
        0 => fact::<Mention>(value)?,
        1 => fact::<Unique>(value)?.mention,
        2 => fact::<Scored>(value)?.mention,
        _ => first_routable_decision(fact(value)?)?,
    };
    Some(RejectedMention { stage, tenant: mention.tenant, received_at: mention.received_at })
}

/// Returns the mention if escalation had to route it: the first revision of a routable mention.
fn first_routable_decision(decision: Prioritized) -> Option<Mention> {
    let novelty: Novelty = decision.findings.novelty;
    let is_routable = mention_class(&decision.mention, novelty) == MentionClass::Routable;
    // The reconciliation counts first revisions only; see `count`.
    (is_routable && decision.priority.revision <= 1).then_some(decision.mention)
}

/// Decodes what reporting also counts as an input: a dead letter of anything else would be an outcome
/// without an input.
fn fact<F: Bounded>(value: &[u8]) -> Option<F> {
    admission::read_bounded(Some(value)).ok().map(|fact| *fact)
}

#[cfg(test)]
mod tests {
    use mention::codec::{self, AvroRecord};

    use super::*;
    use mention::{CaseEvent, DedupeResult, Priority};

    const RECEIVED_AT: EventTime = EventTime::from_micros(7);

    fn bytes<F: AvroRecord>(fact: &F) -> Vec<u8> {
        let mut value = Vec::new();
        codec::write(fact, &mut value);
        value
    }

    fn mention(is_own: bool) -> Mention {
        Mention {
            tenant: "acme".to_owned(),
            received_at: RECEIVED_AT,
            is_own,
            ..Mention::default()
        }
    }

    fn decision(is_own: bool, revision: i64) -> Vec<u8> {
        let priority = Priority { revision, ..Priority::default() };
        bytes(&Prioritized { mention: mention(is_own), priority, ..Prioritized::default() })
    }

    #[test]
    fn a_dead_letter_is_decoded_as_the_input_of_its_stage() {
        let findings = DedupeResult::default();
        let unique = bytes(&Unique { mention: mention(false), findings });
        let cases = [
            (0, bytes(&mention(false)), true),
            (0, unique.clone(), false),
            (1, unique, true),
            (2, bytes(&Scored { mention: mention(false), ..Scored::default() }), true),
            (3, decision(false, 1), true),
            (3, decision(false, 2), false),
            (3, decision(true, 1), false),
            (3, bytes(&CaseEvent::default()), false),
            (0, b"not a record".to_vec(), false),
        ];
        for (stage, value, is_mention) in cases {
            let expected =
                RejectedMention { stage, tenant: "acme".to_owned(), received_at: RECEIVED_AT };
            let found = read(stage, Some(&value));
            assert_eq!(found, is_mention.then_some(expected), "{stage}");
        }
        assert_eq!(read(0, None), None, "a tombstone");
    }
}
