//! The hashes by which the text of a mention is compared with others.
//!
//! Must not know: the state, and which mention came first.

use mention::{Channel, Mention};

use crate::simhash::Votes;
use crate::{Digest, digest};

/// The hashes of a mention's text; none for the brand's own mentions and for short texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TextFingerprint {
    /// The digest of author and plain text. None for mentions that are never folded: direct
    /// messages, where a repeated text is a new request, and mentions with media, which are not
    /// compared.
    pub(crate) author_text: Option<Digest>,
    /// The SimHash of the words.
    pub(crate) simhash: Option<u64>,
}

impl TextFingerprint {
    /// The hashes of a mention whose words have a weight of at least `min_chars` letters and digits.
    pub(crate) fn of(mention: &Mention, min_chars: usize) -> Self {
        // A brand repeats its answers on purpose; each one is a mention of its own.
        if mention.is_own {
            return Self::default();
        }
        let mut plain = String::with_capacity(mention.text.len());
        // The plain text keeps every word, link and sign and identifies copies; its words leave out what
        // varies between near-duplicates: links, handles and punctuation.
        text::plain(&mention.text, &mut plain);
        let (mut votes, mut weight) = (Votes::default(), 0);
        text::each_word_or_pair(&plain, |word| {
            votes.add(word);
            weight += text::weight(word);
        });
        // With `min_chars` 0, texts without any word would still all share one hash.
        if weight == 0 || weight < min_chars {
            return Self::default();
        }
        let is_foldable = mention.channel != Channel::DirectMessage && mention.media.is_empty();
        Self {
            author_text: is_foldable.then(|| digest::of_author_text(mention, &plain)),
            simhash: Some(votes.simhash()),
        }
    }
}
