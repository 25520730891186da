use super::*;
use crate::{Media, Routed, codec};

fn mention() -> Mention {
    Mention {
        tenant: "northline".into(),
        platform: "x".into(),
        id: "1".into(),
        text: "no signal".into(),
        author: Author { id: "7".into(), ..Author::default() },
        ..Mention::default()
    }
}

fn with(change: impl FnOnce(&mut Mention)) -> Mention {
    let mut mention = mention();
    change(&mut mention);
    mention
}

#[test]
fn a_mention_within_the_limits_is_valid() {
    for (what, mention) in [
        ("plain", mention()),
        (
            "a deletion without text",
            with(|m| {
                m.change = MentionChange::Deleted;
                m.text.clear();
            }),
        ),
        (
            "a picture without text",
            with(|m| {
                m.text.clear();
                m.media.push(Media { kind: "image".into(), ..Media::default() });
            }),
        ),
        (
            "a repost without text",
            with(|m| {
                m.text.clear();
                m.repost_of = Some("0".into());
            }),
        ),
        (
            "stars without text",
            with(|m| {
                m.text.clear();
                m.rating = Some(0.2);
            }),
        ),
        (
            "slashes in the mention id and in the last part of the key",
            with(|m| {
                m.id = "at://did:plc:a/app.bsky.feed.post/3k".into();
                m.author.id = "a/b".into();
            }),
        ),
        ("a text of the maximum length", with(|m| m.text = "é".repeat(MAX_TEXT))),
        ("a version that counts", with(|m| m.version = 65_535)),
        (
            "a version that is the time of the edit",
            with(|m| {
                m.received_at = EventTime::from_micros(1_790_000_000_000_000);
                m.version = 1_790_000_000_000_000;
            }),
        ),
        ("the best rating", with(|m| m.rating = Some(1.0))),
        ("published before the epoch", with(|m| m.published_at = Some(EventTime::from_micros(-1)))),
        ("a text with line breaks", with(|m| m.text = "no\nsignal\0".into())),
    ] {
        assert_eq!(mention.validate(), Ok(()), "{what}");
    }
}

#[test]
fn an_error_names_the_field_that_violates_its_limit() {
    for (expected, mention) in [
        (
            "version is neither a count nor a time up to now",
            with(|m| {
                m.received_at = EventTime::from_micros(1_790_000_000_000_000);
                m.version = 1_790_000_000_000_000_000;
            }),
        ),
        ("version is neither a count nor a time up to now", with(|m| m.version = i64::MAX)),
        ("tenant is empty", with(|m| m.tenant.clear())),
        ("platform is empty", with(|m| m.platform.clear())),
        ("id is empty", with(|m| m.id.clear())),
        ("author.id is empty", with(|m| m.author.id.clear())),
        ("tenant contains a '/'", with(|m| m.tenant = "a/b".into())),
        ("platform contains a '/'", with(|m| m.platform = "a/b".into())),
        ("tenant contains an invisible character", with(|m| m.tenant = "a\n".into())),
        ("id contains an invisible character", with(|m| m.id = "\u{85}".into())),
        ("tenant contains an invisible character", with(|m| m.tenant = "a\u{200b}".into())),
        ("author.id contains an invisible character", with(|m| m.author.id = "\u{202e}7".into())),
        ("account contains an invisible character", with(|m| m.account = Some("a\u{ad}".into()))),
        ("tenant has 65 bytes, more than 64", with(|m| m.tenant = "t".repeat(65))),
        ("author.id has 513 bytes, more than 512", with(|m| m.author.id = "a".repeat(513))),
        ("text is empty and no media are attached", with(|m| m.text.clear())),
        (
            "text has 100001 characters, more than 100000",
            with(|m| m.text = "é".repeat(MAX_TEXT + 1)),
        ),
        ("url has 4097 bytes, more than 4096", with(|m| m.url = Some("u".repeat(4097)))),
        ("in_reply_to.id is empty", with(|m| m.in_reply_to = Some(Parent::default()))),
        ("media has 33 entries, more than 32", with(|m| m.media = vec![Media::default(); 33])),
        ("rating is not between 0 and 1", with(|m| m.rating = Some(f64::NAN))),
        ("rating is not between 0 and 1", with(|m| m.rating = Some(5.0))),
        ("author.followers is less than 0", with(|m| m.author.followers = Some(-1))),
        ("engagement.likes is less than 0", with(|m| m.engagement.likes = -1)),
        ("received_at is not in the years 1 to 9999", with(|m| m.received_at = EventTime::MAX)),
        (
            "published_at is not in the years 1 to 9999",
            with(|m| m.published_at = Some(EventTime::MIN)),
        ),
        (
            "text and media have 1280009 bytes, more than 655360",
            with(|m| {
                let alt = Some("\u{1F4F6}".repeat(MAX_EXCERPT));
                m.media = vec![Media { alt, ..Media::default() }; MAX_MEDIA];
            }),
        ),
    ] {
        assert_eq!(mention.validate(), Err(expected.to_owned()));
    }
}

#[test]
fn the_largest_valid_mention_fits_a_routed_record() {
    let longest = Some("a".repeat(MAX_ID));
    let mention = with(|m| {
        m.text = "\u{1F4F6}".repeat(MAX_TEXT);
        let (url, alt) = (Some("u".repeat(MAX_URL)), Some("a".repeat(3_800)));
        m.media = vec![Media { url, alt, ..Media::default() }; MAX_MEDIA];
        m.media[0].alt = Some("a".repeat(3_800 + MAX_TOTAL_TEXT - m.text_bytes()));
        m.author.name = longest.clone();
        m.root_id = longest.clone();
        m.repost_of = longest;
    });
    assert_eq!(mention.validate(), Ok(()));
    let routed = Routed { mention_id: mention.mention_id(), mention, ..Routed::default() };
    let mut bytes = Vec::new();
    codec::write(&routed, &mut bytes);
    assert!(bytes.len() > MAX_TOTAL_TEXT);
    assert_eq!(codec::read(&bytes), Ok(routed));
}
