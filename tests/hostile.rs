//! Hostile records that decode: for every topic that a stage reads and every field of its record,
//! extreme values. None may stop the records behind it, make a stage panic, or make it write what a
//! broker refuses. A record that is not admitted changes nothing but one dead letter.

mod fields;
mod records;

use std::sync::{Arc, LazyLock};

use calls::Calls;
use dedupe::Dedupe;
use escalation::Escalation;
use mention::codec::{self, AvroRecord};
use mention::{
    Call, Incident, Media, Mention, Prioritized, Raised, Reaction, Routed, Scored, Sentiment,
    Signal, Unique, admission, author_key, bounds, contact_key, topics,
};
use pipeline::config::{Config, Layers};
use pipeline::rules::LoadedRules;
use pipeline::stages::{BuildContext, PipelineStage};
use priority::{Prioritizer, Tenants};
use reporting::Reporting;
use rules::Rules;
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, RawRecord, RejectReason, Stage, TimeDelta, Topic};
use surge::{RulesView, Surge};
use understanding::UnderstandingStage;

use fields::hostile;
use records::{
    call, case_event, mention, prioritized, profile, raised, reaction, routed, scored, signal,
    unique,
};

/// 2026-11-28 09:00 UTC.
const START: EventTime = EventTime::from_micros(1_795_856_400_000_000);
/// What a producer with librdkafka's default settings accepts, in bytes.
const MAX_OUTPUT: usize = 1_000_000;

static CONFIG: LazyLock<Config> = LazyLock::new(|| Config::load(&Layers::default()).unwrap());
static RULES: LazyLock<LoadedRules> = LazyLock::new(|| LoadedRules::load(&CONFIG).unwrap());

fn context() -> BuildContext<'static> {
    BuildContext::embedded(&CONFIG, Some(&RULES))
}

/// A stage under test: how to run it to the end of its input, and what it writes.
struct StageUnderTest {
    run: fn(&MemoryBroker),
    outputs: Vec<Topic>,
}

fn subject<S: Stage>(run: fn(&MemoryBroker)) -> StageUnderTest {
    StageUnderTest { run, outputs: <S::Out as stage::Output>::topics() }
}

fn plan() -> FaultPlan {
    let delivery =
        DeliveryPlan { end_time: Some(START + TimeDelta::DAY), ..DeliveryPlan::default() };
    FaultPlan { delivery, panicking_call: None }
}

fn dedupe() -> StageUnderTest {
    subject::<Dedupe>(|broker| {
        run_to_end(Dedupe::build(context()).unwrap(), (), broker, plan());
    })
}

fn understanding() -> StageUnderTest {
    subject::<UnderstandingStage>(|broker| {
        run_to_end(UnderstandingStage::build(context()).unwrap(), (), broker, plan());
    })
}

fn priority() -> StageUnderTest {
    subject::<Prioritizer>(|broker| {
        let stage = Prioritizer::build(context()).unwrap();
        run_to_end(stage, RULES.part::<Tenants>(), broker, plan());
    })
}

fn escalation() -> StageUnderTest {
    subject::<Escalation>(|broker| {
        let stage = Escalation::build(context()).unwrap();
        run_to_end(stage, RULES.part::<Arc<Rules>>(), broker, plan());
    })
}

fn calls() -> StageUnderTest {
    subject::<Calls>(|broker| {
        run_to_end(Calls::build(context()).unwrap(), (), broker, plan());
    })
}

fn surge() -> StageUnderTest {
    subject::<Surge>(|broker| {
        let stage = Surge::build(context()).unwrap();
        run_to_end(stage, RULES.part::<RulesView>(), broker, plan());
    })
}

fn reporting() -> StageUnderTest {
    subject::<Reporting>(|broker| {
        let known = RULES.part::<reporting::KnownTenants>();
        run_to_end(Reporting::build(context()).unwrap(), known, broker, plan());
    })
}

fn bytes<F: AvroRecord>(record: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec::write(record, &mut bytes);
    bytes
}

fn ann() -> Vec<u8> {
    let mut key = Vec::new();
    author_key("northline", "x", "ann", &mut key);
    key
}

/// The key of the good records of a topic.
fn key_on(topic: Topic) -> Vec<u8> {
    let mut key = Vec::new();
    match topic {
        topics::RAISED => contact_key("northline", "duty", &mut key),
        _ => return ann(),
    }
    key
}

