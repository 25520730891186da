//! Reconciliation of the whole pipeline: under every fault plan, each mention received has exactly one
//! outcome in the counts of its hour.

use std::collections::{BTreeMap, BTreeSet};

use harken::demo::generator::{Generator, Phase};
use mention::{Mention, MentionChange, codec, topics};
use pipeline::config::{Config, Layers};
use pipeline::routing_chain;
use reporting::{HourWindow, Reporting};
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, Input, Taps, TimeDelta};

/// 2026-03-13 13:00 UTC.
const START: EventTime = EventTime::from_micros(1_773_406_800_000_000);
const MINUTE: TimeDelta = TimeDelta::MINUTE;

fn config(filter: &str) -> Config {
    let variable = ("HARKEN__ESCALATION__FILTER".to_owned(), filter.to_owned());
    let environment = [variable].into_iter().collect();
    Config::load(&Layers { file: None, environment }).unwrap()
}

/// Mentions of two tenants over several hours. Every fifth is delivered twice, every seventh lacks an
/// id and is rejected by dedupe, and every sixth is deleted a minute later.
fn received_mentions(mentions: i64) -> Vec<Mention> {
    let mut generator = Generator::new(5);
    let mut received = Vec::new();
    for n in 0..mentions {
        generator.set_phase(if n % 2 == 0 { Phase::Calm } else { Phase::Outage });
        let mut mention = generator.next(START + n * 11 * MINUTE);
        mention.tenant = if n % 4 == 1 { "acme" } else { "northline" }.to_owned();
        if n % 7 == 3 {
            mention.id.clear();
        }
        received.extend((n % 5 == 0).then(|| mention.clone()));
        let received_at = mention.received_at + MINUTE;
        let (change, text) = (MentionChange::Deleted, String::new());
        let deletion = Mention { change, text, received_at, ..mention.clone() };
        received.push(mention);
        received.extend((n % 6 == 2 && n % 7 != 3).then_some(deletion));
    }
    received
}

fn broker(mentions: i64) -> MemoryBroker {
    let broker = MemoryBroker::new(2);
    for mention in received_mentions(mentions) {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        broker.append(topics::RECEIVED, mention.received_at, &key, Some(value));
    }
    broker
}

/// Publishes the dead letters to the topics that a stage on Kafka writes: the memory log only collects
/// them.
fn publish_dead_letters(broker: &MemoryBroker) {
    for letter in broker.dead_letters() {
        let name = format!("{}.dead-letters.v1", letter.reject.stage);
        let topic = reporting::In::topics().into_iter().find(|topic| *topic == name).unwrap();
        let mention: Mention = codec::read(letter.record.value.as_deref().unwrap()).unwrap();
        broker.append(topic, mention.received_at, &letter.record.key, letter.record.value);
    }
}

/// Expected counts for each tenant and hour: mentions received, mentions rejected, and deletions
/// received for the first time.
fn expected_counts(mentions: i64) -> BTreeMap<(String, EventTime), [i64; 3]> {
    let (mut expected, mut deleted) = (BTreeMap::new(), BTreeSet::new());
    for mention in received_mentions(mentions) {
        let hour_at = mention.received_at.floor(TimeDelta::HOUR);
        let is_rejected = mention.id.is_empty();
        let is_deletion =
            mention.change == MentionChange::Deleted && !is_rejected && !mention.is_own;
        let is_first = is_deletion && deleted.insert(mention.mention_id());
        let counts: &mut [i64; 3] = expected.entry((mention.tenant, hour_at)).or_default();
        let increments = [1, i64::from(is_rejected), i64::from(is_first)];
        counts.iter_mut().zip(increments).for_each(|(sum, n)| *sum += n);
    }
    expected
}

/// The latest window of each tenant, hour and partition.
fn latest_windows(broker: &MemoryBroker) -> Vec<HourWindow> {
    let mut last = BTreeMap::new();
    for raw in broker.records(topics::METRICS_WINDOW) {
        let window: HourWindow = codec::read(&raw.value.unwrap()).unwrap();
        last.insert((window.tenant.clone(), window.hour_at, window.partition), window);
    }
    last.into_values().collect()
}

/// Runs the pipeline under a fault plan, then checks the reconciliation of every hour.
fn reconcile(config: &Config, faults: FaultPlan, mentions: i64) -> (MemoryBroker, Vec<HourWindow>) {
    let broker = broker(mentions);
    let (chain, rules) = routing_chain::build(config, Taps::On).unwrap();
    run_to_end(chain, rules, &broker, faults);
    publish_dead_letters(&broker);
    // Reporting runs without faults: only the counts of the stages before it are under test.
    let plan =
        DeliveryPlan { end_time: Some(START + 30 * 24 * 60 * MINUTE), ..DeliveryPlan::default() };
    run_to_end(
        Reporting::new(reporting::Config { hours: 100_000, ..Default::default() }),
        reporting::KnownTenants::any(),
        &broker,
        FaultPlan { delivery: plan, panicking_call: None },
    );
    let windows = latest_windows(&broker);
    for w in &windows {
        let passed = w.reposts + w.copies + w.redelivered + w.own + w.withdrawn;
        let decided = w.routed + w.abstained + w.filtered;
        assert_eq!(w.heard, passed + decided + w.rejected, "{faults:?}: {w:?}");
        assert_eq!(w.difference, 0, "{faults:?}: {w:?}");
    }
    let mut by_hour = BTreeMap::new();
    for w in &windows {
        let counts: &mut [i64; 3] = by_hour.entry((w.tenant.clone(), w.hour_at)).or_default();
        counts.iter_mut().zip([w.heard, w.rejected, w.withdrawn]).for_each(|(sum, n)| *sum += n);
    }
    assert_eq!(by_hour, expected_counts(mentions), "{faults:?}");
    (broker, windows)
}

#[test]
fn every_hour_reconciles_to_the_mention_under_every_fault_plan_and_filter() {
    for filter in ["", "spam,praise,no-action"] {
        let config = config(filter);
        let plans = assert_fault_tolerant(Some(START + 24 * 60 * MINUTE), &|faults| {
            let (broker, windows) = reconcile(&config, faults, 16);
            let sum = |of: fn(&HourWindow) -> i64| windows.iter().map(of).sum::<i64>();
            assert_eq!((sum(|w| w.heard), sum(|w| w.rejected)), (23, 3));
            // The author of a mention may have deleted it before: only the first deletion counts.
            assert!(sum(|w| w.withdrawn) >= 2);
            RunOutcome::read(&broker, &[topics::METRICS_WINDOW, topics::FILTERED], &["metrics"])
        });
        // Guards against a fault injection that silently covers fewer positions.
        assert!(plans >= 400, "{plans}");
    }
}

#[test]
fn a_filtered_mention_would_have_been_routed_without_the_filter() {
    let sum =
        |windows: &[HourWindow], of: fn(&HourWindow) -> i64| windows.iter().map(of).sum::<i64>();
    let (_, unfiltered) = reconcile(&config(""), FaultPlan::default(), 600);
    let (broker, with_filter) =
        reconcile(&config("spam,praise,no-action"), FaultPlan::default(), 600);
    let filtered = sum(&with_filter, |w| w.filtered);
    assert!(filtered > 50, "{filtered}");
    assert_eq!(filtered, broker.records(topics::FILTERED).len() as i64);
    assert_eq!(sum(&unfiltered, |w| w.filtered), 0);
    let decided = |w: &HourWindow| w.routed + w.abstained;
    assert_eq!(sum(&unfiltered, decided), sum(&with_filter, decided) + filtered);
}
