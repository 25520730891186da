//! Every rule, as a sentence, what is said, and what comes out.

use dedupe::{Config, Dedupe};
use mention::{Channel, Media, Mention, codec, topics};
use stage::prove::{Trouble, drive};
use stage::{Reason, memory::Broker};

use crate::scene::*;

type Change = fn(&mut Mention);

/// A sentence, what is said, and what comes out.
type Case<'a> = (&'a str, Vec<Said>, &'a [&'a str]);

fn check(cases: Vec<Case<'_>>) {
    for (sentence, said, expected) in cases {
        let heard: Vec<_> = hear(Config::default(), &said).iter().map(Heard::summary).collect();
        assert_eq!(heard, expected, "{sentence}");
    }
}

#[test]
fn redeliveries_are_swallowed_within_the_window() {
    let a = || said("ann", "1", COMPLAINT);
    check(vec![
        ("twice is once", vec![a(), a(), a().after(DAY)], &["new 1", "nothing", "nothing"]),
        ("to the last second", vec![a(), a().after(7 * DAY)], &["new 1", "nothing"]),
        ("not beyond it", vec![a(), a().after(7 * DAY + SECOND)], &["new 1", "new 1"]),
        (
            "an edit begins the window anew",
            vec![a().version(1), a().edited(2).after(6 * DAY), a().edited(2).after(12 * DAY)],
            &["new 1", "edit 2", "nothing"],
        ),
        (
            "a clock that was wrong once does not turn the stage off",
            vec![a().after(900 * DAY), said("ben", "2", "hi"), said("ben", "2", "hi")],
            &["new 1", "new 1", "nothing"],
        ),
        (
            "the same id elsewhere is another mention",
            vec![
                a(),
                a().with(|it| it.platform = "bluesky".into()),
                a().with(|it| it.tenant = "bolt".into()),
            ],
            &["new 1", "new 1", "new 1"],
        ),
    ]);
}

#[test]
fn edits_pass_once_in_the_order_of_their_versions() {
    let a = |text| said("ann", "1", text);
    check(vec![
        ("another text", vec![a("x"), a("y").edited(0)], &["new 1", "edit 2"]),
        ("the same text", vec![a("x"), a("x").edited(0)], &["new 1", "nothing"]),
        (
            "twice",
            vec![a("x"), a("y").edited(0), a("y").edited(0)],
            &["new 1", "edit 2", "nothing"],
        ),
        (
            "the late one is of no use",
            vec![a("x").version(1), a("z").edited(3), a("y").edited(2), a("x").version(1)],
            &["new 1", "edit 2", "nothing", "nothing"],
        ),
        (
            "a creation of a higher version",
            vec![a("x").version(1), a("y").version(2)],
            &["new 1", "edit 2"],
        ),
        (
            "an edit of what was never heard",
            vec![a("y").edited(2), a("x").version(1)],
            &["new 1", "nothing"],
        ),
        (
            "an edit is no copy, even of an own text",
            vec![said("ann", "0", COMPLAINT), a("x"), a(COMPLAINT).edited(0)],
            &["new 1", "new 1", "edit 2"],
        ),
    ]);
}

#[test]
fn a_deletion_passes_once_and_what_comes_after_it_is_late() {
    let a = |text| said("ann", "1", text);
    let gone = || deleted("ann", "1");
    check(vec![
        ("once", vec![a("x"), gone(), gone()], &["new 1", "withdrawal 2", "nothing"]),
        (
            "before its creation",
            vec![gone(), a("x"), gone()],
            &["withdrawal 1", "nothing", "nothing"],
        ),
        (
            "an edit comes late",
            vec![a("x"), gone(), a("y").edited(9)],
            &["new 1", "withdrawal 2", "nothing"],
        ),
        (
            "it is remembered for a window",
            vec![a("x"), gone().after(6 * DAY), a("x").after(12 * DAY)],
            &["new 1", "withdrawal 2", "nothing"],
        ),
        ("of a repost", vec![a("").reposts("9"), gone()], &["repost of 9", "withdrawal 2"]),
    ]);
}

#[test]
fn reposts_are_spread_and_answers_are_not() {
    let a = |id, text| said("ann", id, text);
    check(vec![
        (
            "once",
            vec![a("1", "").reposts("9"), a("1", "").reposts("9")],
            &["repost of 9", "nothing"],
        ),
        ("also with the text repeated", vec![a("1", COMPLAINT).reposts("9")], &["repost of 9"]),
        ("the brand's too", vec![a("1", "").reposts("9").own()], &["repost of 9"]),
        ("an answer in own words", vec![a("1", "me too").answers("9").reposts("9")], &["new 1"]),
        ("an answer", vec![a("1", "me too").answers("9")], &["new 1"]),
        (
            "a repost is no original to copy",
            vec![a("1", COMPLAINT).reposts("9"), a("2", COMPLAINT), a("3", COMPLAINT)],
            &["repost of 9", "new 1", "copy of 2"],
        ),
    ]);
}