/// A broker with a good record before and behind a hostile one; the hostile one may lack.
fn broker<F: AvroRecord>(
    topic: Topic,
    good: [&F; 2],
    bad: Option<(&[u8], Vec<u8>)>,
) -> MemoryBroker {
    let broker = MemoryBroker::new(1);
    broker.append(topic, START, &key_on(topic), Some(bytes(good[0])));
    if let Some((key, value)) = bad {
        broker.append(topic, START + TimeDelta::SECOND, key, Some(value));
    }
    broker.append(topic, START + 2 * TimeDelta::SECOND, &key_on(topic), Some(bytes(good[1])));
    broker
}

/// What the stage has written, checked against what a broker accepts. Without the topic of the input:
/// priority reads its own reactions.
fn outputs(
    broker: &MemoryBroker,
    subject: &StageUnderTest,
    input: Topic,
) -> Vec<(Topic, EventTime, Vec<u8>)> {
    let topics = subject.outputs.iter().filter(|topic| **topic != input);
    let records = topics.flat_map(|topic| broker.records(topic));
    records
        .inspect(assert_admitted)
        .map(|raw| {
            let size = raw.key.len() + raw.value.as_ref().map_or(0, Vec::len);
            (raw.at.topic, raw.time, size, raw.value.unwrap_or_default())
        })
        .map(|(topic, time, size, value)| {
            assert!(size < MAX_OUTPUT, "{topic}: {size} bytes");
            // A broker refuses a time that is an hour ahead of its clock, or negative.
            let latest = START + TimeDelta::DAY + mention::admission::MAX_AHEAD;
            assert!(time >= EventTime::default() && time <= latest, "{topic} at {time}");
            (topic, time, value)
        })
        .collect()
}

/// What a stage writes, the next one admits.
fn assert_admitted(raw: &RawRecord) {
    let admitted = match raw.at.topic {
        topics::UNIQUE => admission::read::<Unique>(raw).map(drop),
        topics::SCORED => admission::read::<Scored>(raw).map(drop),
        topics::PRIORITIZED => admission::read::<Prioritized>(raw).map(drop),
        topics::REACTION => admission::read::<Reaction>(raw).map(drop),
        topics::SIGNAL => admission::read::<Signal>(raw).map(drop),
        topics::RAISED => admission::read::<Raised>(raw).map(drop),
        topics::CALL => admission::read_bounded::<Call>(raw.value.as_deref()).map(drop),
        topics::ROUTED => admission::read_bounded::<Routed>(raw.value.as_deref()).map(drop),
        _ => Ok(()),
    };
    assert!(admitted.is_ok(), "{}: {admitted:?}", raw.at.topic);
}

/// Puts each hostile form of `bad` between two good records.
fn assert_harmless<F: AvroRecord>(subject: &StageUnderTest, topic: Topic, good: [&F; 2], bad: &F) {
    let undisturbed = broker(topic, good, None);
    (subject.run)(&undisturbed);
    assert!(undisturbed.dead_letters().is_empty(), "{:?}", undisturbed.dead_letters());
    let expected = outputs(&undisturbed, subject, topic);
    let (mut admitted, mut rejected) = (0, 0);
    for (path, record) in hostile(bad) {
        let broker = broker(topic, good, Some((&key_on(topic), bytes(&record))));
        (subject.run)(&broker);
        let dead = broker.dead_letters();
        let found = outputs(&broker, subject, topic);
        match &dead[..] {
            [] => {
                admitted += 1;
                // What the record behind it leaves may differ in content, but it is there.
                let behind = |all: &[(Topic, EventTime, Vec<u8>)]| {
                    all.iter().filter(|(_, time, _)| *time > START + TimeDelta::SECOND).count()
                };
                assert!(behind(&found) > 0 || behind(&expected) == 0, "{topic}: {path}");
            }
            [letter] => {
                rejected += 1;
                let reason = letter.reject.reason;
                assert_ne!(reason, RejectReason::Quarantined, "{topic}: {path} made a stage panic");
                assert!(found == expected, "{topic}: {path} is rejected and changes the outputs");
            }
            _ => panic!("{topic}: {path} took others with it: {dead:?}"),
        }
    }
    println!("{topic}: {admitted} admitted, {rejected} rejected");
    assert!(rejected > 10, "{topic}: {rejected}");
}

