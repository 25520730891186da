//! Every stage with a state, fed with unique authors over a log that keeps nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use mention::{Mention, codec, topics};
use pipeline::config::Config;
use pipeline::routing_chain::{self, RoutingChain};
use pipeline::rules::LoadedRules;
use pipeline::stages::{BuildContext, PipelineStage};
use reporting::Reporting;
use stage::{
    ChangeVisitor, CommitObserver, DeadLetter, Effects, Event, EventTime, Eviction, Fault, Input,
    LoadedState, Log, Outgoing, Position, Quarantine, RawRecord, RecordHeaders, Stage, State,
    StateChange, StoreBound, Taps, TimeDelta, run_with_state,
};
use surge::Surge;

/// Records in a batch.
const CHUNK: usize = 500;
/// The last change of each key, by stage.
#[derive(Default)]
pub(crate) struct Changes(pub(crate) BTreeMap<(&'static str, Vec<u8>), Option<Vec<u8>>>);

type Evicted = BTreeMap<(&'static str, &'static str), u64>;

/// A stage with its rules, the state of one partition, and what was seen of it at the last commit.
struct Worker<S: Stage> {
    stage: S,
    loaded: LoadedState<S>,
    /// The first events: the rules and the partition.
    start: VecDeque<Event<S::Rules>>,
    observer: Observer,
}

#[derive(Default)]
struct Observer {
    evicted: Evicted,
    entries: usize,
}

impl<S: Stage> CommitObserver<S> for Observer {
    fn on_commit(&mut self, states: &BTreeMap<i32, S::State>) {
        self.entries = states.values().map(State::len).sum();
    }

    fn on_evictions(&mut self, evictions: &[Eviction]) {
        for it in evictions {
            *self.evicted.entry((it.stage, it.store)).or_default() += it.entries;
        }
    }
}

/// Hands out one batch and collects what the stage makes of it.
struct FeedLog<R> {
    events: VecDeque<Event<R>>,
    outputs: Vec<Outgoing>,
    changes: Vec<StateChange>,
}

impl<R> Log for FeedLog<R> {
    type Rules = R;

    fn next_event(&mut self) -> Result<Event<R>, Fault> {
        Ok(self.events.pop_front().unwrap_or(Event::Shutdown))
    }

    fn read_changelog(&mut self, _: i32, _: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, effects: Effects) -> Result<(), Fault> {
        assert_eq!(effects.dead_letters, Vec::<DeadLetter>::new());
        self.outputs.extend(effects.outputs);
        self.changes.extend(effects.changes);
        Ok(())
    }

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

impl<S: Stage> Worker<S> {
    fn new(stage: S, rules: S::Rules) -> Self {
        let start = [Event::Rules(Arc::new(rules)), Event::Assigned(0)].into();
        Self { stage, loaded: LoadedState::default(), start, observer: Observer::default() }
    }

    /// Processes a batch; its outputs, and the changes of the state.
    fn process(&mut self, batch: Vec<RawRecord>) -> (Vec<Outgoing>, Vec<StateChange>) {
        let mut events = std::mem::take(&mut self.start);
        events.extend([Event::Batch(0, batch), Event::CommitDue]);
        let mut log = FeedLog { events, outputs: Vec::new(), changes: Vec::new() };
        let (stage, loaded, observer) = (&self.stage, &mut self.loaded, &mut self.observer);
        run_with_state(stage, loaded, &mut log, &mut Quarantine::default(), observer).unwrap();
        (log.outputs, log.changes)
    }
}

/// The routing chain, surge and metrics, each with one partition.
pub(crate) struct Pipeline {
    chain: Worker<RoutingChain>,
    surge: Worker<Surge>,
    metrics: Worker<Reporting>,
    fed: usize,
}

impl Pipeline {
    pub(crate) fn new(config: &Config) -> Self {
        let rules = LoadedRules::load(config).unwrap();
        let chain = routing_chain::build_with_rules(&rules, config, Taps::On).unwrap();
        let context = BuildContext::embedded(config, Some(&rules));
        Self {
            chain: Worker::new(chain, rules.part()),
            surge: Worker::new(PipelineStage::build(context).unwrap(), rules.part()),
            metrics: Worker::new(PipelineStage::build(context).unwrap(), rules.part()),
            fed: 0,
        }
    }

    /// Feeds one mention of each of `count` further authors.
    pub(crate) fn feed(&mut self, count: usize, mut changes: Option<&mut Changes>) {
        let until = self.fed + count;
        while self.fed < until {
            let next = (self.fed + CHUNK).min(until);
            let batch: Vec<RawRecord> = (self.fed..next).map(received).collect();
            self.fed = next;
            let (outputs, from_chain) = self.chain.process(batch.clone());
            let outputs = outputs.into_iter().map(|out| {
                let at = Position { topic: out.topic, partition: 0, offset: 0 };
                out.into_record(at)
            });
            let all: Vec<RawRecord> = batch.into_iter().chain(outputs).collect();
            let of = |topics: Vec<stage::Topic>| {
                all.iter().filter(|raw| topics.contains(&raw.at.topic)).cloned().collect()
            };
            let from_surge = self.surge.process(of(<Surge as Stage>::In::topics())).1;
            let from_metrics = self.metrics.process(of(<Reporting as Stage>::In::topics())).1;
            if let Some(changes) = &mut changes {
                for StateChange { stage, key, value } in
                    from_chain.into_iter().chain(from_surge).chain(from_metrics)
                {
                    changes.0.insert((stage, key), value);
                }
            }
        }
    }

    /// The number of authors so far.
    pub(crate) fn fed(&self) -> usize {
        self.fed
    }

    /// What full stores had no room for, by stage and store.
    pub(crate) fn evicted(&self) -> Evicted {
        let observers = [&self.chain.observer, &self.surge.observer, &self.metrics.observer];
        observers.into_iter().flat_map(|it| it.evicted.clone()).collect()
    }
}

/// The mention of the author with this number, a thousand a second.
fn received(n: usize) -> RawRecord {
    // Knuth's multiplicative hash: words that differ from one author to the next.
    let word = |i: usize| ((n * 8 + i).wrapping_mul(2_654_435_761) >> 7) % 100_000;
    let text = match n % 3 {
        0 => format!("Thank you for line{} and box{}, great work", word(0), word(1)),
        _ => format!(
            "My router{} has been down since line{} broke, nobody answers about order{} and I want box{} \
             repaired today",
            word(0),
            word(1),
            word(2),
            word(3)
        ),
    };
    let received_at =
        EventTime::from_micros(1_700_000_000_000_000) + n as i64 * TimeDelta::MILLISECOND;
    let mut mention = Mention {
        tenant: "northline".to_owned(),
        platform: "bluesky".to_owned(),
        id: format!("at://did:plc:{:024}/app.bsky.feed.post/{n:013}", word(4)),
        text,
        received_at,
        ..Mention::default()
    };
    mention.author.id = format!("did:plc:{n:024}");
    let (mut key, mut value) = (Vec::new(), Vec::new());
    mention.key(&mut key);
    codec::write(&mention, &mut value);
    let at = Position { topic: topics::RECEIVED, partition: 0, offset: n as i64 };
    let now = received_at.as_wall_time();
    RawRecord { at, time: received_at, now, key, value: Some(value), headers: RecordHeaders::new() }
}

/// For the check of entries against bounds.
impl Pipeline {
    /// The stages whose states have more entries than their bounds allow.
    pub(crate) fn entries_beyond(&self, bounds: &[(&'static str, Vec<StoreBound>)]) -> Vec<String> {
        let entries = [
            (&["dedupe", "priority", "escalation"][..], self.chain.observer.entries),
            (&["surge"], self.surge.observer.entries),
            (&["metrics"], self.metrics.observer.entries),
        ];
        let beyond = entries.into_iter().filter_map(|(stages, entries)| {
            let stores = bounds.iter().filter(|(stage, _)| stages.contains(stage));
            let most: usize = stores.flat_map(|(_, stores)| stores).map(|it| it.entries).sum();
            (entries > most).then(|| format!("{stages:?}: {entries} of {most}"))
        });
        beyond.collect()
    }
}
