//! Reactions of other users: reposts and replies add points, and a peer answer makes a mention less
//! urgent.
//!
//! The partition of the reacting author publishes a reaction to the partition of the author it
//! concerns (`mention.reaction.v1`). The mention is scored again at the first peer answer, and at the
//! 4th, 8th, 16th … reaction, because points grow with each doubling.
//!
//! Must not know: how points are computed.

use mention::{Intent, Reaction, ReactionKind, Scored};
use stage::{EventTime, Tx};

use crate::explain::RescoreCause;
use crate::factors::complaint;
use crate::hashes::{AuthorHash, MentionHash};
use crate::state::{Key, Value};
use crate::{Prioritizer, Tenants, signals, text};

/// The number of reactions at which a mention is scored again for the first time.
const FIRST_STEP: u32 = 4;

/// Normalised phrases of advice in English, German, French and Spanish.
const ADVICE_PHRASES: &[&str] = &[
    "try ",
    "restart",
    "reboot",
    "worked for me",
    "works for me",
    "fixed it",
    "fixes it",
    "you can ",
    "you could ",
    "you need to ",
    "you have to ",
    "go to settings",
    "in the settings",
    "here is how",
    "here's how",
    "the status page",
    "versuch",
    "neu starten",
    "neustart",
    "bei mir hat",
    "du kannst",
    "sie können",
    "essaye",
    "essayez",
    "redémarr",
    "vous pouvez",
    "tu peux",
    "prueba ",
    "reinicia",
    "puedes ",
];

/// Whether a reply is a peer answer: it gives advice, asks no question, and neither complains nor
/// requests anything. `normalised` is its text.
pub(crate) fn is_answer(scored: &Scored, intent: Intent, normalised: &str) -> bool {
    use Intent::{CannotReachYou, Complaint, Question, Request, SalesInterest, Spam};
    let wants = [Complaint, Question, Request, CannotReachYou, SalesInterest, Spam];
    let is_calm = !wants.contains(&intent) && complaint(scored) < 0.5;
    let asks = scored.mention.text.contains('?');
    is_calm && !asks && ADVICE_PHRASES.iter().any(|words| normalised.contains(words))
}

/// The reaction to publish for a reply to another author's mention; none if that author is unknown.
pub(crate) fn reply_reaction(
    scored: &Scored,
    intent: Intent,
    normalised: &str,
) -> Option<Reaction> {
    let mention = &scored.mention;
    let parent = mention.in_reply_to.as_ref()?;
    let author_id = parent.author_id.as_ref()?;
    if *author_id == mention.author.id || author_id.is_empty() || parent.id.is_empty() {
        return None;
    }
    let kind = match is_answer(scored, intent, normalised) {
        true => ReactionKind::Answer,
        false => ReactionKind::Reply,
    };
    Some(Reaction {
        tenant: mention.tenant.clone(),
        platform: mention.platform.clone(),
        author_id: author_id.clone(),
        original_id: parent.id.clone(),
        kind,
        id: mention.id.clone(),
        by: mention.author.id.clone(),
        followers: mention.author.followers.unwrap_or(0).max(0),
        received_at: mention.received_at,
    })
}

impl Prioritizer {
    /// Counts a reaction to an open mention, and scores the mention again at the steps.
    pub(crate) fn count_reaction(
        &self,
        author: AuthorHash,
        reaction: &Reaction,
        tenants: &Tenants,
        time: EventTime,
        tx: &mut Tx<'_, Self>,
    ) {
        let mention = MentionHash::of(&reaction.original_id);
        let open = tx.state().open_mention((author, mention), &self.bounds);
        let Some(open) = open.cloned() else { return };
        let mut counts = tx.state().reactions(author, mention).unwrap_or_default();
        match reaction.kind {
            ReactionKind::Repost => counts.reposts = counts.reposts.saturating_add(1),
            ReactionKind::Reply | ReactionKind::Answer => {
                counts.replies = counts.replies.saturating_add(1);
            }
        }
        // An entry of their own: rewriting the open mention with its text for each reaction would
        // fill the changelog.
        tx.set(Key::Reactions(author, mention), Value::Reactions(counts));
        if reaction.kind == ReactionKind::Repost
            && let Some(scored) = open.decode()
        {
            let tenant = tenants.get(&scored.mention.tenant);
            let normalised = text::normalise(&scored.mention.text);
            let named = tenant.watchlist.find(&normalised);
            signals::count_repost(&scored, &named, reaction, time, tx);
        }
        let total = counts.reposts.saturating_add(counts.replies);
        if reaction.kind == ReactionKind::Answer && !open.is_answered {
            self.rescore((author, mention), RescoreCause::Answer, tenants, time, tx);
        } else if is_rescore_step(total) {
            self.rescore((author, mention), RescoreCause::Spread, tenants, time, tx);
        }
    }

    /// Removes an open mention and its reactions.
    pub(crate) fn close(author: AuthorHash, mention: MentionHash, tx: &mut Tx<'_, Self>) {
        if tx.state().reactions(author, mention).is_some() {
            tx.remove(Key::Reactions(author, mention));
        }
        tx.remove(Key::OpenMention(author, mention));
    }
}

/// Whether a mention is scored again at this number of reactions.
fn is_rescore_step(reactions: u32) -> bool {
    reactions >= FIRST_STEP && reactions.is_power_of_two()
}

#[cfg(test)]
mod tests {
    use mention::{Mention, Parent};

    use super::*;

    #[test]
    fn a_mention_is_scored_again_at_each_doubling_from_four_reactions_on() {
        let steps: Vec<u32> = (0..70).filter(|reactions| is_rescore_step(*reactions)).collect();
        assert_eq!(steps, [4, 8, 16, 32, 64]);
    }

    #[test]
    fn a_peer_answer_gives_advice_and_asks_nothing() {
        let cases = [
            ("Try a restart of the router, that worked for me.", Intent::Other, true),
            ("You can book it in the app.", Intent::Suggestion, true),
            ("Versuch mal einen Neustart", Intent::Other, true),
            ("Same here, nothing works", Intent::Complaint, false),
            ("You could at least answer us!", Intent::Complaint, false),
            ("Did you try a restart?", Intent::Other, false),
            ("What a shame", Intent::Other, false),
        ];
        for (text, intent, expected) in cases {
            let mention = Mention { text: text.into(), ..Mention::default() };
            let scored = Scored { mention, ..Scored::default() };
            let normalised = crate::text::normalise(text);
            assert_eq!(is_answer(&scored, intent, &normalised), expected, "{text}");
        }
    }

    #[test]
    fn only_a_reply_to_another_known_author_is_a_reaction() {
        let to = |author_id: Option<&str>| {
            let author_id = author_id.map(str::to_owned);
            let in_reply_to = Some(Parent { id: "1".into(), author_id, text: None });
            let mut mention = Mention { in_reply_to, ..Mention::default() };
            mention.author.id = "ann".into();
            reply_reaction(&Scored { mention, ..Scored::default() }, Intent::Other, "")
        };
        assert_eq!(to(Some("bob")).map(|reaction| reaction.author_id).as_deref(), Some("bob"));
        assert_eq!(to(Some("ann")), None, "a reply to the author's own mention");
        assert_eq!(to(None), None, "a reply to an unknown author");
    }
}
