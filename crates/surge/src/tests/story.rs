//! What is told of an outbreak, and when.

use mention::IncidentStatus::{Closed, Open};
use stage::memory::{Broker, Memory, Plan};
use stage::prove::{Trouble, drive};
use stage::{Held, Quarantine, Reloadable, Silent, run_on};

use super::*;
use crate::{Advice, Config, Planned, Surge};

/// Runs the stage over what the broker holds, and then until this minute.
fn run(broker: &Broker, config: Config, until: i64) -> Vec<Incident> {
    let plan = Plan { until: Some(until * MINUTE), batch: 500, ..Plan::default() };
    drive(Surge::new(config), broker, Trouble { plan, panic: None });
    incidents(broker)
}

#[test]
fn an_outbreak_opens_within_minutes_is_revised_and_closes_after_a_quiet_hour() {
    let broker = Broker::new(1);
    outbreak(&broker, 4);
    let all = run(&broker, Config::default(), start(4) + 1000);
    let (first, last) = (&all[0], &all[all.len() - 1]);
    assert_eq!((first.status, first.revision), (Open, 1));
    assert!(first.revised_at <= (start(4) + 4) * MINUTE, "noticed {first:?}");
    assert!(first.began_at.unwrap() >= (start(4) - 10) * MINUTE, "{first:?}");
    assert_eq!(last.status, Closed);
    let ends = (start(4) + 19 + 60, start(4) + 19 + 140);
    assert!((ends.0..ends.1).contains(&(last.closed_at.unwrap() / MINUTE)), "{last:?}");
    let revisions: Vec<i64> = all.iter().map(|incident| incident.revision).collect();
    assert_eq!(revisions, (1..=all.len() as i64).collect::<Vec<_>>(), "one after the other");
    assert!(all.len() >= 4 && all.iter().all(|i| i.incident_id == first.incident_id), "{all:?}");
}

#[test]
fn it_tells_who_and_what() {
    let broker = Broker::new(1);
    outbreak(&broker, 4);
    let all = run(&broker, Config::default(), start(4) + 1000);
    let last = &all[all.len() - 1];
    assert!((110..=125).contains(&last.mentions), "{}", last.mentions);
    assert!((last.authors - last.mentions).abs() < 15, "{} authors", last.authors);
    assert!(last.expected < 10.0 && last.severity >= 6, "{last:?}");
    assert_eq!(last.words[0], "router");
    assert_eq!(last.words.len(), 1, "a word of one minute in nine says nothing: {:?}", last.words);
    assert!(last.points > 0 && last.notice.contains("outage") && last.negative == 1.0);
    assert!(!last.first_posts.is_empty() && last.coordination < 0.3);
}

