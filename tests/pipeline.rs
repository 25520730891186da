//! The stages as one pipeline on the memory log: fused and separate stages write the same records,
//! under every fault plan.

use std::sync::Arc;

use dedupe::Dedupe;
use escalation::Escalation;
use harken::demo::generator::{Generator, Phase};
use mention::codec::{self, AvroRecord};
use mention::{
    CaseEvent, CaseEventKind, Incident, Mention, Prioritized, Raised, Routed, Scored,
    Understanding, author_key, topics,
};
use pipeline::config::{Config, Layers};
use pipeline::routing_chain::{self, RoutingRules};
use pipeline::rules::LoadedRules;
use pipeline::stages::{BuildContext, PipelineStage as _};
use priority::{Prioritizer, Tenants};
use rules::Rules;
use stage::fault_injection::{FaultPlan, RunOutcome, assert_fault_tolerant, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, RulesSchedule};
use stage::{EventTime, Taps, TimeDelta, Topic, WallTime};
use surge::{RulesView, Surge};
use understanding::UnderstandingStage;

/// 2026-03-13 13:00 UTC.
const START: EventTime = EventTime::from_micros(1_773_406_800_000_000);
const MINUTE: TimeDelta = TimeDelta::MINUTE;
const STAGES: [&str; 4] = ["dedupe", "sentiment", "priority", "escalation"];
const TOPICS: [Topic; 7] = [
    topics::UNIQUE,
    topics::SPREAD,
    topics::REACTION,
    topics::SCORED,
    topics::PRIORITIZED,
    topics::ROUTED,
    topics::RAISED,
];

fn config() -> Config {
    Config::load(&Layers::default()).unwrap()
}

/// A broker of two partitions with `mentions` mentions of an outage, one a minute, the profiles of the
/// CRM, an acceptance of every second case, and a record that does not decode.
fn broker(mentions: i64) -> MemoryBroker {
    broker_of(2, mentions)
}

fn broker_of(partitions: i32, mentions: i64) -> MemoryBroker {
    broker_with(partitions, mentions, |mention| mention)
}

fn broker_with(partitions: i32, mentions: i64, adapt: impl Fn(Mention) -> Mention) -> MemoryBroker {
    let broker = MemoryBroker::new(partitions);
    for profile in Generator::profiles(START) {
        let mut key = Vec::new();
        author_key(&profile.tenant, &profile.platform, &profile.author_id, &mut key);
        append(&broker, topics::PROFILE, START, &key, &profile);
    }
    // Profiles come first: priority reads them before the mentions of their authors.
    let mut generator = Generator::new(11);
    generator.set_phase(Phase::Outage);
    for n in 0..mentions {
        let at = START + n * MINUTE;
        let mention = if n == 5 { generator.celebrity_complaint(at) } else { generator.next(at) };
        let mention = adapt(mention);
        let mut key = Vec::new();
        mention.key(&mut key);
        append(&broker, topics::RECEIVED, at, &key, &mention);
        if n % 2 == 0 {
            let event = CaseEvent {
                tenant: mention.tenant,
                platform: mention.platform,
                author_id: mention.author.id,
                kind: CaseEventKind::Accepted,
                occurred_at: at + MINUTE / 2,
                ..CaseEvent::default()
            };
            append(&broker, topics::CASE_EVENT, at + MINUTE / 2, &key, &event);
        }
    }
    broker.append(topics::RECEIVED, START, b"bad", Some(b"nonsense".to_vec()));
    broker
}

fn append<F: AvroRecord>(
    broker: &MemoryBroker,
    topic: Topic,
    time: EventTime,
    key: &[u8],
    record: &F,
) {
    let mut value = Vec::new();
    codec::write(record, &mut value);
    broker.append(topic, time, key, Some(value));
}

fn fused(broker: &MemoryBroker, faults: FaultPlan) -> RunOutcome {
    let (chain, rules) = routing_chain::build(&config(), Taps::On).unwrap();
    run_to_end(chain, rules, broker, faults);
    outcome(broker)
}

