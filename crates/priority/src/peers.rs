//! What others make of a mention: reposts and replies raise it, and a reply that helps tells that
//! its author may not wait any longer.
//!
//! A reaction is heard in the partition of who reacts and told in that of whom it is about
//! (`mention.reaction.v1`). Not every one is worth a decision: it is made at the fourth, the
//! eighth, the sixteenth reaction and so on, which is how reactions give points, and at the first
//! answer.

use mention::{Intent, Reaction, ReactionKind, Scored};
use stage::{Micros, Tx};

use crate::account::{Account, Post};
use crate::decide::Cause;
use crate::factors::complaint;
use crate::memory::{Key, Value};
use crate::{Priority, Tenants, signals, text};

/// Fewer reactions decide nothing anew.
const LEAST: u32 = 4;

/// Words of one who knows a way out, normalised: of English, German, French and Spanish.
const HELPFUL: &[&str] = &[
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

/// Whether a reply answers what it replies to: it has the words of one who knows a way out, asks
/// nothing, and neither complains nor wants anything itself.
///
/// `normalised` is its text.
pub(crate) fn is_answer(scored: &Scored, intent: Intent, normalised: &str) -> bool {
    use Intent::{CannotReachYou, Complaint, Question, Request, SalesInterest, Spam};
    let wants = [Complaint, Question, Request, CannotReachYou, SalesInterest, Spam];
    let is_calm = !wants.contains(&intent) && complaint(scored) < 0.5;
    let asks = scored.mention.text.contains('?');
    is_calm && !asks && HELPFUL.iter().any(|words| normalised.contains(words))
}

/// The reply that a mention is to somebody else's, where it is known whose that is.
pub(crate) fn reply(scored: &Scored, intent: Intent, normalised: &str) -> Option<Reaction> {
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

impl Priority {
    /// Counts a reaction to a mention that is still open, and decides again where it matters.
    pub(crate) fn react(
        &self,
        account: Account,
        reaction: &Reaction,
        tenants: &Tenants,
        time: Micros,
        tx: &mut Tx<'_, Self>,
    ) {
        let post = Post::of(&reaction.original_id);
        let Some(open) = tx.state().open(account, post).cloned() else { return };
        let mut counts = tx.state().reactions(account, post).unwrap_or_default();
        match reaction.kind {
            ReactionKind::Repost => counts.reposts = counts.reposts.saturating_add(1),
            ReactionKind::Reply | ReactionKind::Answer => {
                counts.replies = counts.replies.saturating_add(1);
            }
        }
        tx.set(Key::Reactions(account, post), Value::Reactions(counts));
        if reaction.kind == ReactionKind::Repost
            && let Some(scored) = open.read()
        {
            let tenant = tenants.get(&scored.mention.tenant);
            let normalised = text::normalise(&scored.mention.text);
            let named = tenant.lists.find(&normalised);
            signals::hear_repost(&scored, &named, reaction, time, tx);
        }
        let all = counts.reposts.saturating_add(counts.replies);
        if reaction.kind == ReactionKind::Answer && !open.is_answered {
            self.review((account, post), Cause::Answer, tenants, time, tx);
        } else if is_step(all) {
            self.review((account, post), Cause::Spread, tenants, time, tx);
        }
    }

    /// Forgets a mention that can no longer be decided again, with what others made of it.
    pub(crate) fn close(account: Account, post: Post, tx: &mut Tx<'_, Self>) {
        if tx.state().reactions(account, post).is_some() {
            tx.remove(Key::Reactions(account, post));
        }
        tx.remove(Key::Open(account, post));
    }
}

/// Whether the mention is decided again at so many reactions.
fn is_step(reactions: u32) -> bool {
    reactions >= LEAST && reactions.is_power_of_two()
}

#[cfg(test)]
mod tests {
    use mention::{Mention, Parent};

    use super::*;

    #[test]
    fn it_is_decided_again_at_every_doubling_from_four_on() {
        let steps: Vec<u32> = (0..70).filter(|reactions| is_step(*reactions)).collect();
        assert_eq!(steps, [4, 8, 16, 32, 64]);
    }

    #[test]
    fn an_answer_helps_and_asks_nothing() {
        let cases = [
            ("Try a restart of the router, that worked for me.", Intent::Other, true),
            ("You can book it in the app.", Intent::Suggestion, true),
            ("Versuch mal einen Neustart", Intent::Other, true),
            ("Same here, nothing works", Intent::Complaint, false),
            ("You could at least answer us!", Intent::Complaint, false),
            ("Did you try a restart?", Intent::Other, false),
            ("What a shame", Intent::Other, false),
        ];
        for (said, intent, expected) in cases {
            let mention = Mention { text: said.into(), ..Mention::default() };
            let scored = Scored { mention, ..Scored::default() };
            assert_eq!(is_answer(&scored, intent, &text::normalise(said)), expected, "{said}");
        }
    }

    #[test]
    fn only_a_reply_to_somebody_else_who_is_known_reacts() {
        let to = |author_id: Option<&str>| {
            let author_id = author_id.map(str::to_owned);
            let in_reply_to = Some(Parent { id: "1".into(), author_id, text: None });
            let mut mention = Mention { in_reply_to, ..Mention::default() };
            mention.author.id = "ann".into();
            reply(&Scored { mention, ..Scored::default() }, Intent::Other, "")
        };
        assert_eq!(to(Some("bob")).map(|reaction| reaction.author_id).as_deref(), Some("bob"));
        assert_eq!(to(Some("ann")), None, "of her own");
        assert_eq!(to(None), None, "of nobody knows whom");
    }
}
