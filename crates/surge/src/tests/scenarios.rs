//! What the stage publishes about an outbreak, and when.

use mention::IncidentStatus::{Closed, Open};
use stage::TimeDelta;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, RulesSchedule};

use super::*;
use crate::{Config, PlannedEvent, RulesView, Surge};

/// Runs the stage over the records of the broker and then up to this minute.
fn run(broker: &MemoryBroker, config: Config, until: i64) -> Vec<Incident> {
    let delivery =
        DeliveryPlan { end_time: Some(start_of_minute(until)), ..DeliveryPlan::default() };
    let plan = FaultPlan { delivery, panicking_call: None };
    run_to_end(Surge::new(config), RulesView::default(), broker, plan);
    incidents(broker)
}

#[test]
fn an_outbreak_opens_within_minutes_is_revised_and_closes_after_a_quiet_hour() {
    let broker = MemoryBroker::new(1);
    outbreak(&broker, 4);
    let all = run(&broker, Config::default(), start(4) + 1000);
    let (first, last) = (&all[0], &all[all.len() - 1]);
    assert_eq!((first.status, first.revision), (Open, 1));
    assert!(first.revised_at <= start_of_minute(start(4) + 4), "detected too late: {first:?}");
    assert!(first.began_at.unwrap() >= start_of_minute(start(4) - 10), "{first:?}");
    assert_eq!(last.status, Closed);
    let ends = (start(4) + 19 + 60, start(4) + 19 + 140);
    assert!(
        (ends.0..ends.1).contains(&(last.closed_at.unwrap().interval(TimeDelta::MINUTE))),
        "{last:?}"
    );
    let revisions: Vec<i64> = all.iter().map(|incident| incident.revision).collect();
    assert_eq!(revisions, (1..=all.len() as i64).collect::<Vec<_>>(), "revisions are consecutive");
    assert!(all.len() >= 4 && all.iter().all(|i| i.incident_id == first.incident_id), "{all:?}");
}

#[test]
fn the_record_has_counts_words_notice_and_first_mentions() {
    let broker = MemoryBroker::new(1);
    outbreak(&broker, 4);
    let all = run(&broker, Config::default(), start(4) + 1000);
    let last = &all[all.len() - 1];
    assert!((110..=125).contains(&last.mentions), "{}", last.mentions);
    assert!((last.authors - last.mentions).abs() < 15, "{} authors", last.authors);
    assert!(last.expected < 10.0 && last.severity >= 6, "{last:?}");
    assert_eq!(last.words[0], "router");
    assert_eq!(
        last.words.len(),
        1,
        "a word of one minute in nine is not frequent: {:?}",
        last.words
    );
    assert!(last.points > 0 && last.notice.contains("outage") && last.negative == 1.0);
    assert!(!last.first_posts.is_empty() && last.coordination < 0.3);
}

#[test]
fn a_rise_within_the_cool_down_reopens_the_incident_and_a_later_one_opens_another() {
    let broker = MemoryBroker::new(1);
    outbreak(&broker, 4);
    for minute in 0..15 {
        append(&broker, &signal(start(4) + 240 + minute, 9));
    }
    for minute in 0..15 {
        append(&broker, &signal(start(4) + 1440 + minute, 12));
    }
    let all = run(&broker, Config::default(), start(4) + 3000);
    let mut ids: Vec<&str> = all.iter().map(|incident| incident.incident_id.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 2, "{ids:?}");
    let status: Vec<_> = all.iter().filter(|i| i.incident_id == ids[0]).map(|i| i.status).collect();
    let changes = status.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!((changes, status[0], status[status.len() - 1]), (3, Open, Closed), "{status:?}");
}

#[test]
fn a_planned_rise_opens_no_incident_unless_it_far_exceeds_the_plan() {
    let planned = |times| PlannedEvent {
        name: "maintenance".into(),
        tenant: "northline".into(),
        facet: Facet::Reason,
        value: "outage".into(),
        from: start(4) - 60,
        to: start(4) + 60,
        factor: times,
    };
    for (times, opens) in [(60.0, false), (1.5, true)] {
        let broker = MemoryBroker::new(1);
        outbreak(&broker, 4);
        // The plan comes with a reload of the rules, just before the rise.
        let planned = RulesView::from(vec![planned(times)]);
        let rules =
            RulesSchedule::from(RulesView::default()).then(start_of_minute(start(4)), planned);
        run_to_end(Surge::default(), rules, &broker, FaultPlan::default());
        let all = incidents(&broker);
        assert_eq!(!all.is_empty(), opens, "{times}: {all:?}");
        assert!(all.first().is_none_or(|i| i.planned.as_deref() == Some("maintenance")));
    }
}

