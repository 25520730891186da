//! Measures mentions, timers, open cases and restores: `cargo bench -p escalation`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a benchmark that cannot measure must end"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use escalation::{
    AuthorKey, CaseState, Cases, Escalation, Key, RoutedMention, RunningClock, Value,
};
use mention::codec;
use mention::{
    Intent, Level, Mention, Prioritized, Priority, Routed, Sentiment, Term, Understanding, topics,
};
use rules::{Rules, northline};
use stage::{
    ChangeVisitor, DeadLetter, Effects, Event, EventTime, Fault, KeyedState, Log, NoObserver,
    Position, Quarantine, RawRecord, RecordHeaders, State, TimeDelta, Wire, run,
};

const MENTIONS: usize = 100_000;
const BATCH: usize = 500;

fn main() {
    mentions();
    for count in [10_000, 1_000_000] {
        cases(count);
    }
    restore();
}

/// A log that returns prepared events and discards its outputs.
struct EventSource {
    events: std::vec::IntoIter<Event<Arc<Rules>>>,
    outputs: usize,
}

impl Log for EventSource {
    type Rules = Arc<Rules>;

    fn next_event(&mut self) -> Result<Event<Arc<Rules>>, Fault> {
        Ok(self.events.next().unwrap_or(Event::Shutdown))
    }

    fn read_changelog(&mut self, _: i32, _: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, effects: Effects) -> Result<(), Fault> {
        self.outputs += effects.outputs.len();
        Ok(())
    }

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

fn prioritized(n: usize) -> Prioritized {
    let term = |name: &str| Term { name: name.into(), points: 20, because: "negative 0.8".into() };
    Prioritized {
        mention: Mention {
            tenant: "northline".into(),
            platform: "x".into(),
            id: format!("17300000000{n}"),
            text: "My internet has been down since nine and nobody answers the phone".into(),
            author: mention::Author { id: format!("4400{}", n % 50_000), ..Default::default() },
            received_at: EventTime::from_micros(n as i64 * 1_000),
            ..Mention::default()
        },
        understanding: Understanding {
            sentiment: Some(Sentiment { negative: 0.8, neutral: 0.1, positive: 0.1 }),
            ..Understanding::default()
        },
        priority: Priority {
            level: Level::P2,
            intent: [Intent::Complaint, Intent::Question, Intent::Praise][n % 3],
            terms: vec![term("sentiment"), term("intent"), term("followers")],
            ..Priority::default()
        },
        ..Prioritized::default()
    }
}

/// Measures the stage on its log, and the share of Avro in it.
fn mentions() {
    let raws: Vec<RawRecord> = (0..MENTIONS).map(raw).collect();
    let rules = Arc::new(Arc::new(Rules::load(&northline()).unwrap()));
    for round in 1..=3 {
        let batches = raws.chunks(BATCH).map(|batch| Event::Batch(0, batch.to_vec()));
        let events: Vec<_> = [Event::Rules(Arc::clone(&rules)), Event::Assigned(0)]
            .into_iter()
            .chain(batches)
            .collect();
        let mut feed = EventSource { events: events.into_iter(), outputs: 0 };
        let stage = Escalation::default();
        let start = Instant::now();
        run(&stage, &mut feed, &mut Quarantine::default(), &mut NoObserver).unwrap();
        let whole = micros(start, MENTIONS);
        assert_eq!(feed.outputs, MENTIONS);
        println!("round {round}: {whole:.2} µs per mention, of which {:.2} Avro", avro(&raws));
    }
}

fn raw(n: usize) -> RawRecord {
    let fact = prioritized(n);
    let (mut key, mut value) = (Vec::new(), Vec::new());
    fact.mention.key(&mut key);
    codec::write(&fact, &mut value);
    let at = Position { topic: topics::PRIORITIZED, partition: 0, offset: n as i64 };
    let time = fact.mention.received_at;
    RawRecord {
        at,
        time,
        now: time.as_wall_time(),
        key,
        value: Some(value),
        headers: RecordHeaders::new(),
    }
}

fn avro(raws: &[RawRecord]) -> f64 {
    let start = Instant::now();
    for raw in raws {
        let fact: Prioritized = codec::read(raw.value.as_deref().unwrap()).unwrap();
        let routed = Routed {
            mention: fact.mention,
            understanding: fact.understanding,
            priority: fact.priority,
            ..Routed::default()
        };
        let mut out = Vec::with_capacity(1024);
        codec::write(&routed, &mut out);
        let mut state = Vec::new();
        codec::write(&case(1).1, &mut state);
        black_box((out, state));
    }
    micros(start, raws.len())
}

fn case(n: usize) -> (AuthorKey, CaseState) {
    let started_at = EventTime::from_micros(n as i64);
    let clock = |minutes: i64| {
        let due_at = started_at + minutes * TimeDelta::MINUTE;
        Some(RunningClock { due_at, next_at: Some(due_at), started_at, ..RunningClock::default() })
    };
    let routed = |seq| RoutedMention {
        mention: n as i64 + i64::from(seq),
        case: 1,
        seq,
        is_withdrawn: false,
    };
    let case = CaseState {
        id: n as i64,
        opened_by: format!("1730000000000{n:07}"),
        owner: "care-urgent".into(),
        policy: "urgent".into(),
        path: "care-duty".into(),
        acknowledge: clock(10),
        respond: clock(30),
        resolve: clock(480),
        live_mentions: 2,
        expires_at: EventTime::default() + 1_000_000 * TimeDelta::MINUTE,
        routed_mentions: vec![routed(1), routed(2)],
        ..CaseState::default()
    };
    (AuthorKey::read(format!("northline/x/4400000{n:07}").as_bytes()).unwrap(), case)
}

/// Measures memory per case, ticks and timers with `count` open cases of three running clocks.
fn cases(count: usize) {
    let before = resident();
    let mut cases = Cases::default();
    for (author, case) in (0..count).map(case) {
        cases.apply(Key::Author(author), Some(Value::Case(Box::new(case)))).unwrap();
    }
    let bytes = (resident() - before) / count;
    println!("{count} cases: {bytes} bytes per case with two messages");
    let start = Instant::now();
    for _ in 0..1_000_000 {
        black_box(black_box(&cases).next_due(EventTime::default()));
    }
    println!("{count} cases: {:.4} µs per tick without due timers", micros(start, 1_000_000));
    let fired = count.min(100_000);
    let start = Instant::now();
    for n in 0..fired {
        let (_, author) = cases.next_due(EventTime::MAX).unwrap();
        let mut case = cases.get(author.key()).unwrap();
        case.acknowledge = None;
        case.expires_at += TimeDelta::from_micros(n as i64);
        cases.apply(Key::Author(author), Some(Value::Case(Box::new(case)))).unwrap();
    }
    println!("{count} cases: {:.2} µs per fired timer", micros(start, fired));
}

/// Measures the restore of 100,000 cases.
fn restore() {
    let changes: Vec<_> = (0..100_000)
        .map(|n| {
            let (author, case) = case(n);
            let mut value = Vec::new();
            case.write(&mut value);
            (author, value)
        })
        .collect();
    let start = Instant::now();
    let mut cases = Cases::default();
    for (author, value) in &changes {
        cases.restore("escalation", author.key(), Some(value)).unwrap();
    }
    println!("{:.3} s to restore {} cases", start.elapsed().as_secs_f64(), KeyedState::len(&cases));
}

fn micros(start: Instant, count: usize) -> f64 {
    start.elapsed().as_secs_f64() * 1e6 / count as f64
}

/// The resident memory of this process, in bytes; 0 without `/proc`.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}
