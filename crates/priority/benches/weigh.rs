//! The time per mention of scoring alone and of the whole stage, and the memory of a partition:
//! `cargo bench -p priority`.
//!
//! The search for the incident of a mention, µs, by the number of open incidents with 8 words each,
//! 29 November 2026, 2 cores under other load:
//!
//! | open incidents | 10 | 100 | 1,000 | 10,000 |
//! |---|---|---|---|---|
//! | a comparison with each | 1.7 | 14.9 | 195 | 11,036 |
//! | by the index | 0.51 | 0.72 | 0.95 | 0.83 |
//! | first search, which builds the index | 173 | 925 | 35,498 | 521,902 |
//! | first search after a revision | 0 | 1 | 1 | 1 |
//! | first search after 8 new words | 38 | 50 | 46 | 77 |
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark needs a clock, prints, and stops on any error"
)]

use std::hint::black_box;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use mention::{
    Author, Customer, DedupeResult, Incident, Intent, IntentFinding, LabelProbability, Mention,
    Scored, Sentiment, Understanding, WatchlistKind, codec, topics,
};
use priority::{
    Bounds, CustomerEntry, Incidents, PriorContacts, Prioritizer, ScoringContext, TenantScoring,
    Tenants, WatchlistMatcher,
};
use rules::{Rules, northline};
use stage::{
    ChangeVisitor, CommitObserver, DeadLetter, Effects, Event, EventTime, Fault, Log, NoObserver,
    Position, Quarantine, RawRecord, RecordHeaders, State as _, TimeDelta, run,
};

const ROUNDS: usize = 200_000;
const MENTIONS: usize = 100_000;
const BATCH: usize = 500;

fn main() {
    // `cargo bench -p priority -- incidents` measures the look-up of incidents alone.
    if std::env::args().any(|arg| arg == "incidents") {
        return measure_incident_lookup();
    }
    measure_incident_lookup();
    measure_scoring();
    measure_stage();
    measure_incident();
}

fn stage() -> Prioritizer {
    Prioritizer::new(Bounds::default())
}

static TENANTS: LazyLock<Arc<Tenants>> = LazyLock::new(|| {
    let mut watchlist = WatchlistMatcher::default();
    for product in ["FibreOne", "FibrePro", "TalkTime", "Northline TV", "Roam Free"] {
        watchlist.add(WatchlistKind::Product, product, []);
    }
    for executive in ["Ada Quill", "Bo Larsen", "Cyd March"] {
        watchlist.add(WatchlistKind::Executive, executive, []);
    }
    let rules = Rules::load(&northline()).unwrap();
    let weights = rules.weights("").unwrap().clone();
    Arc::new(Tenants::all(TenantScoring { weights, watchlist }))
});

