//! The stages as one pipeline on the memory log: fused and separate give the same, whatever goes
//! wrong.

use harken::chain;
use harken::config::{Config, Layers};
use harken::demo::generator::{Generator, Mood};
use harken::rules::InForce;
use mention::codec::{self, Fact};
use mention::{
    CaseEvent, CaseEventKind, Incident, Prioritized, Raised, Routed, Scored, Understanding,
    author_key, topics,
};
use stage::memory::{Broker, Plan};
use stage::prove::{Outcome, Trouble, drive, prove};
use stage::{Micros, Taps, Topic};

const START: Micros = 1_773_406_800_000_000;
const MINUTE: Micros = 60_000_000;
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

/// A broker with an outage of so many mentions, a minute apart, what the CRM knows, a contact
/// centre that accepts every second author, and bytes that are no mention.
fn broker(mentions: i64) -> Broker {
    broker_of(2, mentions)
}

fn broker_of(partitions: i32, mentions: i64) -> Broker {
    let broker = Broker::new(partitions);
    for profile in Generator::profiles(START) {
        let mut key = Vec::new();
        author_key(&profile.tenant, &profile.platform, &profile.author_id, &mut key);
        append(&broker, topics::PROFILE, START, &key, &profile);
    }
    let mut generator = Generator::new(11);
    generator.feel(Mood::Outage);
    for n in 0..mentions {
        let at = START + n * MINUTE;
        let mention = if n == 5 { generator.star(at) } else { generator.next(at) };
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

fn append<F: Fact>(broker: &Broker, topic: Topic, time: Micros, key: &[u8], fact: &F) {
    let mut value = Vec::new();
    codec::write(fact, &mut value);
    broker.append(topic, time, key, Some(value));
}

fn fused(broker: &Broker, trouble: Trouble) -> Outcome {
    drive(chain::fused(&config(), Taps::On).unwrap(), broker, trouble);
    outcome(broker)
}

fn separate(broker: &Broker, trouble: Trouble) -> Outcome {
    let config = config();
    drive(chain::dedupe(&config), broker, trouble);
    drive(chain::sentiment(&config).unwrap(), broker, trouble);
    let rules = InForce::load(&config).unwrap();
    drive(chain::priority(&rules, &config), broker, trouble);
    drive(chain::escalation(&rules, &config).unwrap(), broker, trouble);
    outcome(broker)
}

/// What is left, without when it was written down, and whether that was late: that is the only thing
/// chance may decide.
fn outcome(broker: &Broker) -> Outcome {
    let mut outcome = Outcome::of(broker, &TOPICS, &STAGES);
    for (topic, _, _, value) in &mut outcome.records {
        let bytes = value.as_deref().unwrap();
        *value = Some(match *topic {
            topics::SCORED => timeless::<Scored>(bytes, |fact| forget(&mut fact.understanding)),
            topics::PRIORITIZED => {
                timeless::<Prioritized>(bytes, |fact| forget(&mut fact.understanding))
            }
            topics::ROUTED => timeless::<Routed>(bytes, |fact| {
                forget(&mut fact.understanding);
                fact.routed_at = 0;
            }),
            topics::RAISED => timeless::<Raised>(bytes, |fact| fact.is_late = false),
            _ => continue,
        });
    }
    outcome
}

fn forget(understanding: &mut Understanding) {
    understanding.scored_at = 0;
}

fn timeless<F: Fact>(bytes: &[u8], change: impl FnOnce(&mut F)) -> Vec<u8> {
    let mut fact = codec::read::<F>(bytes).unwrap();
    change(&mut fact);
    let mut out = Vec::new();
    codec::write(&fact, &mut out);
    out
}

#[test]
fn a_fused_chain_writes_what_separate_stages_write() {
    let (one, four) = (broker(3000), broker(3000));
    // Each to the same hour behind the last record: a stage by itself does not see the time of what
    // ended before it.
    let plan = Plan { until: Some(START + (3000 + 60) * MINUTE), ..Plan::default() };
    // One by one: a reaction that a chain has told comes back to it with the next batch, and those
    // of several partitions meet in one, in the order of batches.
    let end = Trouble { plan: Plan { batch: 1, ..plan }, panic: None };
    let (one, four) = (fused(&one, end), separate(&four, end));
    for topic in TOPICS {
        let of = |outcome: &Outcome| {
            let records = outcome.records.iter().filter(|(name, ..)| *name == topic);
            records.cloned().collect::<Vec<_>>()
        };
        let (one, four) = (of(&one), of(&four));
        assert!(!one.is_empty(), "nothing on {topic}");
        assert_eq!(one.len(), four.len(), "{topic}");
        assert!(one == four, "{topic} differs");
    }
    assert_eq!(one.changes, four.changes);
    assert_eq!((one.dead.len(), four.dead.len()), (1, 1));
}

#[test]
fn a_fused_chain_gives_the_same_whatever_goes_wrong() {
    let until = START + 24 * 60 * MINUTE;
    let plans = prove(Some(until), &|trouble| fused(&broker(14), trouble));
    assert!(plans >= 400, "{plans}");
}

#[test]
fn separate_stages_give_the_same_whatever_goes_wrong() {
    let until = START + 24 * 60 * MINUTE;
    let plans = prove(Some(until), &|trouble| separate(&broker(14), trouble));
    assert!(plans >= 400, "{plans}");
}

#[test]
fn outbreaks_are_noticed_the_same_whatever_goes_wrong() {
    let mut config = config();
    // Nothing is known of the brand yet: what is loud is judged at once.
    config.surge.warm_up = "0s".parse().unwrap();
    let rules = InForce::load(&config).unwrap();
    let surge = || chain::surge(&rules, &config);
    let heard = broker_of(1, 40);
    drive(chain::fused(&config, Taps::On).unwrap(), &heard, Trouble::default());
    let signals = heard.records(topics::SIGNAL);
    let until = START + 31 * 24 * 60 * MINUTE;
    let plans = prove(Some(until), &|trouble| {
        let broker = Broker::new(2);
        for raw in &signals {
            broker.append(topics::SIGNAL, raw.time, &raw.key, raw.value.clone());
        }
        drive(surge(), &broker, trouble);
        let mut outcome = Outcome::of(&broker, &[topics::INCIDENT], &["surge"]);
        // Incidents of several partitions share a topic, in which only those of one are in order.
        outcome.records.sort();
        outcome
    });
    assert!(plans >= 400, "{plans}");
    drive(surge(), &heard, Trouble::default());
    let mut incidents = heard.records(topics::INCIDENT).into_iter().filter_map(|raw| raw.value);
    let incident: Incident = codec::read(&incidents.next_back().unwrap()).unwrap();
    assert!(incident.severity >= 1 && !incident.playbook.is_empty(), "{incident:?}");
    assert!(!incident.stakeholders.is_empty(), "{incident:?}");
}
