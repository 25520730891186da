//! How the tone of one author rises from mention to mention: the same trouble told again, nobody
//! answering, a wider audience.
//!
//! A pure fold: a small summary of an author and a new mention give a new summary and what rose.
//! Whoever keeps the summaries has to drop those that are stale ([`Summary::is_stale`]). It knows
//! nothing of texts: that something is a complaint, or says that nobody answers, is found elsewhere.

/// How many can see a mention, from the fewest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Reach {
    /// A direct message.
    #[default]
    Private,
    /// A comment or a reply below somebody else's post.
    Comment,
    /// A post or a review of their own.
    Public,
}

/// What is remembered of an author. 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Summary {
    /// When they last complained or asked in vain, in microseconds.
    last_at: i64,
    /// How often they did so without an answer.
    unanswered: u16,
    /// The widest reach of those.
    widest: Reach,
}

/// A mention that wants something: a complaint, a request, a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// When it was published, in microseconds.
    pub at: i64,
    /// How many can see it.
    pub reach: Reach,
    /// Whether it says that nobody answers.
    pub says_nobody_answers: bool,
}

/// What rose with a mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Risen {
    /// They had told of it before and were not answered.
    pub is_repeated: bool,
    /// They say that nobody answers, or this is the third time or later.
    pub nobody_answers: bool,
    /// More can see it than could see what came before.
    pub is_wider: bool,
}

/// So many times without an answer are as good as saying so.
const IN_VAIN: u16 = 3;

impl Summary {
    /// Takes in a mention. What lies further back than `window` microseconds is forgotten first.
    #[must_use]
    pub fn hear(self, heard: Heard, window: i64) -> (Summary, Risen) {
        let before = if self.is_stale(heard.at, window) { Summary::default() } else { self };
        let unanswered = before.unanswered.saturating_add(1);
        let is_repeated = before.unanswered > 0;
        let risen = Risen {
            is_repeated,
            nobody_answers: heard.says_nobody_answers || unanswered >= IN_VAIN,
            is_wider: is_repeated && heard.reach > before.widest,
        };
        let last_at = if is_repeated { before.last_at.max(heard.at) } else { heard.at };
        let widest = before.widest.max(heard.reach);
        (Summary { last_at, unanswered, widest }, risen)
    }

    /// Takes in that they were answered: what comes next begins anew.
    #[must_use]
    pub fn answer(self) -> Summary {
        Summary::default()
    }

    /// Whether nothing in it counts any more at `now`.
    #[must_use]
    pub fn is_stale(self, now: i64, window: i64) -> bool {
        self.unanswered == 0 || now.saturating_sub(self.last_at) > window
    }
}

#[cfg(test)]
mod tests;