#[test]
fn one_elevated_minute_opens_no_incident() {
    let broker = MemoryBroker::new(1);
    for minute in (START..start(4)).step_by(10) {
        append(&broker, &signal(minute, 1));
    }
    append(&broker, &signal(start(4), 60));
    assert!(run(&broker, Config::default(), start(4) + 600).is_empty());
}

#[test]
fn a_month_at_a_constant_rate_opens_no_incident() {
    let broker = MemoryBroker::new(1);
    for minute in (START..start(4)).step_by(7) {
        append(&broker, &signal(minute, 1));
    }
    assert!(run(&broker, Config::default(), start(5)).is_empty());
}

#[test]
fn partial_counts_of_many_partitions_are_summed() {
    let (whole, parts) = (MemoryBroker::new(1), MemoryBroker::new(1));
    outbreak(&whole, 4);
    for raw in whole.records(topics::SIGNAL) {
        let signal: Signal = codec::read(&raw.value.unwrap()).unwrap();
        for n in 0..signal.mentions {
            let authors = vec![signal.authors[n as usize]];
            append(
                &parts,
                &Signal { mentions: 1, negative: 1, reach: 100, authors, ..signal.clone() },
            );
        }
    }
    let last = |broker: &MemoryBroker| {
        let all = run(broker, Config::default(), start(4) + 1000);
        let last = all[all.len() - 1].clone();
        (last.mentions, last.closed_at, last.authors)
    };
    let (whole, parts) = (last(&whole), last(&parts));
    assert_eq!((whole.0, whole.1), (parts.0, parts.1));
    // In the first elevated minute, the parts before the threshold add counts but no authors.
    assert!((whole.2 - parts.2).abs() <= 6, "{whole:?} {parts:?}");
}

#[test]
fn a_series_without_mentions_expires() {
    let broker = MemoryBroker::new(1);
    append(&broker, &signal(START, 1));
    append(&broker, &Signal { facet: Facet::Cluster, ..signal(START, 1) });
    run(&broker, Config::default(), START + 4 * 1440);
    assert_eq!(broker.changelog("surge").len(), 3, "only the cluster has expired");
    run(&broker, Config::default(), START + 62 * 1440);
    assert_eq!(broker.changelog("surge").len(), 0);
}

#[test]
fn an_incident_that_ended_long_ago_leaves_one_tombstone_and_no_state() {
    let broker = MemoryBroker::new(1);
    outbreak(&broker, 4);
    run(&broker, Config::default(), start(4) + 1000);
    assert!(broker.records(topics::INCIDENT).iter().all(|raw| raw.value.is_some()));
    run(&broker, Config::default(), start(4) + 31 * 1440);
    let all = broker.records(topics::INCIDENT);
    let (last, earlier) = all.split_last().unwrap();
    assert!(last.value.is_none() && earlier.iter().all(|raw| raw.value.is_some()));
    assert_eq!(last.key, earlier[0].key);
    run(&broker, Config::default(), start(4) + 100 * 1440);
    assert_eq!(broker.records(topics::INCIDENT).len(), all.len(), "only one tombstone");
    assert_eq!(broker.changelog("surge").len(), 0);
}

#[test]
fn reposts_count_in_the_reach_and_not_as_mentions() {
    let broker = MemoryBroker::new(1);
    let repost = Signal { mentions: 0, negative: 0, reposts: 3, ..signal(START, 0) };
    append(&broker, &repost);
    assert!(run(&broker, Config::default(), START + 10).is_empty());
    assert_eq!((broker.dead_letters().len(), broker.changelog("surge").len()), (0, 0));
    outbreak(&broker, 4);
    let repost =
        |n| Signal { second_at: start_of_minute(start(4) + n), reach: 1_000_000, ..repost.clone() };
    (10..15).for_each(|n| append(&broker, &repost(n)));
    let all = run(&broker, Config::default(), start(4) + 1000);
    let last = &all[all.len() - 1];
    assert_eq!(last.reposts, 15);
    assert!(last.reach >= 5_000_000 && last.mentions <= 125, "{last:?}");
    assert_eq!(last.words[0], "router", "{last:?}");
}

#[test]
fn a_series_has_a_warm_up_of_a_day_and_a_cluster_has_none() {
    for (facet, opens) in [(Facet::All, false), (Facet::Cluster, true)] {
        let broker = MemoryBroker::new(1);
        for minute in 0..30 {
            append(&broker, &Signal { facet, ..signal(START + minute, 9) });
        }
        let all = run(&broker, Config::default(), START + 31);
        assert_eq!(!all.is_empty(), opens, "{facet:?}: {all:?}");
    }
}
