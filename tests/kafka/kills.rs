//! SIGKILL at each point, of the fused chain and of each separate stage.

#![allow(clippy::disallowed_methods, reason = "a soak says in the environment how many kills")]

use super::site::Site;

const CHAIN: [&str; 5] = ["run", "dedupe", "sentiment", "priority", "escalation"];

/// How many kills at each point; a soak asks for more.
fn kills() -> u64 {
    std::env::var("HARKEN_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

fn the_chain_survives(point: &str) {
    let mut site = Site::new(point);
    site.feed(200);
    for kill in 0..kills() {
        let crash = format!("{point}:{}", 1 + kill * kill % 7);
        site.harken(&CHAIN, &[("HARKEN_CRASH", &crash)]).feed_to_death(&mut site);
    }
    let chain = site.harken(&CHAIN, &[]);
    site.check();
    chain.end_in_good_order();
    site.check();
}

#[test]
fn a_chain_killed_after_poll_routes_every_mention_once() {
    the_chain_survives("after-poll");
}

#[test]
fn a_chain_killed_after_produce_routes_every_mention_once() {
    the_chain_survives("after-produce");
}

#[test]
fn a_chain_killed_before_commit_routes_every_mention_once() {
    the_chain_survives("before-commit");
}

#[test]
fn a_chain_killed_during_commit_routes_every_mention_once() {
    the_chain_survives("during-commit");
}

#[test]
fn a_chain_killed_after_commit_routes_every_mention_once() {
    the_chain_survives("after-commit");
}

#[test]
fn a_chain_killed_during_restore_routes_every_mention_once() {
    let mut site = Site::new("during-restore");
    site.feed(200);
    let chain = site.harken(&CHAIN, &[]);
    site.check();
    chain.end_in_good_order();
    for kill in 0..kills() {
        let crash = format!("during-restore:{}", 1 + kill * 11);
        site.harken(&CHAIN, &[("HARKEN_CRASH", &crash)]).feed_to_death(&mut site);
    }
    let chain = site.harken(&CHAIN, &[]);
    site.check();
    chain.end_in_good_order();
}

#[test]
fn separate_stages_killed_in_turn_route_every_mention_once() {
    let mut site = Site::new("separate");
    site.feed(200);
    let stages = ["dedupe", "sentiment", "priority", "escalation"];
    let mut running: Vec<_> =
        stages.iter().map(|stage| site.harken(&["run", stage], &[])).collect();
    let points = ["after-poll", "after-produce", "before-commit", "during-commit", "after-commit"];
    for (turn, point) in points.into_iter().enumerate() {
        let victim = turn % stages.len();
        running.remove(victim).end_in_good_order();
        let crash = format!("{point}:2");
        site.harken(&["run", stages[victim]], &[("HARKEN_CRASH", &crash)]).feed_to_death(&mut site);
        running.insert(victim, site.harken(&["run", stages[victim]], &[]));
    }
    site.check();
    for stage in running {
        stage.end_in_good_order();
    }
    site.check();
}

#[test]
fn a_chain_taken_apart_and_joined_again_routes_every_mention_once() {
    let mut site = Site::new("apart");
    site.feed(200);
    let chain = site.harken(&CHAIN, &[]);
    site.check();
    chain.end_in_good_order();
    // The taps of the chain stand in the topics that the separate stages read.
    let stages = ["dedupe", "sentiment", "priority", "escalation"];
    let running: Vec<_> = stages.iter().map(|stage| site.harken(&["run", stage], &[])).collect();
    site.feed(200);
    site.check();
    for stage in running {
        stage.end_in_good_order();
    }
    let chain = site.harken(&CHAIN, &[]);
    site.feed(200);
    site.check();
    chain.end_in_good_order();
}
