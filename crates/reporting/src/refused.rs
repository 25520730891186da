//! Mentions in the dead letters of a stage, as far as their bytes tell.
//!
//! A dead letter is the record that the stage was given, byte for byte. One that cannot be read is
//! about no mention that any topic knows; one about a profile or a case is about none at all.

use mention::codec::{self, Fact};
use mention::{Mention, Novelty, Prioritized, Scored, Unique};
use stage::{Micros, Topic};

use crate::hour::{Fate, fate};

/// The dead letters of [`crate::STEPS`], in their order.
pub(crate) const TOPICS: [Topic; 4] = [
    "dedupe.dead-letters.v1",
    "sentiment.dead-letters.v1",
    "priority.dead-letters.v1",
    "escalation.dead-letters.v1",
];

/// A mention that a stage refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The place of the stage in [`crate::STEPS`].
    pub(crate) step: usize,
    /// Whose customer the author is.
    pub(crate) tenant: String,
    /// When it was heard, in microseconds.
    pub(crate) received_at: Micros,
}

/// The mention in a dead letter of the stage at this place; none where it holds none, or one that
/// the books of the stage do not owe to anybody.
pub(crate) fn read(step: usize, value: Option<&[u8]>) -> Option<Refused> {
    let value = value?;
    let mention = match step {
        0 => fact::<Mention>(value)?,
        1 => fact::<Unique>(value)?.mention,
        2 => fact::<Scored>(value)?.mention,
        _ => owed(fact(value)?)?,
    };
    Some(Refused { step, tenant: mention.tenant, received_at: mention.received_at })
}

/// What escalation must route: the first decision about a mention that is work.
fn owed(decided: Prioritized) -> Option<Mention> {
    let novelty: Novelty = decided.findings.novelty;
    let is_owed = fate(&decided.mention, novelty) == Fate::Owed && decided.priority.revision <= 1;
    is_owed.then_some(decided.mention)
}

fn fact<F: Fact>(value: &[u8]) -> Option<F> {
    codec::read(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mention::{CaseEvent, Findings, Priority};

    fn bytes<F: Fact>(fact: &F) -> Vec<u8> {
        let mut value = Vec::new();
        codec::write(fact, &mut value);
        value
    }

    fn mention(is_own: bool) -> Mention {
        Mention { tenant: "acme".to_owned(), received_at: 7, is_own, ..Mention::default() }
    }

    fn decided(is_own: bool, revision: i64) -> Vec<u8> {
        let priority = Priority { revision, ..Priority::default() };
        bytes(&Prioritized { mention: mention(is_own), priority, ..Prioritized::default() })
    }

    #[test]
    fn a_dead_letter_holds_what_its_stage_was_given() {
        let findings = Findings::default();
        let unique = bytes(&Unique { mention: mention(false), findings });
        let cases = [
            (0, bytes(&mention(false)), true),
            (0, unique.clone(), false),
            (1, unique, true),
            (2, bytes(&Scored { mention: mention(false), ..Scored::default() }), true),
            (3, decided(false, 1), true),
            (3, decided(false, 2), false),
            (3, decided(true, 1), false),
            (3, bytes(&CaseEvent::default()), false),
            (0, b"no record".to_vec(), false),
        ];
        for (step, value, is_mention) in cases {
            let expected = Refused { step, tenant: "acme".to_owned(), received_at: 7 };
            let found = read(step, Some(&value));
            assert_eq!(found, is_mention.then_some(expected), "{step}");
        }
        assert_eq!(read(0, None), None, "a tombstone");
    }
}
