//! What mentions and texts are recognised by: fixed-size hashes.
//!
//! A [`Digest`] is the upper 96 bits of XXH3-128. Among n entries the next mention is taken for
//! another one with a probability of n / 2^96: at 10^7 entries once in 10^22 mentions. XXH3 is no
//! cryptographic hash: who can choose ids freely could make two of his own collide, and would
//! silence nobody else by it unless he also chooses the ids of others.

use mention::{Channel, Mention, author_key};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// 96 bits of a hash, most significant word first, so that digests are ordered as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u32; 3]);

impl Digest {
    /// The digest of bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let hash = xxh3_128(bytes);
        Self([(hash >> 96) as u32, (hash >> 64) as u32, (hash >> 32) as u32])
    }

    /// Its upper 64 bits.
    pub(crate) fn high(self) -> u64 {
        u64::from(self.0[0]) << 32 | u64::from(self.0[1])
    }

    /// Its 12 bytes, most significant first.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        for (into, word) in bytes.chunks_exact_mut(4).zip(self.0) {
            into.copy_from_slice(&word.to_be_bytes());
        }
        bytes
    }

    /// The digest of these 12 bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 12]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = bytes;
        Self([[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(u32::from_be_bytes))
    }
}

/// What a mention is recognised by: tenant, platform and id.
pub(crate) fn of_id(tenant: &str, platform: &str, id: &str) -> Digest {
    let mut bytes = Vec::with_capacity(tenant.len() + platform.len() + id.len() + 12);
    for part in [tenant, platform, id] {
        push(part, &mut bytes);
    }
    Digest::of(&bytes)
}

/// What a copy is recognised by: author and plain text; for a review also what it is about and how
/// many stars it gives, since the same praise for two products is no copy.
pub(crate) fn of_saying(mention: &Mention, plain: &str) -> Digest {
    let mut bytes = Vec::with_capacity(plain.len() + 128);
    author_key(&mention.tenant, &mention.platform, &mention.author.id, &mut bytes);
    bytes.push(0);
    push(plain, &mut bytes);
    if mention.channel == Channel::Review {
        push(mention.account.as_deref().unwrap_or_default(), &mut bytes);
        bytes.extend(mention.rating.map_or(0, f64::to_bits).to_le_bytes());
    }
    Digest::of(&bytes)
}

/// What an edit changes: text, rating, and what hangs on it. Not the addresses of media, which some
/// platforms sign anew at each delivery.
pub(crate) fn content(mention: &Mention) -> u32 {
    let mut bytes = Vec::with_capacity(mention.text.len() + 64);
    push(&mention.text, &mut bytes);
    if let Some(rating) = mention.rating {
        bytes.extend(rating.to_bits().to_le_bytes());
    }
    for media in &mention.media {
        push(&media.kind, &mut bytes);
        push(media.alt.as_deref().unwrap_or_default(), &mut bytes);
    }
    xxh3_64(&bytes) as u32
}

/// Appends a part with its length, so that no two lists of parts have the same bytes.
fn push(part: &str, bytes: &mut Vec<u8>) {
    bytes.extend((part.len() as u32).to_le_bytes());
    bytes.extend(part.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_apart_ids_whose_parts_run_together() {
        assert_ne!(of_id("a", "b/c", "d"), of_id("a/b", "c", "d"));
        assert_ne!(of_id("a", "b", "c"), of_id("a", "c", "b"));
        assert_eq!(of_id("a", "b", "c"), of_id("a", "b", "c"));
    }

    #[test]
    fn keeps_its_value_over_its_bytes_and_orders_as_they_do() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        assert_eq!(Digest::from_bytes(a.to_bytes()), a);
        assert_eq!(a < b, a.to_bytes() < b.to_bytes());
    }

    #[test]
    fn takes_two_reviews_of_two_things_for_two() {
        let about = |account: &str, channel| {
            let account = Some(account.to_owned());
            of_saying(&Mention { account, channel, ..Mention::default() }, "would buy again")
        };
        assert_ne!(about("kettle", Channel::Review), about("lamp", Channel::Review));
        assert_eq!(about("help", Channel::PublicPost), about("brand", Channel::PublicPost));
    }

    #[test]
    fn sees_no_new_content_in_a_newly_signed_address() {
        let with = |url: &str, alt: &str| {
            let (url, alt) = (Some(url.to_owned()), Some(alt.to_owned()));
            let media = vec![mention::Media { kind: "image".into(), url, alt }];
            content(&Mention { media, ..Mention::default() })
        };
        assert_eq!(with("https://a?sig=1", "a cat"), with("https://a?sig=2", "a cat"));
        assert_ne!(with("https://a", "a cat"), with("https://a", "a dog"));
    }
}