#[test]
fn a_hostile_record_stops_neither_dedupe_nor_understanding() {
    let at = |n| START + n * TimeDelta::SECOND;
    let good = [&mention("1", at(0)), &mention("2", at(2))];
    assert_harmless(&dedupe(), topics::RECEIVED, good, &mention("3", at(1)));
    let good = [&unique("1", at(0)), &unique("2", at(2))];
    assert_harmless(&understanding(), topics::UNIQUE, good, &unique("3", at(1)));
}

#[test]
fn what_the_stages_make_of_the_largest_mention_fits_a_record() {
    let mut largest = mention("1", START);
    largest.text = "\u{1F4F6}".repeat(bounds::MAX_TEXT);
    let (url, alt) = (Some("u".repeat(bounds::MAX_URL)), Some("a".repeat(3_880)));
    largest.media = vec![Media { url, alt, ..Media::default() }; bounds::MAX_MEDIA];
    largest.in_reply_to = None;
    assert_eq!(largest.validate(), Ok(()));
    let broker = MemoryBroker::new(1);
    broker.append(topics::RECEIVED, START, &ann(), Some(bytes(&largest)));
    for subject in [dedupe(), understanding(), priority(), escalation()] {
        (subject.run)(&broker);
        let written = outputs(&broker, &subject, topics::REACTION);
        let longest = written.iter().map(|(.., value)| value.len()).max().unwrap();
        assert!(longest > bounds::MAX_TOTAL_TEXT, "{longest}");
    }
    assert!(broker.dead_letters().is_empty(), "{:?}", broker.dead_letters());
}

#[test]
fn a_hostile_record_stops_no_priority() {
    let at = |n| START + n * TimeDelta::SECOND;
    let good = [&scored("1", at(0)), &scored("2", at(2))];
    assert_harmless(&priority(), topics::SCORED, good, &scored("3", at(1)));
    let good = [&profile(at(0)), &profile(at(2))];
    assert_harmless(&priority(), topics::PROFILE, good, &profile(at(1)));
    let good = [&reaction(at(0)), &reaction(at(2))];
    assert_harmless(&priority(), topics::REACTION, good, &reaction(at(1)));
}

#[test]
fn a_hostile_record_stops_no_escalation() {
    let at = |n| START + n * TimeDelta::SECOND;
    let good = [&prioritized("1", at(0)), &prioritized("2", at(2))];
    assert_harmless(&escalation(), topics::PRIORITIZED, good, &prioritized("3", at(1)));
    let good = [&case_event(at(0)), &case_event(at(2))];
    assert_harmless(&escalation(), topics::CASE_EVENT, good, &case_event(at(1)));
}

#[test]
fn a_hostile_escalation_stops_no_calls() {
    let at = |n| START + n * TimeDelta::SECOND;
    assert_harmless(&calls(), topics::RAISED, [&raised(at(0)), &raised(at(2))], &raised(at(1)));
}

#[test]
fn a_hostile_signal_stops_no_outbreak_detection() {
    let at = |n| START + n * TimeDelta::SECOND;
    assert_harmless(&surge(), topics::SIGNAL, [&signal(at(0)), &signal(at(2))], &signal(at(1)));
}

/// Puts each hostile form of `bad` between two good records and lets reporting count them. It counts
/// what the stages reject as well, so it may admit anything but must survive it.
fn assert_counted<F: AvroRecord>(topic: Topic, good: [&F; 2], bad: &F) {
    for (path, record) in hostile(bad) {
        let (broker, subject) = (broker(topic, good, Some((&ann(), bytes(&record)))), reporting());
        (subject.run)(&broker);
        let panicked = |d: &stage::DeadLetter| d.reject.reason == RejectReason::Quarantined;
        assert!(
            !broker.dead_letters().iter().any(panicked),
            "{topic}: {path} made reporting panic"
        );
        outputs(&broker, &subject, topic);
    }
}