#[test]
fn more_of_the_same_within_the_cool_down_reopens_it_and_later_it_is_another() {
    let broker = Broker::new(1);
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
fn what_is_planned_opens_nothing_unless_it_is_far_more_than_planned() {
    let planned = |times| Planned {
        name: "maintenance".into(),
        tenant: "northline".into(),
        facet: Facet::Reason,
        value: "outage".into(),
        from: start(4) - 60,
        to: start(4) + 60,
        times,
    };
    for (times, opens) in [(60.0, false), (1.5, true)] {
        let broker = Broker::new(1);
        let advice = Reloadable::from(Advice::default());
        let stage = Surge::new(Config::default()).advised_by(advice.clone());
        let (mut held, mut quarantine) = (Held::default(), Quarantine::default());
        let mut log = Memory::new::<Surge>(&broker, Plan { batch: 500, ..Plan::default() });
        let mut go_on = || {
            log.resume();
            run_on(&stage, &mut held, &mut log, &mut quarantine, &mut Silent).unwrap();
        };
        for minute in (START..start(4)).step_by(10) {
            append(&broker, &signal(minute, 1));
        }
        go_on();
        // It becomes known while the stage runs.
        advice.replace(Advice::from(vec![planned(times)]));
        for minute in start(4)..start(4) + 20 {
            append(&broker, &signal(minute, 6));
        }
        go_on();
        let all = incidents(&broker);
        assert_eq!(!all.is_empty(), opens, "{times}: {all:?}");
        assert!(all.first().is_none_or(|i| i.planned.as_deref() == Some("maintenance")));
    }
}

#[test]
fn one_loud_minute_opens_nothing() {
    let broker = Broker::new(1);
    for minute in (START..start(4)).step_by(10) {
        append(&broker, &signal(minute, 1));
    }
    append(&broker, &signal(start(4), 60));
    assert!(run(&broker, Config::default(), start(4) + 600).is_empty());
}

#[test]
fn a_quiet_month_opens_nothing() {
    let broker = Broker::new(1);
    for minute in (START..start(4)).step_by(7) {
        append(&broker, &signal(minute, 1));
    }
    assert!(run(&broker, Config::default(), start(5)).is_empty());
}

#[test]
fn partial_counts_of_many_partitions_are_added_up() {
    let (whole, parts) = (Broker::new(1), Broker::new(1));
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
    let last = |broker: &Broker| {
        let all = run(broker, Config::default(), start(4) + 1000);
        let last = all[all.len() - 1].clone();
        (last.mentions, last.closed_at, last.authors)
    };
    let (whole, parts) = (last(&whole), last(&parts));
    assert_eq!((whole.0, whole.1), (parts.0, parts.1));
    // Of the first loud minute, the parts that came before it was loud are only counted.
    assert!((whole.2 - parts.2).abs() <= 6, "{whole:?} {parts:?}");
}

#[test]
fn what_is_long_silent_is_forgotten() {
    let broker = Broker::new(1);
    append(&broker, &signal(START, 1));
    append(&broker, &Signal { facet: Facet::Cluster, ..signal(START, 1) });
    run(&broker, Config::default(), START + 4 * 1440);
    assert_eq!(broker.changelog("surge").len(), 3, "the cluster is forgotten");
    run(&broker, Config::default(), START + 62 * 1440);
    assert_eq!(broker.changelog("surge").len(), 0);
}

#[test]
fn an_incident_long_over_leaves_a_tombstone_and_nothing_else() {
    let broker = Broker::new(1);
    outbreak(&broker, 4);
    run(&broker, Config::default(), start(4) + 1000);
    assert!(broker.records(topics::INCIDENT).iter().all(|raw| raw.value.is_some()));
    run(&broker, Config::default(), start(4) + 31 * 1440);
    let all = broker.records(topics::INCIDENT);
    let (last, earlier) = all.split_last().unwrap();
    assert!(last.value.is_none() && earlier.iter().all(|raw| raw.value.is_some()));
    assert_eq!(last.key, earlier[0].key);
    run(&broker, Config::default(), start(4) + 100 * 1440);
    assert_eq!(broker.records(topics::INCIDENT).len(), all.len(), "once");
    assert_eq!(broker.changelog("surge").len(), 0);
}

#[test]
fn reposts_reach_people_and_are_no_voices_of_their_own() {
    let broker = Broker::new(1);
    let repost = Signal { mentions: 0, negative: 0, reposts: 3, ..signal(START, 0) };
    append(&broker, &repost);
    assert!(run(&broker, Config::default(), START + 10).is_empty());
    assert_eq!((broker.dead().len(), broker.changelog("surge").len()), (0, 0));
    outbreak(&broker, 4);
    let repost =
        |n| Signal { second_at: (start(4) + n) * MINUTE, reach: 1_000_000, ..repost.clone() };
    (10..15).for_each(|n| append(&broker, &repost(n)));
    let all = run(&broker, Config::default(), start(4) + 1000);
    let last = &all[all.len() - 1];
    assert_eq!(last.reposts, 15);
    assert!(last.reach >= 5_000_000 && last.mentions <= 125, "{last:?}");
    assert_eq!(last.words[0], "router", "{last:?}");
}

#[test]
fn a_series_is_learnt_for_a_day_before_it_is_judged_and_near_duplicates_are_not() {
    for (facet, opens) in [(Facet::All, false), (Facet::Cluster, true)] {
        let broker = Broker::new(1);
        for minute in 0..30 {
            append(&broker, &Signal { facet, ..signal(START + minute, 9) });
        }
        let all = run(&broker, Config::default(), START + 31);
        assert_eq!(!all.is_empty(), opens, "{facet:?}: {all:?}");
    }
}