fn separate(broker: &MemoryBroker, faults: FaultPlan) -> RunOutcome {
    let config = config();
    let rules = LoadedRules::load(&config).unwrap();
    let context = BuildContext::embedded(&config, Some(&rules));
    run_to_end(Dedupe::build(context).unwrap(), (), broker, faults);
    run_to_end(UnderstandingStage::build(context).unwrap(), (), broker, faults);
    run_to_end(Prioritizer::build(context).unwrap(), rules.part::<Tenants>(), broker, faults);
    let escalation = Escalation::build(context).unwrap();
    run_to_end(escalation, rules.part::<Arc<Rules>>(), broker, faults);
    outcome(broker)
}

/// The records and changelogs that a run leaves, without wall-clock times and the lateness that follows
/// from them: only these may differ between runs. The key of an escalation is the person on call, so
/// a partition of theirs mixes the partitions of the authors, which have no order among them: they
/// are sorted.
fn outcome(broker: &MemoryBroker) -> RunOutcome {
    let mut outcome = RunOutcome::read(broker, &TOPICS, &STAGES);
    for (topic, _, _, value) in &mut outcome.records {
        let bytes = value.as_deref().unwrap();
        *value = Some(match *topic {
            topics::SCORED => {
                edit_record::<Scored>(bytes, |record| clear_wall_clock(&mut record.understanding))
            }
            topics::PRIORITIZED => edit_record::<Prioritized>(bytes, |record| {
                clear_wall_clock(&mut record.understanding)
            }),
            topics::ROUTED => edit_record::<Routed>(bytes, |record| {
                clear_wall_clock(&mut record.understanding);
                record.routed_at = WallTime::default();
            }),
            topics::RAISED => edit_record::<Raised>(bytes, |record| record.is_late = false),
            _ => continue,
        });
    }
    let (mut raised, others): (Vec<_>, Vec<_>) =
        outcome.records.into_iter().partition(|(topic, ..)| *topic == topics::RAISED);
    raised.sort();
    outcome.records = others;
    outcome.records.append(&mut raised);
    outcome
}

fn clear_wall_clock(understanding: &mut Understanding) {
    understanding.scored_at = WallTime::default();
}

fn edit_record<F: AvroRecord>(bytes: &[u8], change: impl FnOnce(&mut F)) -> Vec<u8> {
    let mut record = codec::read::<F>(bytes).unwrap();
    change(&mut record);
    let mut out = Vec::new();
    codec::write(&record, &mut out);
    out
}

#[test]
fn a_fused_chain_writes_the_same_records_as_separate_stages() {
    let (fused_run, separate_run) = (broker(3000), broker(3000));
    // Both runs advance event time to one hour after the last record: a separate stage does not see a
    // record that an earlier stage dropped, so its time would stop earlier than that of the chain.
    let plan =
        DeliveryPlan { end_time: Some(START + (3000 + 60) * MINUTE), ..DeliveryPlan::default() };
    // Batches of one record: a chain receives the reactions it emitted with its next batch, so larger
    // batches would process them later than separate stages do.
    let end = FaultPlan { delivery: DeliveryPlan { max_batch: 1, ..plan }, panicking_call: None };
    let (fused_run, separate_run) = (fused(&fused_run, end), separate(&separate_run, end));
    for topic in TOPICS {
        let of = |outcome: &RunOutcome| {
            let records = outcome.records.iter().filter(|(name, ..)| *name == topic);
            records.cloned().collect::<Vec<_>>()
        };
        let (fused_run, separate_run) = (of(&fused_run), of(&separate_run));
        assert!(!fused_run.is_empty(), "{topic} is empty");
        assert_eq!(fused_run.len(), separate_run.len(), "{topic}");
        assert!(fused_run == separate_run, "{topic} differs");
    }
    assert_eq!(fused_run.changes, separate_run.changes);
    assert_eq!((fused_run.dead.len(), separate_run.dead.len()), (1, 1));
}

#[test]
fn a_fused_chain_writes_the_same_under_every_fault_plan() {
    let until = START + 24 * 60 * MINUTE;
    let plans = assert_fault_tolerant(Some(until), &|faults| fused(&broker(14), faults));
    assert!(plans >= 400, "{plans}");
}

