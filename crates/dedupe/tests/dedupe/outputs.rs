//! The outputs of the stage: clusters, findings, keys, reactions and dead letters.

use dedupe::{Config, Dedupe};
use mention::{Mention, codec, topics};
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::{EventTime, RejectReason, TimeDelta, memory::MemoryBroker};

use crate::scene::*;

type MentionEdit = fn(&mut Mention);

#[test]
fn copies_by_other_authors_share_a_cluster_and_are_emitted() {
    let own_id = |author: &str, text: &str| post(author, author, text);
    let outputs = run_stage(
        Config::default(),
        &[
            own_id("ann", COMPLAINT),
            own_id("ben", "@acme MY ROUTER has been down, since this morning!!! https://x.y/1"),
            own_id("cid", "Your new shop in the high street is lovely"),
            own_id("dan", "thanks"),
            own_id("eva", COMPLAINT).own(),
            own_id("fay", COMPLAINT).directly(),
            own_id("ann", "It works again since this afternoon").edited(0),
            own_id("gus", COMPLAINT).after(TimeDelta::DAY),
            own_id("hal", COMPLAINT).after(2 * TimeDelta::DAY + TimeDelta::SECOND),
        ],
    );
    let clusters: Vec<_> = outputs.iter().map(StageOutput::cluster).collect();
    let router = clusters[0].as_ref().expect("a cluster").0.clone();
    let of_router = |size| Some((router.clone(), size));
    assert_eq!(router.len(), 16);
    assert_eq!(clusters[0], of_router(0), "the first mention starts the cluster");
    assert_eq!(clusters[1], of_router(1), "links, handles, case and punctuation are ignored");
    assert!(clusters[2].as_ref().is_some_and(|(name, size)| *name != router && *size == 0));
    assert_eq!(clusters[3], None, "a short text has no cluster");
    assert_eq!(clusters[4], None, "the brand's own mentions have none");
    assert_eq!(clusters[5], of_router(2), "a direct message has one");
    assert!(
        clusters[6].as_ref().is_some_and(|(name, _)| *name != router),
        "an edit starts its own"
    );
    assert_eq!(clusters[7], of_router(3), "each member extends the window");
    assert_eq!(clusters[8], of_router(0), "the cluster expires a day after its last member");
    assert!(outputs.iter().all(|it| matches!(it, StageOutput::Unique(_))), "{outputs:?}");
}

#[test]
fn an_edit_carries_the_time_of_the_first_version() {
    let offset = TimeDelta::from_micros(7);
    let edit = post("ann", "1", "y").edited(0).after(TimeDelta::HOUR + offset);
    let outputs = run_stage(Config::default(), &[post("ann", "1", "x").after(offset), edit]);
    let first = |output: &StageOutput| match output {
        StageOutput::Unique(unique) => unique.findings.first_received_at,
        _ => EventTime::default(),
    };
    assert_eq!(first(&outputs[0]), START + offset);
    assert_eq!(first(&outputs[1]), START, "rounded down to the second");
}

#[test]
fn the_brands_own_mentions_are_emitted_and_marked() {
    let outputs =
        run_stage(Config::default(), &[post("acme", "1", "We are looking into it").own()]);
    assert!(matches!(&outputs[..], [StageOutput::Unique(it)] if it.mention.is_own));
}

#[test]
fn a_mention_without_platform_id_or_author_is_rejected() {
    let cases: [(MentionEdit, &str); 3] = [
        (|it| it.platform.clear(), "platform is empty"),
        (|it| it.id.clear(), "id is empty"),
        (|it| it.author.id.clear(), "author.id is empty"),
    ];
    for (change, expected) in cases {
        let broker = broker(1, &[post("ann", "1", "x").with(change), post("ann", "2", "y")]);
        run_to_end(Dedupe::new(Config::default()), (), &broker, FaultPlan::default());
        let dead = broker.dead_letters();
        assert_eq!(dead.len(), 1);
        assert_eq!(
            (dead[0].reject.reason, &*dead[0].reject.message),
            (RejectReason::Invalid, expected)
        );
        assert_eq!(broker.records(topics::UNIQUE).len(), 1);
    }
}

#[test]
fn every_output_has_the_key_of_its_author() {
    let broker = broker(
        1,
        &[
            post("ann", "1", COMPLAINT),
            post("ann", "2", COMPLAINT),
            post("ann", "3", "").reposts("9"),
            deleted("ann", "1"),
        ],
    );
    run_to_end(Dedupe::new(Config::default()), (), &broker, FaultPlan::default());
    let outputs = [broker.records(topics::UNIQUE), broker.records(topics::SPREAD)].concat();
    assert_eq!(outputs.len(), 4);
    assert!(outputs.iter().all(|raw| raw.key == b"acme/x/ann"));
}

#[test]
fn a_repost_is_published_to_the_partition_of_the_reposted_author_if_known() {
    let of = |author: &str| {
        let author = author.to_owned();
        post("ann", "3", "").reposts("9").with(|it| it.repost_of_author = Some(author))
    };
    let cases = [
        ("another author's mention", of("bob"), Some("acme/x/bob")),
        ("the author's own mention", of("ann"), None),
        ("an unknown author's mention", post("ann", "3", "").reposts("9"), None),
        ("a repost by the brand", of("bob").own(), None),
        ("not a repost", post("ann", "3", COMPLAINT), None),
    ];
    for (name, repost, expected) in cases {
        let broker = broker(1, &[repost.clone(), repost]);
        run_to_end(Dedupe::new(Config::default()), (), &broker, FaultPlan::default());
        let reactions = broker.records(topics::REACTION);
        let keys: Vec<_> = reactions.iter().map(|raw| str::from_utf8(&raw.key).unwrap()).collect();
        assert_eq!(keys, expected.into_iter().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn undecodable_records_are_rejected() {
    let broker = MemoryBroker::new(1);
    let mut value = Vec::new();
    codec::write(&post("ann", "1", "x").mention, &mut value);
    value.pop();
    for value in [Some(value), Some(Vec::new()), None] {
        broker.append(topics::RECEIVED, START, b"k", value);
    }
    run_to_end(Dedupe::new(Config::default()), (), &broker, FaultPlan::default());
    let reasons: Vec<_> = broker.dead_letters().iter().map(|dead| dead.reject.reason).collect();
    assert_eq!(reasons, [RejectReason::Undecodable; 3]);
}
