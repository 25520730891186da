//! Fixed-size hashes of ids, texts and contents.
//!
//! A [`Digest`] is the upper 96 bits of XXH3-128. Among n entries, the next mention collides with one
//! of them with probability n / 2^96: at 10^7 entries, once in 10^22 mentions. XXH3 is not a
//! cryptographic hash. An attacker who chooses the ids of his own mentions can make those collide,
//! but cannot suppress a mention whose id he does not choose.
//!
//! Must not know: what the hashes are used for.

use mention::{Channel, Mention, author_key};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// 96 bits of a hash, most significant word first: digests are ordered as their bytes are.
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

/// The digest that identifies a mention: tenant, platform and id.
pub(crate) fn of_id(tenant: &str, platform: &str, id: &str) -> Digest {
    let mut bytes = Vec::with_capacity(tenant.len() + platform.len() + id.len() + 12);
    for part in [tenant, platform, id] {
        push_part(part, &mut bytes);
    }
    Digest::of(&bytes)
}

/// The digest that identifies copies: author and plain text. For a review also the reviewed account
/// and the rating: the same praise for two products is not a copy.
pub(crate) fn of_author_text(mention: &Mention, plain: &str) -> Digest {
    let mut bytes = Vec::with_capacity(plain.len() + 128);
    author_key(&mention.tenant, &mention.platform, &mention.author.id, &mut bytes);
    // An author key has no length prefix; the zero byte separates it from the text.
    bytes.push(0);
    push_part(plain, &mut bytes);
    if mention.channel == Channel::Review {
        push_part(mention.account.as_deref().unwrap_or_default(), &mut bytes);
        bytes.extend(mention.rating.map_or(0, f64::to_bits).to_le_bytes());
    }
    Digest::of(&bytes)
}

/// The fingerprint of the content that an edit can change: text, rating, kinds and descriptions of
/// media.
pub(crate) fn content(mention: &Mention) -> u32 {
    let mut bytes = Vec::with_capacity(mention.text.len() + 64);
    push_part(&mention.text, &mut bytes);
    if let Some(rating) = mention.rating {
        bytes.extend(rating.to_bits().to_le_bytes());
    }
    // Excludes the addresses of media: some platforms sign them again for each delivery.
    for media in &mention.media {
        push_part(&media.kind, &mut bytes);
        push_part(media.alt.as_deref().unwrap_or_default(), &mut bytes);
    }
    xxh3_64(&bytes) as u32
}

/// The fingerprint of the name of a source.
pub(crate) fn of_source(name: &[u8]) -> u32 {
    xxh3_64(name) as u32
}

/// Appends a part with its length, so that different lists of parts never give the same bytes.
fn push_part(part: &str, bytes: &mut Vec<u8>) {
    bytes.extend((part.len() as u32).to_le_bytes());
    bytes.extend(part.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_with_the_same_concatenation_have_different_digests() {
        assert_ne!(of_id("a", "b/c", "d"), of_id("a/b", "c", "d"));
        assert_ne!(of_id("a", "b", "c"), of_id("a", "c", "b"));
        assert_eq!(of_id("a", "b", "c"), of_id("a", "b", "c"));
    }

    #[test]
    fn a_digest_survives_its_bytes_and_has_their_order() {
        let (a, b) = (Digest::of(b"a"), Digest::of(b"b"));
        assert_eq!(Digest::from_bytes(a.to_bytes()), a);
        assert_eq!(a < b, a.to_bytes() < b.to_bytes());
    }

    #[test]
    fn reviews_of_two_accounts_are_no_copies() {
        let about = |account: &str, channel| {
            let account = Some(account.to_owned());
            of_author_text(&Mention { account, channel, ..Mention::default() }, "would buy again")
        };
        assert_ne!(about("kettle", Channel::Review), about("lamp", Channel::Review));
        assert_eq!(about("help", Channel::PublicPost), about("brand", Channel::PublicPost));
    }

    #[test]
    fn a_newly_signed_address_is_no_new_content() {
        let with = |url: &str, alt: &str| {
            let (url, alt) = (Some(url.to_owned()), Some(alt.to_owned()));
            let media = vec![mention::Media { kind: "image".into(), url, alt }];
            content(&Mention { media, ..Mention::default() })
        };
        assert_eq!(with("https://a?sig=1", "a cat"), with("https://a?sig=2", "a cat"));
        assert_ne!(with("https://a", "a cat"), with("https://a", "a dog"));
    }
}
