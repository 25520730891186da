//! Scores an open mention again when the profile, an incident, the rules or the reactions change.
//!
//! Must not know: how a mention is scored.

use stage::{EventTime, Tx};

use crate::decide::{ScoringContext, decision_inputs, emit_prioritized};
use crate::explain::RescoreCause;
use crate::hashes::{AuthorHash, MentionHash};
use crate::state::{Key, OpenMention, Value};
use crate::{Prioritizer, Tenants};

impl Prioritizer {
    /// Scores an open mention again and emits a revision if the decision changed.
    pub(crate) fn rescore(
        &self,
        (author, mention): (AuthorHash, MentionHash),
        cause: RescoreCause,
        tenants: &Tenants,
        time: EventTime,
        tx: &mut Tx<'_, Self>,
    ) {
        let open = tx.state().open_mention((author, mention), &self.bounds);
        let Some(mut open) = open.cloned() else { return };
        // Other causes keep the reactions of the last step: counting later ones here would make the
        // score depend on when, say, a profile happens to change.
        if matches!(cause, RescoreCause::Spread | RescoreCause::Answer) {
            open.reactions = tx.state().reactions(author, mention).unwrap_or_default();
        }
        let Some(scored) = open.decode() else { return Self::close(author, mention, tx) };
        let tones = open.tones_at_arrival();
        let context = ScoringContext {
            customer: tx.state().customers().get(author),
            prior_contacts: open.prior_contacts,
            tones: &tones,
            engagement: Some(open.engagement(scored.mention.engagement)),
        };
        let mut priority = self.score_with(&scored, tenants, time, &context, tx.table()).priority;
        let inputs = decision_inputs(&priority);
        let is_answered = open.is_answered || cause == RescoreCause::Answer;
        // Age alone can change the level, which is no revision; the thresholds of other rules are.
        let is_other_level = cause == RescoreCause::Rules && priority.level != open.level;
        if inputs == open.inputs && is_answered == open.is_answered && !is_other_level {
            return;
        }
        let revision = open.revision.saturating_add(1);
        priority.revision = revision.into();
        priority.peer_answered = is_answered;
        priority.reviewed = Some(cause.as_str().to_owned());
        let open = OpenMention { revision, level: priority.level, inputs, is_answered, ..open };
        tx.set(Key::OpenMention(author, mention), Value::OpenMention(open));
        emit_prioritized(scored, priority, time, tx);
    }
}
