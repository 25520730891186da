//! A record in the middle of a batch of the whole routing chain, in memory. With it the chain writes what
//! it writes without it, but for at most one dead letter; or it takes the record, and everybody else's
//! come out as well. What is written is admitted behind it and fits a broker.
#![no_main]

use std::sync::{Arc, LazyLock};

use harken_fuzz::doors::{DOORS, Door, Keyed};
use harken_fuzz::{CONFIG, MAX_OUTPUT, RULES, START, encode, samples, selector};
use libfuzzer_sys::fuzz_target;
use mention::{Routed, codec, topics};
use pipeline::routing_chain::{self, RoutingChain, RoutingRules};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{
    DeadLetter, EventTime, Input as _, NoObserver, Output as _, Quarantine, RawRecord, Stage, Taps,
    TimeDelta, Topic, run,
};

static CHAIN: LazyLock<RoutingChain> = LazyLock::new(|| {
    routing_chain::build_with_rules(&RULES, &CONFIG, Taps::On).expect("the defaults are valid")
});
static CHAIN_RULES: LazyLock<Arc<RoutingRules>> = LazyLock::new(|| Arc::new(RULES.part()));
static UNDISTURBED: LazyLock<Vec<RawRecord>> = LazyLock::new(|| {
    let broker = broker(None);
    let dead = run_to_end(&broker);
    assert!(dead.is_empty(), "{dead:?}");
    let written = outputs(&broker);
    assert!(routes_bystander(&written));
    written
});

/// Topic, key and value of the record in the middle.
type Hostile = (Topic, Vec<u8>, Option<Vec<u8>>);

fuzz_target!(|input: &[u8]| {
    let expected = &*UNDISTURBED;
    let broker = broker(Some(hostile(input)));
    let dead = run_to_end(&broker);
    let found = outputs(&broker);
    found.iter().for_each(assert_admitted);
    match &dead[..] {
        [] => assert!(routes_bystander(&found), "somebody else is not routed"),
        // Rejected by a later stage: the ones before have written.
        [letter] if letter.record.at.offset < 0 => assert!(routes_bystander(&found)),
        [_] => assert!(found == *expected, "rejected, and it changes the outputs"),
        _ => panic!("it took others with it: {dead:?}"),
    }
});

/// The chain reads these from outside, and the table of incidents.
fn hostile(input: &[u8]) -> Hostile {
    let (choice, body) = selector(input);
    let inputs = <RoutingChain as Stage>::In::topics();
    let door = |topic: Topic| DOORS.iter().find(|door| door.topic == topic);
    let index = usize::from(choice & 0x0f) % (inputs.len() + 1);
    let framed = |door: &Door| {
        let value = door.frame(body);
        let key = (door.key)(&value).unwrap_or_default();
        (door.topic, key, Some(value))
    };
    match inputs.get(index).copied().and_then(door) {
        // A record of the topic, under the key that it names; without a header; a tombstone.
        Some(door) if choice & 0xf0 == 0x10 => (door.topic, body.to_vec(), None),
        Some(door) if choice & 0xf0 == 0x20 => (door.topic, Vec::new(), Some(body.to_vec())),
        Some(door) => framed(door),
        None => {
            let schema = mention::schemas::all().find(|s| s.topic == Some(topics::INCIDENT));
            let mut value = vec![0xC3, 0x01];
            value.extend(schema.expect("is embedded").fingerprint.to_le_bytes());
            value.extend(body);
            (topics::INCIDENT, b"northline/i1".to_vec(), Some(value))
        }
    }
}

/// Records before and behind the one in the middle, of its author and of another one.
fn broker(hostile: Option<Hostile>) -> MemoryBroker {
    let broker = MemoryBroker::new(1);
    let good = |topic: Topic, at: EventTime| {
        let (key, value) = samples::good(topic, at).expect("is a topic of the chain");
        broker.append(topic, at, &key, Some(value));
    };
    good(topics::RECEIVED, START);
    if let Some((topic, key, value)) = hostile {
        broker.append(topic, START + TimeDelta::SECOND, &key, value);
    }
    let at = START + 2 * TimeDelta::SECOND;
    let bystander = samples::bystander(at);
    broker.append(topics::RECEIVED, at, &Keyed::key(&bystander), Some(encode(&bystander)));
    good(topics::CASE_EVENT, START + 3 * TimeDelta::SECOND);
    broker
}

fn run_to_end(broker: &MemoryBroker) -> Vec<DeadLetter> {
    let end_time = Some(START + TimeDelta::DAY);
    let plan = DeliveryPlan { end_time, ..DeliveryPlan::default() };
    let mut log = MemoryLog::new::<RoutingChain>(broker, Arc::clone(&CHAIN_RULES), plan);
    let ended = run(&*CHAIN, &mut log, &mut Quarantine::default(), &mut NoObserver);
    ended.expect("the memory log does not fail, and a panic ends the process");
    broker.dead_letters()
}

/// What the chain has written. Without reactions: the chain reads its own.
fn outputs(broker: &MemoryBroker) -> Vec<RawRecord> {
    let topics = <RoutingChain as Stage>::Out::topics();
    let topics = topics.into_iter().filter(|topic| *topic != topics::REACTION);
    topics.flat_map(|topic| broker.records(topic)).collect()
}

fn routes_bystander(written: &[RawRecord]) -> bool {
    let mut routed = written.iter().filter(|record| record.at.topic == topics::ROUTED);
    let read = |record: &RawRecord| codec::read::<Routed>(record.value.as_deref()?).ok();
    routed.any(|record| read(record).is_some_and(|routed| routed.mention.author.id == "bystander"))
}

/// Checks that every stage behind the chain, and a broker, takes the record.
fn assert_admitted(record: &RawRecord) {
    let topic = record.at.topic;
    let size = record.key.len() + record.value.as_ref().map_or(0, Vec::len);
    assert!(size < MAX_OUTPUT, "{topic}: {size} bytes");
    // A broker refuses a time that is an hour ahead of its clock, or negative.
    let latest = START + TimeDelta::DAY + mention::admission::MAX_AHEAD;
    assert!((EventTime::default()..=latest).contains(&record.time), "{topic}: {}", record.time);
    for door in DOORS.iter().filter(|door| door.topic == topic) {
        let admitted = (door.read)(record);
        assert!(admitted.is_ok(), "{topic}: {admitted:?}");
    }
}