#[test]
fn copies_by_the_same_author_are_folded_into_the_first() {
    let a = |id, text| said("ann", id, text);
    let twice = |change: fn(Said) -> Said| {
        vec![a("1", COMPLAINT), a("2", COMPLAINT)].into_iter().map(change).collect()
    };
    check(vec![
        (
            "all of them",
            vec![a("1", COMPLAINT), a("2", COMPLAINT), a("3", COMPLAINT)],
            &["new 1", "copy of 1", "copy of 1"],
        ),
        (
            "whatever case and spacing",
            vec![a("1", "Where is  MY parcel?"), a("2", "where is my parcel? ")],
            &["new 1", "copy of 1"],
        ),
        (
            "a copy is heard once",
            vec![a("1", COMPLAINT), a("2", COMPLAINT), a("2", COMPLAINT)],
            &["new 1", "copy of 1", "nothing"],
        ),
        (
            "not with another link",
            vec![
                a("1", "Where is my parcel? https://a.b/1"),
                a("2", "Where is my parcel? https://a.b/2"),
            ],
            &["new 1", "new 1"],
        ),
        (
            "to the last second",
            vec![a("1", COMPLAINT), a("2", COMPLAINT).after(DAY)],
            &["new 1", "copy of 1"],
        ),
        (
            "not beyond it, counted from the first",
            vec![
                a("1", COMPLAINT),
                a("2", COMPLAINT).after(DAY - HOUR),
                a("3", COMPLAINT).after(DAY + SECOND),
                a("4", COMPLAINT).after(DAY + HOUR),
            ],
            &["new 1", "copy of 1", "new 1", "copy of 3"],
        ),
        (
            "not a short one",
            vec![a("1", "@brand Thanks!!! 😀"), a("2", "@brand Thanks!!! 😀")],
            &["new 1", "new 1"],
        ),
        ("not a direct message", twice(Said::directly), &["new 1", "new 1"]),
        ("not the brand's own", twice(Said::own), &["new 1", "new 1"]),
        (
            "not with a picture",
            twice(|it| it.with(|it| it.media.push(Media::default()))),
            &["new 1", "new 1"],
        ),
        (
            "nor a review of something else",
            vec![
                a("1", COMPLAINT)
                    .with(|it| (it.channel, it.account) = (Channel::Review, Some("a".into()))),
                a("2", COMPLAINT)
                    .with(|it| (it.channel, it.account) = (Channel::Review, Some("b".into()))),
            ],
            &["new 1", "new 1"],
        ),
        (
            "never another author's",
            vec![a("1", COMPLAINT), said("ben", "2", COMPLAINT)],
            &["new 1", "new 1"],
        ),
    ]);
}

#[test]
fn nothing_is_folded_into_what_no_longer_says_so() {
    let a = |id, text| said("ann", id, text);
    check(vec![
        (
            "the first was deleted",
            vec![a("1", COMPLAINT), deleted("ann", "1"), a("2", COMPLAINT), a("3", COMPLAINT)],
            &["new 1", "withdrawal 2", "new 1", "copy of 2"],
        ),
        (
            "the first was edited",
            vec![
                a("1", COMPLAINT),
                a("1", "It works again, thank you").edited(0),
                a("2", COMPLAINT),
                a("3", "it works again, thank you"),
            ],
            &["new 1", "edit 2", "new 1", "copy of 1"],
        ),
        (
            "an edited copy says something new",
            vec![
                a("1", COMPLAINT),
                a("2", COMPLAINT),
                a("2", "And now my telephone is down as well").edited(0),
                a("2", "And now my telephone is down as well!").edited(0),
            ],
            &["new 1", "copy of 1", "new 2", "edit 3"],
        ),
        (
            "an edited copy is still one",
            vec![a("1", COMPLAINT), a("2", COMPLAINT), a("2", &COMPLAINT.to_uppercase()).edited(0)],
            &["new 1", "copy of 1", "copy of 1"],
        ),
    ]);
}

