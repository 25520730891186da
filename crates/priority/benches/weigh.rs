//! What a mention costs in this stage, alone and with everything around it, and what the memory of
//! a partition takes: `cargo bench -p priority`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, which ends when it cannot measure"
)]

use std::hint::black_box;
use std::time::Instant;

use mention::{
    Author, Customer, Findings, Incident, Intent, IntentFound, Likely, Mention, NamedKind, Scored,
    Sentiment, Understanding, codec, topics,
};
use priority::{Beside, Bounds, Incidents, Known, Lists, Priority, Tenant, Tenants};
use rules::{Rules, northline};
use stage::{
    EachChange, Effects, Event, Fault, Log, Observe, Position, Quarantine, Raw, Silent, State as _,
    run,
};

const ROUNDS: usize = 200_000;
const MENTIONS: usize = 100_000;
const BATCH: usize = 500;

fn main() {
    alone();
    whole();
    again();
}

fn stage() -> Priority {
    let mut lists = Lists::default();
    for product in ["FibreOne", "FibrePro", "TalkTime", "Northline TV", "Roam Free"] {
        lists.add(NamedKind::Product, product, []);
    }
    for executive in ["Ada Quill", "Bo Larsen", "Cyd March"] {
        lists.add(NamedKind::Executive, executive, []);
    }
    let rules = Rules::load(&northline()).unwrap();
    let weights = rules.weights("").unwrap().clone();
    Priority::new(Tenants::all(Tenant { weights, lists }), Bounds::default())
}

fn incident(n: usize, word: &str) -> Incident {
    Incident {
        tenant: "northline".into(),
        incident_id: format!("i-{n}"),
        words: vec![word.to_owned()],
        points: 20,
        ..Incident::default()
    }
}