/// The events before the first batch.
fn start_events() -> [Event<Tenants>; 2] {
    [Event::Rules(Arc::clone(&TENANTS)), Event::Assigned(0)]
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

/// Measures the pure scoring of a mention.
fn measure_scoring() {
    let mentions: Vec<Scored> = (0..5).map(scored).collect();
    let customer = CustomerEntry::from(Customer {
        customer_id: "c-1".into(),
        tier: "gold".into(),
        matched_by: "handle".into(),
        confidence: 0.9,
        ..Customer::default()
    });
    let mut incidents = Incidents::default();
    for (n, word) in ["leeds", "fibre", "e-sim"].into_iter().enumerate() {
        incidents.set(word.as_bytes(), Some(incident(n, word)));
    }
    let (stage, now) = (stage(), received_at(100));
    let prior_contacts = PriorContacts { mentions: 2, complaints: 1 };
    let context =
        ScoringContext { customer: Some(&customer), prior_contacts, ..ScoringContext::default() };
    for round in 1..=3 {
        let start = Instant::now();
        for n in 0..ROUNDS {
            let scored = &mentions[n % mentions.len()];
            black_box(stage.score(black_box(scored), &TENANTS, now, &context, &incidents));
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / ROUNDS as f64;
        println!("scoring, round {round}: {each:.2} µs a mention");
    }
}

/// Words of an incident: as many as surge writes.
const WORDS: usize = 8;
/// The word with this number: nine letters, in no text of this bench.
fn word(n: usize) -> String {
    let letter = |place: u32| char::from(b'a' + (n * 7_919 / 26_usize.pow(place) % 26) as u8);
    format!("qq{}", (0..7).map(letter).collect::<String>())
}

/// Measures the search for the incident of a mention, by the number of open incidents.
fn measure_incident_lookup() {
    let mentions: Vec<Scored> = (0..5).map(scored).collect();
    let texts: Vec<String> = mentions.iter().map(|s| s.mention.text.to_lowercase()).collect();
    let of = |n: usize, first_word: usize| Incident {
        words: (first_word..first_word + WORDS).map(word).collect(),
        facet: mention::Facet::Cluster,
        facet_value: format!("cluster {n}"),
        ..incident(n, "")
    };
    for count in [10, 100, 1_000, 10_000] {
        let mut incidents = Incidents::default();
        for n in 0..count {
            incidents.set(format!("{n}").as_bytes(), Some(of(n, WORDS * n)));
        }
        let rounds = ROUNDS / 10;
        let time = |incidents: &Incidents, rounds: usize| {
            let start = Instant::now();
            for n in 0..rounds {
                let at = n % mentions.len();
                black_box(incidents.find(black_box(&mentions[at]), &texts[at], &[]));
            }
            start.elapsed().as_secs_f64() * 1e6 / rounds as f64
        };
        let before = resident();
        let first = time(&incidents, 1);
        let memory = resident().saturating_sub(before) / 1024;
        let each = (0..3).map(|_| time(&incidents, rounds)).fold(f64::INFINITY, f64::min);
        incidents.set(b"0", Some(Incident { revision: 2, ..of(0, 0) }));
        let revised = time(&incidents, 1);
        incidents.set(b"1", Some(of(1, WORDS * (count + 1))));
        let renamed = time(&incidents, 1);
        println!(
            "{count} incidents: {each:.2} µs a mention; {first:.0} µs and {memory} KiB for the first, \
             {revised:.0} µs after a revision, {renamed:.0} µs after {WORDS} new words"
        );
    }
}

/// A log that hands out events and counts number and bytes of outputs and changes.
struct CountingFeed {
    events: std::vec::IntoIter<Event<Tenants>>,
    outputs: [usize; 2],
    changes: [usize; 2],
}

impl Log for CountingFeed {
    type Rules = Tenants;

    fn next_event(&mut self) -> Result<Event<Tenants>, Fault> {
        Ok(self.events.next().unwrap_or(Event::Shutdown))
    }

    fn read_changelog(&mut self, _: i32, _: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
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

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

/// Measures the stage with state, signals, codec and loop, at a hundred mentions a second.
fn measure_stage() {
    let raws: Vec<RawRecord> = (0..MENTIONS).map(raw).collect();
    for round in 1..=3 {
        let batches = raws.chunks(BATCH).map(|batch| Event::Batch(0, batch.to_vec()));
        let events: Vec<_> = start_events().into_iter().chain(batches).collect();
        let mut feed =
            CountingFeed { events: events.into_iter(), outputs: [0; 2], changes: [0; 2] };
        let start = Instant::now();
        run(&stage(), &mut feed, &mut Quarantine::default(), &mut NoObserver).unwrap();
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

/// Prints the size of the state at each commit; holds the resident memory before.
struct Sizes(u64);

impl CommitObserver<Prioritizer> for Sizes {
    fn on_commit(&mut self, states: &std::collections::BTreeMap<i32, priority::State>) {
        for state in states.values() {
            let [customers, authors, open, pending] = state.sizes();
            let used = resident().saturating_sub(self.0) / 1024;
            println!(
                "memory of a partition: {customers} customers, {authors} authors, {open} open \
                 mentions, {pending} to be counted: {} entries, {used} KiB resident",
                state.len()
            );
        }
    }
}

/// Ticks after the incident began: enough for a sweep over the most open mentions.
const TICKS: i64 = 12;

/// Measures how long an incident keeps a partition with the most open mentions busy.
fn measure_incident() {
    let raws: Vec<RawRecord> = (0..MENTIONS).map(raw).collect();
    let before = resident();
    let batches = raws.chunks(BATCH).map(|batch| Event::Batch(0, batch.to_vec()));
    let mut value = Vec::new();
    codec::write(&incident(1, "internet"), &mut value);
    let at = Position { topic: topics::INCIDENT, partition: 0, offset: 0 };
    let row = RawRecord { at, key: b"i".to_vec(), value: Some(value), ..raw(0) };
    let events = start_events().into_iter().chain(batches);
    let events: Vec<_> = events.chain([Event::CommitDue]).collect();
    let last = received_at(MENTIONS).as_wall_time();
    let ticks = (0..TICKS).map(|n| Event::Time(0, last + TimeDelta::from_micros(n)));
    let more = [Event::TableRows(vec![row])].into_iter().chain(ticks);
    let events: Vec<_> = events.into_iter().chain(more).collect();
    let mut timed = Timed {
        feed: CountingFeed { events: events.into_iter(), outputs: [0; 2], changes: [0; 2] },
        ticks: Vec::new(),
    };
    drop(raws);
    run(&stage(), &mut timed, &mut Quarantine::default(), &mut Sizes(before)).unwrap();
}

/// A log that measures each tick after the rows of the incident table.
struct Timed {
    feed: CountingFeed,
    /// The start of each tick, with the number of outputs before it.
    ticks: Vec<(Instant, usize)>,
}

impl Log for Timed {
    type Rules = Tenants;

    fn next_event(&mut self) -> Result<Event<Tenants>, Fault> {
        let event = self.feed.next_event()?;
        if matches!(event, Event::Time(..) | Event::Shutdown) {
            self.ticks.push((Instant::now(), self.feed.outputs[0]));
        }
        if matches!(event, Event::Shutdown) {
            let ticks = self.ticks.windows(2).map(|pair| pair[1].0 - pair[0].0);
            let longest = ticks.max().unwrap_or_default().as_secs_f64() * 1e3;
            let (first, last) = (self.ticks[0], self.ticks[self.ticks.len() - 1]);
            let took = (last.0 - first.0).as_secs_f64() * 1e3;
            let published = last.1 - first.1;
            println!(
                "an incident begins: {published} outputs in {took:.1} ms, {longest:.1} ms in the \
                 longest of {TICKS} ticks"
            );
        }
        Ok(event)
    }

    fn read_changelog(&mut self, _: i32, _: &mut ChangeVisitor<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn write(&mut self, partition: i32, effects: Effects) -> Result<(), Fault> {
        self.feed.write(partition, effects)
    }

    fn reject_row(&mut self, _: DeadLetter) -> Result<(), Fault> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

/// Resident memory of this process in bytes; 0 if the system has no `/proc`.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

fn raw(n: usize) -> RawRecord {
    let scored = scored(n);
    let (mut key, mut value) = (Vec::new(), Vec::new());
    scored.mention.key(&mut key);
    codec::write(&scored, &mut value);
    let at = Position { topic: topics::SCORED, partition: 0, offset: n as i64 };
    let time = scored.mention.received_at;
    RawRecord {
        at,
        time,
        now: time.as_wall_time(),
        key,
        value: Some(value),
        headers: RecordHeaders::new(),
    }
}

/// The time of a mention: a hundred a second.
fn received_at(n: usize) -> EventTime {
    EventTime::default() + n as i64 * TimeDelta::SECOND / 100
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
    let found = |intent, probability| IntentFinding {
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
            published_at: Some(received_at(n)),
            received_at: received_at(n),
            ..Mention::default()
        },
        findings: DedupeResult {
            revision: 1,
            cluster: Some(format!("{n:016x}")),
            ..DedupeResult::default()
        },
        understanding: Understanding {
            language: Some("en".into()),
            sentiment: Some(Sentiment { negative: 0.8, neutral: 0.15, positive: 0.05 }),
            intents: vec![found(Intent::Complaint, 0.8), found(Intent::Request, 0.3)],
            reason: Some(LabelProbability { name: "technical_failure".into(), probability: 0.8 }),
            model: "2026-11-20".into(),
            ..Understanding::default()
        },
    }
}