#[test]
fn copies_by_others_share_a_cluster_and_are_never_dropped() {
    let say = |author: &str, text: &str| said(author, author, text);
    let heard = hear(
        Config::default(),
        &[
            say("ann", COMPLAINT),
            say("ben", "@acme MY ROUTER has been down, since this morning!!! https://x.y/1"),
            say("cid", "Your new shop in the high street is lovely"),
            say("dan", "thanks"),
            say("eva", COMPLAINT).own(),
            say("fay", COMPLAINT).directly(),
            say("ann", "It works again since this afternoon").edited(0),
            say("gus", COMPLAINT).after(DAY),
            say("hal", COMPLAINT).after(2 * DAY + SECOND),
        ],
    );
    let clusters: Vec<_> = heard.iter().map(Heard::cluster).collect();
    let router = clusters[0].as_ref().expect("a cluster").0.clone();
    let of_router = |size| Some((router.clone(), size));
    assert_eq!(router.len(), 16);
    assert_eq!(clusters[0], of_router(0), "the first begins it");
    assert_eq!(clusters[1], of_router(1), "links, handles, case and punctuation do not count");
    assert!(clusters[2].as_ref().is_some_and(|(name, size)| *name != router && *size == 0));
    assert_eq!(clusters[3], None, "a short text is in none");
    assert_eq!(clusters[4], None, "nor are the brand's own");
    assert_eq!(clusters[5], of_router(2), "a direct message is");
    assert!(clusters[6].as_ref().is_some_and(|(name, _)| *name != router), "an edit has its own");
    assert_eq!(clusters[7], of_router(3), "each member makes it last longer");
    assert_eq!(clusters[8], of_router(0), "it ends a day after its last");
    assert!(heard.iter().all(|it| matches!(it, Heard::Unique(_))), "{heard:?}");
}

#[test]
fn an_edit_tells_when_the_first_version_was_heard() {
    let edit = said("ann", "1", "y").edited(0).after(HOUR + 7);
    let heard = hear(Config::default(), &[said("ann", "1", "x").after(7), edit]);
    let first = |heard: &Heard| match heard {
        Heard::Unique(unique) => unique.findings.first_received_at,
        _ => 0,
    };
    assert_eq!(first(&heard[0]), START + 7);
    assert_eq!(first(&heard[1]), START, "to the second");
}

#[test]
fn the_brands_own_mentions_pass_marked() {
    let heard = hear(Config::default(), &[said("acme", "1", "We are looking into it").own()]);
    assert!(matches!(&heard[..], [Heard::Unique(it)] if it.mention.is_own));
}

#[test]
fn a_mention_without_platform_id_or_author_is_rejected_by_name() {
    let cases: [(Change, &str); 3] = [
        (|it| it.platform.clear(), "a mention without a platform"),
        (|it| it.id.clear(), "a mention without an id"),
        (|it| it.author.id.clear(), "a mention without an author"),
    ];
    for (change, expected) in cases {
        let broker = broker(1, &[said("ann", "1", "x").with(change), said("ann", "2", "y")]);
        drive(Dedupe::new(Config::default()), &broker, Trouble::default());
        let dead = broker.dead();
        assert_eq!(dead.len(), 1);
        assert_eq!((dead[0].reject.reason, &*dead[0].reject.message), (Reason::Invalid, expected));
        assert_eq!(broker.records(topics::UNIQUE).len(), 1);
    }
}

#[test]
fn every_output_has_the_key_of_its_author() {
    let broker = broker(
        1,
        &[
            said("ann", "1", COMPLAINT),
            said("ann", "2", COMPLAINT),
            said("ann", "3", "").reposts("9"),
            deleted("ann", "1"),
        ],
    );
    drive(Dedupe::new(Config::default()), &broker, Trouble::default());
    let outputs = [broker.records(topics::UNIQUE), broker.records(topics::SPREAD)].concat();
    assert_eq!(outputs.len(), 4);
    assert!(outputs.iter().all(|raw| raw.key == b"acme/x/ann"));
}

#[test]
fn a_repost_is_told_to_the_partition_of_whom_it_reposts_where_that_is_known() {
    let of = |author: &str| {
        let author = author.to_owned();
        said("ann", "3", "").reposts("9").with(|it| it.repost_of_author = Some(author))
    };
    let cases = [
        ("somebody else's", of("bob"), Some("acme/x/bob")),
        ("one's own", of("ann"), None),
        ("nobody knows whose", said("ann", "3", "").reposts("9"), None),
        ("by the brand", of("bob").own(), None),
        ("no repost", said("ann", "3", COMPLAINT), None),
    ];
    for (name, said, expected) in cases {
        let broker = broker(1, &[said.clone(), said]);
        drive(Dedupe::new(Config::default()), &broker, Trouble::default());
        let told = broker.records(topics::REACTION);
        let keys: Vec<_> = told.iter().map(|raw| str::from_utf8(&raw.key).unwrap()).collect();
        assert_eq!(keys, expected.into_iter().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn bytes_that_are_no_mention_are_rejected() {
    let broker = Broker::new(1);
    let mut value = Vec::new();
    codec::write(&said("ann", "1", "x").mention, &mut value);
    value.pop();
    for value in [Some(value), Some(Vec::new()), None] {
        broker.append(topics::RECEIVED, START, b"k", value);
    }
    drive(Dedupe::new(Config::default()), &broker, Trouble::default());
    let reasons: Vec<_> = broker.dead().iter().map(|dead| dead.reject.reason).collect();
    assert_eq!(reasons, [Reason::Undecodable; 3]);
}
