//! What a text is compared by.

use mention::{Channel, Mention};

use crate::simhash::Votes;
use crate::{Digest, digest, text};

/// What a mention is compared by; nothing where it is too short, or the brand's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What is said and by whom; none for what is never folded: direct messages, in which repeating
    /// oneself is asking again, and mentions with media, which are not compared.
    pub(crate) saying: Option<Digest>,
    /// The SimHash of its words.
    pub(crate) simhash: Option<u64>,
}

impl Reading {
    /// Reads a mention whose words have at least `min_chars` letters and digits.
    pub(crate) fn of(mention: &Mention, min_chars: usize) -> Self {
        if mention.is_own {
            return Self::default();
        }
        let mut plain = String::with_capacity(mention.text.len());
        text::plain(&mention.text, &mut plain);
        let (mut votes, mut weight) = (Votes::default(), 0);
        text::words(&plain, |word| {
            votes.add(word);
            weight += text::weight(word);
        });
        if weight == 0 || weight < min_chars {
            return Self::default();
        }
        let is_foldable = mention.channel != Channel::DirectMessage && mention.media.is_empty();
        Self {
            saying: is_foldable.then(|| digest::of_saying(mention, &plain)),
            simhash: Some(votes.outcome()),
        }
    }
}
