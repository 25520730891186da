//! What others make of a mention: counted, decided again now and then, told once.

use mention::{Parent, Reaction, ReactionKind, codec, topics};
use stage::memory::Broker;
use stage::prove::{drive, prove};

use crate::scene::{
    SECOND, bytes, calm, edited, key, outcome, prioritized, run, says, signals, stage, tell,
};

fn reacts(broker: &Broker, to: &str, original: &str, by: usize, kind: ReactionKind, at: i64) {
    let reaction = Reaction {
        tenant: "northline".into(),
        platform: "x".into(),
        author_id: to.into(),
        original_id: original.into(),
        kind,
        id: format!("r{by}"),
        by: format!("peer-{by}"),
        followers: 1000,
        received_at: at * SECOND,
    };
    broker.append(topics::REACTION, at * SECOND, &key(to), Some(bytes(&reaction)));
}

fn told(broker: &Broker) -> Vec<(i64, Option<String>)> {
    let of = |fact: mention::Prioritized| (fact.priority.revision, fact.priority.reviewed);
    prioritized(broker).into_iter().map(of).collect()
}

#[test]
fn a_mention_that_spreads_is_decided_again_at_doublings_and_never_a_second_time() {
    let broker = Broker::new(1);
    tell(&broker, &says("ann", "1", 10, "my router is broken"));
    for by in 0..20 {
        let kind = if by % 2 == 0 { ReactionKind::Repost } else { ReactionKind::Reply };
        reacts(&broker, "ann", "1", by, kind, 20 + by as i64);
    }
    reacts(&broker, "ann", "unheard", 1, ReactionKind::Repost, 50);
    run(&broker, None);
    let why = Some("others repost it or reply to it".to_owned());
    let expected = [(1, None), (2, why.clone()), (3, why.clone()), (4, why)];
    assert_eq!(told(&broker), expected, "at 4, 8 and 16");
    let scores = prioritized(&broker).into_iter().map(|fact| fact.priority.score);
    assert!(scores.is_sorted(), "it only rises");
    let last = prioritized(&broker).pop().unwrap();
    let term = last.priority.terms.iter().find(|term| term.name == "engagement").unwrap();
    assert_eq!(term.because, "40 weighted reactions", "8 reposts, 8 replies");
}

#[test]
fn an_answer_of_a_peer_is_told_once_and_survives_an_edit() {
    let broker = Broker::new(1);
    let first = says("ann", "1", 10, "my router is broken");
    tell(&broker, &first);
    reacts(&broker, "ann", "1", 1, ReactionKind::Reply, 20);
    reacts(&broker, "ann", "1", 2, ReactionKind::Answer, 21);
    reacts(&broker, "ann", "1", 3, ReactionKind::Answer, 22);
    tell(&broker, &edited(first, mention::Novelty::Edit, 30));
    run(&broker, None);
    let answered: Vec<bool> =
        prioritized(&broker).iter().map(|fact| fact.priority.peer_answered).collect();
    assert_eq!(answered, [false, true, true]);
    assert_eq!(told(&broker)[1].1.as_deref(), Some("another user has answered it"));
}

#[test]
fn a_reply_to_somebody_else_is_told_to_the_partition_of_whom_it_is_about() {
    let broker = Broker::new(1);
    let mut reply = says("bob", "2", 10, "Try a restart, that worked for me");
    reply.understanding = mention::Understanding::default();
    let to = |author_id: &str| {
        Some(Parent { id: "1".into(), author_id: Some(author_id.into()), text: None })
    };
    reply.mention.in_reply_to = to("ann");
    tell(&broker, &reply);
    let mut own = reply.clone();
    (own.mention.id, own.mention.in_reply_to) = ("3".into(), to("bob"));
    tell(&broker, &own);
    tell(&broker, &edited(reply, mention::Novelty::Edit, 20));
    run(&broker, None);
    let told = broker.records(topics::REACTION);
    assert_eq!(told.len(), 1, "once, and not about oneself");
    assert_eq!(told[0].key, key("ann"));
    let reaction: Reaction = codec::read(told[0].value.as_deref().unwrap()).unwrap();
    assert_eq!((reaction.kind, reaction.by.as_str()), (ReactionKind::Answer, "bob"));
}

#[test]
fn a_repost_reaches_people_in_the_signals_and_is_no_mention_more() {
    let broker = Broker::new(1);
    tell(&broker, &says("ann", "1", 10, "my router is broken"));
    reacts(&broker, "ann", "1", 1, ReactionKind::Repost, 10);
    reacts(&broker, "ann", "1", 1, ReactionKind::Repost, 10);
    reacts(&broker, "ann", "1", 2, ReactionKind::Reply, 10);
    run(&broker, Some(20));
    let all = signals(&broker);
    let sum = |of: fn(&mention::Signal) -> i64| {
        all.iter().filter(|s| s.facet == mention::Facet::All).map(of).sum::<i64>()
    };
    assert_eq!((sum(|s| s.mentions), sum(|s| s.reposts), sum(|s| s.reach)), (1, 2, 1100));
    assert!(all.iter().any(|s| s.facet == mention::Facet::Reason && s.reposts == 2));
}

#[test]
fn whatever_goes_wrong_reactions_count_once_and_leave_nothing_behind() {
    let plans = prove(Some(7 * 24 * 3_600 * SECOND), &|trouble| {
        let broker = Broker::new(2);
        for (n, by) in ["ann", "bob", "cat"].into_iter().enumerate() {
            tell(&broker, &says(by, "1", n as i64, "my router is broken"));
            for peer in 0..5 {
                let kind = [ReactionKind::Repost, ReactionKind::Answer][peer % 2];
                reacts(&broker, by, "1", peer, kind, 4 + (n + peer) as i64);
            }
        }
        drive(stage(), &broker, trouble);
        outcome(&broker)
    });
    assert!(plans > 300, "{plans}");
    let broker = Broker::new(1);
    tell(&broker, &says("ann", "1", 1, "my router is broken"));
    reacts(&broker, "ann", "1", 1, ReactionKind::Repost, 2);
    drive(stage(), &broker, calm(Some(7 * 24 * 3_600)));
    assert_eq!(outcome(&broker).changes.len(), 1, "the clock");
}
