//! Reactions of other users: counted once, with a re-score at each step.

use mention::{Parent, Reaction, ReactionKind, codec, topics};
use stage::fault_injection::{assert_fault_tolerant, run_to_end};
use stage::memory::MemoryBroker;

use crate::scene::{
    append, bytes, complaint, edited, key, outcome, prioritized, run, second, signals, stage,
    tenants, without_faults,
};

fn reacts(broker: &MemoryBroker, to: &str, original: &str, by: usize, kind: ReactionKind, at: i64) {
    let reaction = Reaction {
        tenant: "northline".into(),
        platform: "x".into(),
        author_id: to.into(),
        original_id: original.into(),
        kind,
        id: format!("r{by}"),
        by: format!("peer-{by}"),
        followers: 1000,
        received_at: second(at),
    };
    broker.append(topics::REACTION, second(at), &key(to), Some(bytes(&reaction)));
}

fn decisions(broker: &MemoryBroker) -> Vec<(i64, Option<String>)> {
    let of = |fact: mention::Prioritized| (fact.priority.revision, fact.priority.reviewed);
    prioritized(broker).into_iter().map(of).collect()
}

#[test]
fn a_mention_that_spreads_is_rescored_at_each_doubling_of_reactions() {
    let broker = MemoryBroker::new(1);
    append(&broker, &complaint("ann", "1", 10, "my router is broken"));
    for by in 0..20 {
        let kind = if by % 2 == 0 { ReactionKind::Repost } else { ReactionKind::Reply };
        reacts(&broker, "ann", "1", by, kind, 20 + by as i64);
    }
    reacts(&broker, "ann", "unseen", 1, ReactionKind::Repost, 50);
    run(&broker, None);
    let why = Some("other users reposted it or replied to it".to_owned());
    let expected = [(1, None), (2, why.clone()), (3, why.clone()), (4, why)];
    assert_eq!(decisions(&broker), expected, "at 4, 8 and 16");
    let scores = prioritized(&broker).into_iter().map(|fact| fact.priority.score);
    assert!(scores.is_sorted(), "a reaction lowered the score");
    let last = prioritized(&broker).pop().unwrap();
    let term = last.priority.terms.iter().find(|term| term.name == "engagement").unwrap();
    assert_eq!(term.because, "40 weighted reactions", "8 reposts, 8 replies");
}

#[test]
fn a_peer_answer_is_published_once_and_survives_an_edit() {
    let broker = MemoryBroker::new(1);
    let first = complaint("ann", "1", 10, "my router is broken");
    append(&broker, &first);
    reacts(&broker, "ann", "1", 1, ReactionKind::Reply, 20);
    reacts(&broker, "ann", "1", 2, ReactionKind::Answer, 21);
    reacts(&broker, "ann", "1", 3, ReactionKind::Answer, 22);
    append(&broker, &edited(first, mention::Novelty::Edit, 30));
    run(&broker, None);
    let answered: Vec<bool> =
        prioritized(&broker).iter().map(|fact| fact.priority.peer_answered).collect();
    assert_eq!(answered, [false, true, true]);
    assert_eq!(decisions(&broker)[1].1.as_deref(), Some("another user answered it"));
    let all = prioritized(&broker);
    assert_eq!(all[1].priority.level, all[0].priority.level);
    assert!(all[1].priority.place > all[0].priority.place, "behind the others of its level");
}

#[test]
fn a_reply_to_another_author_is_published_to_that_authors_partition() {
    let broker = MemoryBroker::new(1);
    let mut reply = complaint("bob", "2", 10, "Try a restart, that worked for me");
    reply.understanding = mention::Understanding::default();
    let to = |author_id: &str| {
        Some(Parent { id: "1".into(), author_id: Some(author_id.into()), text: None })
    };
    reply.mention.in_reply_to = to("ann");
    append(&broker, &reply);
    let mut own = reply.clone();
    (own.mention.id, own.mention.in_reply_to) = ("3".into(), to("bob"));
    append(&broker, &own);
    append(&broker, &edited(reply, mention::Novelty::Edit, 20));
    run(&broker, None);
    let reactions = broker.records(topics::REACTION);
    assert_eq!(reactions.len(), 1, "once, and not for a reply to the author's own mention");
    assert_eq!(reactions[0].key, key("ann"));
    let reaction: Reaction = codec::read(reactions[0].value.as_deref().unwrap()).unwrap();
    assert_eq!((reaction.kind, reaction.by.as_str()), (ReactionKind::Answer, "bob"));
}

#[test]
fn a_repost_adds_reach_to_the_signals_but_no_mention() {
    let broker = MemoryBroker::new(1);
    append(&broker, &complaint("ann", "1", 10, "my router is broken"));
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
fn reactions_count_once_under_every_fault_plan_and_expire() {
    let plans = assert_fault_tolerant(Some(second(7 * 24 * 3_600)), &|plan| {
        let broker = MemoryBroker::new(2);
        for (n, by) in ["ann", "bob", "cat"].into_iter().enumerate() {
            append(&broker, &complaint(by, "1", n as i64, "my router is broken"));
            for peer in 0..5 {
                let kind = [ReactionKind::Repost, ReactionKind::Answer][peer % 2];
                reacts(&broker, by, "1", peer, kind, 4 + (n + peer) as i64);
            }
        }
        run_to_end(stage(), tenants(), &broker, plan);
        outcome(&broker)
    });
    assert!(plans > 300, "{plans}");
    let broker = MemoryBroker::new(1);
    append(&broker, &complaint("ann", "1", 1, "my router is broken"));
    reacts(&broker, "ann", "1", 1, ReactionKind::Repost, 2);
    run_to_end(stage(), tenants(), &broker, without_faults(Some(7 * 24 * 3_600)));
    assert_eq!(outcome(&broker).changes.len(), 2, "the clock and the sweep");
}