/// The pure rule.
fn alone() {
    let mentions: Vec<Scored> = (0..5).map(scored).collect();
    let customer = Known::from(Customer {
        customer_id: "c-1".into(),
        tier: "gold".into(),
        matched_by: "handle".into(),
        confidence: 0.9,
        ..Customer::default()
    });
    let mut incidents = Incidents::default();
    for (n, word) in ["leeds", "fibre", "e-sim"].into_iter().enumerate() {
        incidents.put(word.as_bytes(), Some(incident(n, word)));
    }
    let stage = stage();
    let beside = Beside { customer: Some(&customer), before: (2, 1), ..Beside::default() };
    for round in 1..=3 {
        let start = Instant::now();
        for n in 0..ROUNDS {
            let scored = &mentions[n % mentions.len()];
            black_box(stage.urgency(black_box(scored), 1_000_000, &beside, &incidents));
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / ROUNDS as f64;
        println!("weighing, round {round}: {each:.2} µs a mention");
    }
}

/// A log that hands out events and keeps only the sizes of what is written.
struct Feed {
    events: std::vec::IntoIter<Event>,
    outputs: [usize; 2],
    changes: [usize; 2],
}

impl Log for Feed {
    fn next(&mut self) -> Result<Event, Fault> {
        Ok(self.events.next().unwrap_or(Event::Shutdown))
    }

    fn changelog(&mut self, _: i32, _: &mut EachChange<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, _: i32, effects: Effects) -> Result<(), Fault> {
        let bytes = effects.changes.iter();
        let bytes = bytes.map(|c| c.key.len() + c.value.as_ref().map_or(0, Vec::len));
        self.changes[0] += effects.changes.len();
        self.changes[1] += bytes.sum::<usize>();
        self.outputs[0] += effects.outputs.len();
        self.outputs[1] += effects
            .outputs
            .iter()
            .map(|out| out.value.as_deref().map_or(0, <[u8]>::len))
            .sum::<usize>();
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

/// The stage with its memory, signals, codec and loop: a hundred mentions a second in a partition.
fn whole() {
    let raws: Vec<Raw> = (0..MENTIONS).map(raw).collect();
    for round in 1..=3 {
        let batches = raws.chunks(BATCH).map(|batch| Event::Batch(0, batch.to_vec()));
        let events: Vec<_> = std::iter::once(Event::Assigned(0)).chain(batches).collect();
        let mut feed = Feed { events: events.into_iter(), outputs: [0; 2], changes: [0; 2] };
        let start = Instant::now();
        run(&stage(), &mut feed, &mut Quarantine::default(), &mut Silent).unwrap();
        let each = start.elapsed().as_secs_f64() * 1e6 / MENTIONS as f64;
        let of = |total: usize| total as f64 / MENTIONS as f64;
        println!(
            "whole stage, round {round}: {each:.2} µs a mention; {:.2} outputs of {:.0} bytes, \
             {:.2} changes of {:.0} bytes",
            of(feed.outputs[0]),
            of(feed.outputs[1]),
            of(feed.changes[0]),
            of(feed.changes[1])
        );
    }
}

/// Tells the size of the state, and how long an incident keeps a partition busy.
struct Sizes(u64);

impl Observe<Priority> for Sizes {
    fn committed(&mut self, states: &std::collections::BTreeMap<i32, priority::Memory>) {
        for state in states.values() {
            let [customers, authors, open, heard] = state.sizes();
            let taken = resident().saturating_sub(self.0) / 1024;
            println!(
                "memory of a partition: {customers} customers, {authors} authors, {open} open \
                 mentions, {heard} to be counted: {} entries, {taken} KiB resident",
                state.len()
            );
        }
    }
}

/// As many open mentions as a partition keeps, and an incident that begins.
fn again() {
    let raws: Vec<Raw> = (0..MENTIONS).map(raw).collect();
    let before = resident();
    let batches = raws.chunks(BATCH).map(|batch| Event::Batch(0, batch.to_vec()));
    let mut value = Vec::new();
    codec::write(&incident(1, "internet"), &mut value);
    let at = Position { topic: topics::INCIDENT, partition: 0, offset: 0 };
    let row = Raw { at, key: b"i".to_vec(), value: Some(value), ..raw(0) };
    let events = std::iter::once(Event::Assigned(0)).chain(batches);
    let events: Vec<_> = events.chain([Event::CommitDue]).collect();
    let last = 1_000_000 * MENTIONS as i64 / 100;
    let more = vec![Event::Rows(vec![row]), Event::Time(0, last)];
    let events: Vec<_> = events.into_iter().chain(more).collect();
    let mut timed = Timed {
        feed: Feed { events: events.into_iter(), outputs: [0; 2], changes: [0; 2] },
        begun: None,
    };
    drop(raws);
    run(&stage(), &mut timed, &mut Quarantine::default(), &mut Sizes(before)).unwrap();
}

/// Times what comes after the rows of the table.
struct Timed {
    feed: Feed,
    begun: Option<(Instant, usize)>,
}

impl Log for Timed {
    fn next(&mut self) -> Result<Event, Fault> {
        let event = self.feed.next()?;
        match (&event, self.begun) {
            (Event::Time(..), None) => self.begun = Some((Instant::now(), self.feed.outputs[0])),
            (Event::Shutdown, Some((begun, outputs))) => {
                let took = begun.elapsed().as_secs_f64() * 1e3;
                let told = self.feed.outputs[0] - outputs;
                println!("an incident begins: {told} outputs in {took:.1} ms");
            }
            _ => {}
        }
        Ok(event)
    }

    fn changelog(&mut self, _: i32, _: &mut EachChange<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault> {
        self.feed.write(partition, effects)
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

/// Resident memory of this process, in bytes; 0 where the system does not tell.
fn resident() -> u64 {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = told.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

fn raw(n: usize) -> Raw {
    let scored = scored(n);
    let (mut key, mut value) = (Vec::new(), Vec::new());
    scored.mention.key(&mut key);
    codec::write(&scored, &mut value);
    let at = Position { topic: topics::SCORED, partition: 0, offset: n as i64 };
    let time = scored.mention.received_at;
    Raw { at, time, now: time, key, value: Some(value), headers: Vec::new() }
}

fn scored(n: usize) -> Scored {
    const TEXTS: [&str; 5] = [
        "My internet has been down since 9 this morning and nobody answers the phone, @northline",
        "Can you please call me back about my last bill? I was charged twice and the chat is closed",
        "thanks @northline, the new router is great",
        "Llevo dos días sin internet y nadie responde. ¿Cuándo lo van a arreglar?",
        "Just saw the new northline ad at the station, the one with the lighthouse and the long \
         sentence that never quite ends, and I am still not sure what it wants to sell me or why \
         the lighthouse sings, but the tune is now stuck in my head for the rest of the week",
    ];
    let found = |intent, probability| IntentFound {
        intent,
        probability,
        evidence: Some("down".to_owned()),
    };
    Scored {
        mention: Mention {
            tenant: "northline".into(),
            platform: "x".into(),
            id: format!("1894400000000{n:06}"),
            text: TEXTS[n % TEXTS.len()].to_owned(),
            author: Author {
                id: format!("4400{}", n % 50_000),
                handle: Some(format!("author{n}")),
                followers: Some(420),
                ..Author::default()
            },
            published_at: Some(n as i64 * 10_000),
            received_at: n as i64 * 10_000,
            ..Mention::default()
        },
        findings: Findings {
            revision: 1,
            cluster: Some(format!("{n:016x}")),
            ..Findings::default()
        },
        understanding: Understanding {
            language: Some("en".into()),
            sentiment: Some(Sentiment { negative: 0.8, neutral: 0.15, positive: 0.05 }),
            intents: vec![found(Intent::Complaint, 0.8), found(Intent::Request, 0.3)],
            reason: Some(Likely { name: "technical_failure".into(), probability: 0.8 }),
            model: "2026-11-20".into(),
            ..Understanding::default()
        },
    }
}