#[test]
fn a_hostile_record_stops_no_reporting() {
    let [at0, at1, at2] = [0, 1, 2].map(|n| START + n * TimeDelta::SECOND);
    let good = [&mention("1", at0), &mention("2", at2)];
    assert_counted(topics::RECEIVED, good, &mention("3", at1));
    let good = [&scored("1", at0), &scored("2", at2)];
    assert_counted(topics::SCORED, good, &scored("3", at1));
    let good = [&prioritized("1", at0), &prioritized("2", at2)];
    assert_counted(topics::PRIORITIZED, good, &prioritized("3", at1));
    let good = [&routed("1", at0), &routed("2", at2)];
    assert_counted(topics::ROUTED, good, &routed("3", at1));
    assert_counted(topics::RAISED, [&raised(at0), &raised(at2)], &raised(at1));
    assert_counted(topics::CALL, [&call(at0), &call(at2)], &call(at1));
    assert_counted(topics::CASE_EVENT, [&case_event(at0), &case_event(at2)], &case_event(at1));
}

#[test]
fn a_record_that_no_stage_can_read_becomes_one_dead_letter_of_the_stage_that_reads_its_topic() {
    let broker = MemoryBroker::new(1);
    for topic in [topics::RECEIVED, topics::CASE_EVENT] {
        broker.append(topic, START, &ann(), Some(b"no record".to_vec()));
    }
    for stage in [dedupe(), escalation(), reporting()] {
        (stage.run)(&broker);
    }
    let stages: Vec<_> = broker.dead_letters().iter().map(|dead| dead.reject.stage).collect();
    assert_eq!(stages, ["dedupe", "escalation"]);
}

#[test]
fn the_fast_clock_of_one_sender_moves_the_time_of_no_output() {
    let ahead = START + 9 * TimeDelta::MINUTE;
    let broker = MemoryBroker::new(1);
    broker.append(topics::RECEIVED, START, &ann(), Some(bytes(&mention("1", ahead))));
    for stage in [dedupe(), understanding(), priority(), escalation()] {
        (stage.run)(&broker);
    }
    assert!(broker.dead_letters().is_empty());
    for topic in [topics::UNIQUE, topics::SCORED, topics::PRIORITIZED] {
        let times: Vec<_> = broker.records(topic).iter().map(|raw| raw.time).collect();
        assert_eq!(times, [START], "{topic}");
    }
    assert_eq!(broker.records(topics::ROUTED)[0].time, START);
}

#[test]
fn a_number_that_is_none_is_rejected_or_harmless() {
    let at = |n| START + n * TimeDelta::SECOND;
    for none in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.1] {
        let bad = Mention { rating: Some(none), ..mention("3", at(1)) };
        let good = [&mention("1", at(0)), &mention("2", at(2))];
        let found = broker(topics::RECEIVED, good, Some((&ann(), bytes(&bad))));
        (dedupe().run)(&found);
        assert_eq!(found.dead_letters().len(), 1, "rating {none}");
        assert_eq!(found.records(topics::UNIQUE).len(), 2);
        let mut bad = profile(at(1));
        bad.customer.confidence = none as f32;
        let good = [&profile(at(0)), &profile(at(2))];
        let found = broker(topics::PROFILE, good, Some((&ann(), bytes(&bad))));
        (priority().run)(&found);
        assert_eq!(found.dead_letters().len(), 1, "confidence {none}");
        let mut bad = scored("3", at(1));
        let sentiment = Sentiment { negative: none as f32, ..Sentiment::default() };
        bad.understanding.sentiment = Some(sentiment);
        let good = [&scored("1", at(0)), &scored("2", at(2))];
        let found = broker(topics::SCORED, good, Some((&ann(), bytes(&bad))));
        (priority().run)(&found);
        assert!(found.records(topics::PRIORITIZED).len() >= 2, "sentiment {none}");
    }
}

#[test]
fn a_hostile_incident_is_a_rejected_row_or_harmless() {
    let incident = Incident {
        tenant: "northline".to_owned(),
        incident_id: "i1".to_owned(),
        title: "outage".to_owned(),
        words: vec!["internet".to_owned()],
        points: 20,
        revised_at: START,
        ..Incident::default()
    };
    for (path, record) in hostile(&incident) {
        let broker = MemoryBroker::new(1);
        broker.append(topics::INCIDENT, START, b"northline/i1", Some(bytes(&record)));
        broker.append(topics::SCORED, START, &ann(), Some(bytes(&scored("1", START))));
        (priority().run)(&broker);
        assert_eq!(broker.records(topics::PRIORITIZED).len(), 1, "{path}");
        let dead = broker.dead_letters();
        assert!(dead.len() <= 1, "{path}: {dead:?}");
        outputs(&broker, &priority(), topics::INCIDENT);
    }
}
