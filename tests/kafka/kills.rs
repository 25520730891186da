//! SIGKILL at each crash point, of the fused chain and of each separate stage.

#![allow(
    clippy::disallowed_methods,
    reason = "a soak test sets the number of kills in the environment"
)]

use super::deployment::Deployment;

const CHAIN: [&str; 5] = ["run", "dedupe", "sentiment", "priority", "escalation"];

/// Kills at each crash point: 5, or the number in `HARKEN_TEST_KILLS` for a soak test.
fn kills() -> u64 {
    std::env::var("HARKEN_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

fn check_kills_at(point: &str) {
    let mut site = Deployment::new(point);
    site.publish_mentions(200);
    for kill in 0..kills() {
        // The n-th pass of the point, so that kills hit different batches.
        let crash = format!("{point}:{}", 1 + kill * kill % 7);
        site.start(&CHAIN, &[("HARKEN_CRASH", &crash)]).publish_until_crash(&mut site);
    }
    let chain = site.start(&CHAIN, &[]);
    site.check_against_oracle();
    chain.terminate();
    site.check_against_oracle();
}

#[test]
fn a_chain_killed_after_poll_routes_every_mention_once() {
    check_kills_at("after-poll");
}

#[test]
fn a_chain_killed_after_produce_routes_every_mention_once() {
    check_kills_at("after-produce");
}

#[test]
fn a_chain_killed_before_commit_routes_every_mention_once() {
    check_kills_at("before-commit");
}

#[test]
fn a_chain_killed_during_commit_routes_every_mention_once() {
    check_kills_at("during-commit");
}

#[test]
fn a_chain_killed_after_commit_routes_every_mention_once() {
    check_kills_at("after-commit");
}

#[test]
fn a_chain_killed_during_restore_routes_every_mention_once() {
    let mut site = Deployment::new("during-restore");
    site.publish_mentions(200);
    let chain = site.start(&CHAIN, &[]);
    site.check_against_oracle();
    chain.terminate();
    for kill in 0..kills() {
        // The point passes once for each changelog entry: a kill at a different depth each time.
        let crash = format!("during-restore:{}", 1 + kill * 11);
        site.start(&CHAIN, &[("HARKEN_CRASH", &crash)]).publish_until_crash(&mut site);
    }
    let chain = site.start(&CHAIN, &[]);
    site.check_against_oracle();
    chain.terminate();
}

#[test]
fn separate_stages_killed_in_turn_route_every_mention_once() {
    let mut site = Deployment::new("separate");
    site.publish_mentions(200);
    let stages = ["dedupe", "sentiment", "priority", "escalation"];
    let mut running: Vec<_> = stages.iter().map(|stage| site.start(&["run", stage], &[])).collect();
    let points = ["after-poll", "after-produce", "before-commit", "during-commit", "after-commit"];
    for (round, point) in points.into_iter().enumerate() {
        let victim = round % stages.len();
        running.remove(victim).terminate();
        let crash = format!("{point}:2");
        site.start(&["run", stages[victim]], &[("HARKEN_CRASH", &crash)])
            .publish_until_crash(&mut site);
        running.insert(victim, site.start(&["run", stages[victim]], &[]));
    }
    site.check_against_oracle();
    for stage in running {
        stage.terminate();
    }
    site.check_against_oracle();
}

#[test]
fn a_chain_split_into_stages_and_fused_again_routes_every_mention_once() {
    let mut site = Deployment::new("apart");
    site.publish_mentions(200);
    let chain = site.start(&CHAIN, &[]);
    site.check_against_oracle();
    chain.terminate();
    // The chain has written taps to the input topics of the separate stages: these must skip them.
    let stages = ["dedupe", "sentiment", "priority", "escalation"];
    let running: Vec<_> = stages.iter().map(|stage| site.start(&["run", stage], &[])).collect();
    site.publish_mentions(200);
    site.check_against_oracle();
    for stage in running {
        stage.terminate();
    }
    let chain = site.start(&CHAIN, &[]);
    site.publish_mentions(200);
    site.check_against_oracle();
    chain.terminate();
}