#[test]
fn a_reload_at_any_position_of_a_chain_writes_the_same_under_every_fault_plan() {
    let until = START + 24 * 60 * MINUTE;
    let config = config();
    let (_, old) = routing_chain::build(&config, Taps::On).unwrap();
    let mut sources = rules::northline();
    let priority = sources.iter_mut().find(|source| source.file == "priority.toml").unwrap();
    priority.text = priority.text.replacen("negative = 40 ", "negative = 80 ", 1);
    let new = Rules::load(&sources).unwrap();
    let (old, new) = (Arc::new(old), LoadedRules::from_rules(new, &config).unwrap());
    let (new, version): (Arc<RoutingRules>, _) =
        (Arc::new(new.part()), new.rules().version.clone());
    let loaded = LoadedRules::load(&config).unwrap();
    const MENTIONS: i64 = 8;
    // From before the first mention to after the last one.
    for position in 0..=MENTIONS {
        let reload_at = START + position * MINUTE;
        // Without reposts and replies: the chain reads its own reactions when they are committed, so
        // which of them precede a reload depends on the sizes of batches.
        let alone = |mention| Mention { repost_of: None, in_reply_to: None, ..mention };
        let run = |faults| {
            let broker = broker_with(2, MENTIONS, alone);
            let chain = routing_chain::build_with_rules(&loaded, &config, Taps::On).unwrap();
            let rules = RulesSchedule::from(Arc::clone(&old)).then(reload_at, Arc::clone(&new));
            run_to_end(chain, rules, &broker, faults);
            // One version for the whole chain: what scores by the new rules also routes by them.
            for raw in broker.records(topics::ROUTED) {
                let routed: Routed = codec::read(&raw.value.unwrap()).unwrap();
                // A withdrawn mention is not scored, so it names no rules.
                let is_scored = !routed.priority.rules_version.is_empty();
                if is_scored && !routed.disposition.is_case_control() {
                    let is_new = routed.priority.rules_version == version;
                    assert_eq!(
                        is_new,
                        routed.route.rules_version == version,
                        "{}",
                        routed.mention_id
                    );
                }
            }
            outcome(&broker)
        };
        assert_fault_tolerant(Some(until), &run);
    }
}

#[test]
fn separate_stages_write_the_same_under_every_fault_plan() {
    let until = START + 24 * 60 * MINUTE;
    let plans = assert_fault_tolerant(Some(until), &|faults| separate(&broker(14), faults));
    assert!(plans >= 400, "{plans}");
}

#[test]
fn surge_detects_the_same_incidents_under_every_fault_plan() {
    let mut config = config();
    // Judges a new series at once: 40 mentions are too few to learn its usual level.
    config.surge.warm_up = "0s".parse().unwrap();
    let rules = LoadedRules::load(&config).unwrap();
    let surge_rules = Arc::new(rules.part::<RulesView>());
    let context = BuildContext::embedded(&config, Some(&rules));
    let surge = |broker: &MemoryBroker, faults| {
        run_to_end(Surge::build(context).unwrap(), Arc::clone(&surge_rules), broker, faults);
    };
    let mentions = broker_of(1, 40);
    let (chain, rules) = routing_chain::build(&config, Taps::On).unwrap();
    run_to_end(chain, rules, &mentions, FaultPlan::default());
    let signals = mentions.records(topics::SIGNAL);
    // A month: long enough for tombstones of ended incidents.
    let until = START + 31 * 24 * 60 * MINUTE;
    let plans = assert_fault_tolerant(Some(until), &|faults| {
        let broker = MemoryBroker::new(2);
        for raw in &signals {
            broker.append(topics::SIGNAL, raw.time, &raw.key, raw.value.clone());
        }
        surge(&broker, faults);
        let mut outcome = RunOutcome::read(&broker, &[topics::INCIDENT], &["surge"]);
        // Order on the incident topic is defined for one partition of signals only.
        outcome.records.sort();
        outcome
    });
    assert!(plans >= 400, "{plans}");
    surge(&mentions, FaultPlan::default());
    let mut incidents = mentions.records(topics::INCIDENT).into_iter().filter_map(|raw| raw.value);
    let incident: Incident = codec::read(&incidents.next_back().unwrap()).unwrap();
    assert!(incident.severity >= 1 && !incident.playbook.is_empty(), "{incident:?}");
    assert!(!incident.stakeholders.is_empty(), "{incident:?}");
}
