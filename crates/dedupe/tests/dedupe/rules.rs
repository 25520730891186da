//! The rules of the stage as tables: a sentence, the mentions, the expected outputs.

use dedupe::Config;
use mention::{Channel, Media};
use stage::TimeDelta;

use crate::scene::*;

/// A sentence, the mentions and their expected outputs.
type RuleCase<'a> = (&'a str, Vec<TestMention>, &'a [&'a str]);

fn check(cases: Vec<RuleCase<'_>>) {
    for (sentence, posts, expected) in cases {
        let outputs: Vec<_> =
            run_stage(Config::default(), &posts).iter().map(StageOutput::summary).collect();
        assert_eq!(outputs, expected, "{sentence}");
    }
}

#[test]
fn redeliveries_within_the_window_have_no_output() {
    let a = || post("ann", "1", COMPLAINT);
    check(vec![
        (
            "three deliveries are one mention",
            vec![a(), a(), a().after(TimeDelta::DAY)],
            &["new 1", "nothing", "nothing"],
        ),
        (
            "at the end of the window",
            vec![a(), a().after(7 * TimeDelta::DAY)],
            &["new 1", "nothing"],
        ),
        (
            "a second after the window",
            vec![a(), a().after(7 * TimeDelta::DAY + TimeDelta::SECOND)],
            &["new 1", "new 1"],
        ),
        (
            "an edit restarts the window",
            vec![
                a().version(1),
                a().edited(2).after(6 * TimeDelta::DAY),
                a().edited(2).after(12 * TimeDelta::DAY),
            ],
            &["new 1", "edit 2", "nothing"],
        ),
        (
            "a record from the far future does not disable deduplication",
            vec![a().after(900 * TimeDelta::DAY), post("ben", "2", "hi"), post("ben", "2", "hi")],
            &["new 1", "new 1", "nothing"],
        ),
        (
            "nor does it stop forgetting: the clock comes back",
            vec![
                post("ben", "2", "hi").after(900 * TimeDelta::DAY),
                a(),
                a().after(TimeDelta::DAY),
                a().after(8 * TimeDelta::DAY),
            ],
            &["new 1", "new 1", "nothing", "new 1"],
        ),
        (
            "a broker whose clock is a little behind the one before sets nothing back",
            vec![
                a().after(7 * TimeDelta::DAY),
                a().after(6 * TimeDelta::DAY + 23 * TimeDelta::HOUR),
            ],
            &["new 1", "nothing"],
        ),
        (
            "the same id on another platform or of another tenant",
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
fn edits_are_emitted_once_in_the_order_of_their_versions() {
    let a = |text| post("ann", "1", text);
    check(vec![
        ("a changed text", vec![a("x"), a("y").edited(0)], &["new 1", "edit 2"]),
        ("an unchanged text", vec![a("x"), a("x").edited(0)], &["new 1", "nothing"]),
        (
            "a redelivered edit",
            vec![a("x"), a("y").edited(0), a("y").edited(0)],
            &["new 1", "edit 2", "nothing"],
        ),
        (
            "an edit that arrives out of order",
            vec![a("x").version(1), a("z").edited(3), a("y").edited(2), a("x").version(1)],
            &["new 1", "edit 2", "nothing", "nothing"],
        ),
        (
            "a creation with a higher version",
            vec![a("x").version(1), a("y").version(2)],
            &["new 1", "edit 2"],
        ),
        (
            "an edit of an unseen mention",
            vec![a("y").edited(2), a("x").version(1)],
            &["new 1", "nothing"],
        ),
        (
            "an edit with the text of another mention is not a copy",
            vec![post("ann", "0", COMPLAINT), a("x"), a(COMPLAINT).edited(0)],
            &["new 1", "new 1", "edit 2"],
        ),
    ]);
}

#[test]
fn a_deletion_is_emitted_once_and_later_versions_are_outdated() {
    let a = |text| post("ann", "1", text);
    let gone = || deleted("ann", "1");
    check(vec![
        (
            "a redelivered deletion",
            vec![a("x"), gone(), gone()],
            &["new 1", "withdrawal 2", "nothing"],
        ),
        (
            "a deletion before the creation",
            vec![gone(), a("x"), gone()],
            &["withdrawal 1", "nothing", "nothing"],
        ),
        (
            "a deletion before the creation, by another source",
            vec![gone().by_source("spy"), a("x").by_source("feed"), a("x").by_source("spy")],
            &["withdrawal 1", "new 1", "nothing"],
        ),
        (
            "and the deletion by the source of the creation then",
            vec![gone().by_source("spy"), a("x").by_source("feed"), gone().by_source("feed")],
            &["withdrawal 1", "new 1", "withdrawal 2"],
        ),
        (
            "a deletion before the creation, by its own source",
            vec![gone().by_source("feed"), a("x").by_source("feed"), a("x").by_source("other")],
            &["withdrawal 1", "nothing", "new 1"],
        ),
        (
            "an edit after the deletion",
            vec![a("x"), gone(), a("y").edited(9)],
            &["new 1", "withdrawal 2", "nothing"],
        ),
        (
            "the deletion is remembered for a window",
            vec![a("x"), gone().after(6 * TimeDelta::DAY), a("x").after(12 * TimeDelta::DAY)],
            &["new 1", "withdrawal 2", "nothing"],
        ),
        (
            "the deletion of a repost",
            vec![a("").reposts("9"), gone()],
            &["repost of 9", "withdrawal 2"],
        ),
    ]);
}

#[test]
fn reposts_are_spread_and_replies_are_not() {
    let a = |id, text| post("ann", id, text);
    check(vec![
        (
            "a redelivered repost",
            vec![a("1", "").reposts("9"), a("1", "").reposts("9")],
            &["repost of 9", "nothing"],
        ),
        ("a repost that repeats the text", vec![a("1", COMPLAINT).reposts("9")], &["repost of 9"]),
        ("a repost by the brand", vec![a("1", "").reposts("9").own()], &["repost of 9"]),
        (
            "a quote with words of its own",
            vec![a("1", "me too").answers("9").reposts("9")],
            &["new 1"],
        ),
        ("a reply", vec![a("1", "me too").answers("9")], &["new 1"]),
        (
            "a repost is not an original",
            vec![a("1", COMPLAINT).reposts("9"), a("2", COMPLAINT), a("3", COMPLAINT)],
            &["repost of 9", "new 1", "copy of 2"],
        ),
    ]);
}

#[test]
fn copies_by_the_same_author_are_folded_into_the_original() {
    let a = |id, text| post("ann", id, text);
    check(vec![
        (
            "every later copy",
            vec![a("1", COMPLAINT), a("2", COMPLAINT), a("3", COMPLAINT)],
            &["new 1", "copy of 1", "copy of 1"],
        ),
        (
            "a copy that differs in case and spacing",
            vec![a("1", "Where is  MY parcel?"), a("2", "where is my parcel? ")],
            &["new 1", "copy of 1"],
        ),
        (
            "a redelivered copy",
            vec![a("1", COMPLAINT), a("2", COMPLAINT), a("2", COMPLAINT)],
            &["new 1", "copy of 1", "nothing"],
        ),
        (
            "a copy at the end of the window",
            vec![a("1", COMPLAINT), a("2", COMPLAINT).after(TimeDelta::DAY)],
            &["new 1", "copy of 1"],
        ),
        (
            "the window starts at the original",
            vec![
                a("1", COMPLAINT),
                a("2", COMPLAINT).after(TimeDelta::DAY - TimeDelta::HOUR),
                a("3", COMPLAINT).after(TimeDelta::DAY + TimeDelta::SECOND),
                a("4", COMPLAINT).after(TimeDelta::DAY + TimeDelta::HOUR),
            ],
            &["new 1", "copy of 1", "new 1", "copy of 3"],
        ),
    ]);
}

#[test]
fn some_mentions_with_the_same_text_are_not_copies() {
    let a = |id, text| post("ann", id, text);
    let twice = |change: fn(TestMention) -> TestMention| {
        vec![a("1", COMPLAINT), a("2", COMPLAINT)].into_iter().map(change).collect()
    };
    check(vec![
        (
            "texts with different links",
            vec![
                a("1", "Where is my parcel? https://a.b/1"),
                a("2", "Where is my parcel? https://a.b/2"),
            ],
            &["new 1", "new 1"],
        ),
        (
            "short texts",
            vec![a("1", "@brand Thanks!!! 😀"), a("2", "@brand Thanks!!! 😀")],
            &["new 1", "new 1"],
        ),
        ("direct messages", twice(TestMention::directly), &["new 1", "new 1"]),
        ("the brand's own mentions", twice(TestMention::own), &["new 1", "new 1"]),
        (
            "mentions with pictures",
            twice(|it| it.with(|it| it.media.push(Media::default()))),
            &["new 1", "new 1"],
        ),
        (
            "reviews of different accounts",
            vec![
                a("1", COMPLAINT)
                    .with(|it| (it.channel, it.account) = (Channel::Review, Some("a".into()))),
                a("2", COMPLAINT)
                    .with(|it| (it.channel, it.account) = (Channel::Review, Some("b".into()))),
            ],
            &["new 1", "new 1"],
        ),
        (
            "mentions by different authors",
            vec![a("1", COMPLAINT), post("ben", "2", COMPLAINT)],
            &["new 1", "new 1"],
        ),
    ]);
}

#[test]
fn copies_of_a_deleted_or_edited_original_are_not_folded() {
    let a = |id, text| post("ann", id, text);
    check(vec![
        (
            "the original was deleted",
            vec![a("1", COMPLAINT), deleted("ann", "1"), a("2", COMPLAINT), a("3", COMPLAINT)],
            &["new 1", "withdrawal 2", "new 1", "copy of 2"],
        ),
        (
            "the original was edited",
            vec![
                a("1", COMPLAINT),
                a("1", "It works again, thank you").edited(0),
                a("2", COMPLAINT),
                a("3", "it works again, thank you"),
            ],
            &["new 1", "edit 2", "new 1", "copy of 1"],
        ),
        (
            "a copy is edited to a new text",
            vec![
                a("1", COMPLAINT),
                a("2", COMPLAINT),
                a("2", "And now my telephone is down as well").edited(0),
                a("2", "And now my telephone is down as well!").edited(0),
            ],
            &["new 1", "copy of 1", "new 2", "edit 3"],
        ),
        (
            "a copy is edited in case only",
            vec![a("1", COMPLAINT), a("2", COMPLAINT), a("2", &COMPLAINT.to_uppercase()).edited(0)],
            &["new 1", "copy of 1", "copy of 1"],
        ),
    ]);
}
