//! The whole pipeline on a real broker: `cargo xtask bench`.
//!
//! Configurations take turns, so that whatever else the machine does meets all of them. Absolute
//! times mean little on a shared machine: every latency stands beside the broker's own, the floor.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a measurement, which ends where it fails"
)]

mod cluster;
mod sheet;
mod trial;

use std::time::{Duration, Instant};

use harken::load::Plan;
use kafka::Settings;
use kafka::probe::Tail;
use mention::topics;
use stage::Topic;
use testbroker::{Broker, Options, cpu_seconds};

use cluster::{Layout, Stages};
use sheet::Sheet;

const SEPARATE: &[&[&str]] = &[&["dedupe"], &["sentiment"], &["priority"], &["escalation"]];
const FUSED: &[&[&str]] = &[&["dedupe", "sentiment", "priority", "escalation"]];
const HOP: &[&[&str]] = &[&["dedupe"]];
const RATES: [u64; 2] = [1_000, 5_000];
const INTERVALS: [&str; 7] = ["0ms", "2ms", "5ms", "10ms", "20ms", "50ms", "100ms"];

/// How much is measured.
struct Extent {
    rounds: usize,
    seconds: u64,
    warm_up: u64,
    mentions: u64,
    intervals: &'static [&'static str],
}

const FULL: Extent =
    Extent { rounds: 3, seconds: 4, warm_up: 60, mentions: 120_000, intervals: &INTERVALS };
const QUICK: Extent =
    Extent { rounds: 1, seconds: 3, warm_up: 5, mentions: 20_000, intervals: &["0ms", "10ms"] };

/// A way to run the pipeline, with topics of its own.
struct Subject {
    name: &'static str,
    settings: Settings,
    layout: Layout,
    out: Topic,
}

struct Bench {
    broker: Broker,
    extent: Extent,
    seed: u64,
    sheet: Sheet,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("measures only when cargo bench calls it");
        return;
    }
    let is_quick = arguments.iter().any(|argument| argument == "--quick");
    let json = arguments.iter().position(|a| a == "--json").map(|at| arguments[at + 1].clone());
    let broker = Broker::start(Options::default()).unwrap();
    let mut extent = if is_quick { QUICK } else { FULL };
    if let Some(at) = arguments.iter().position(|a| a == "--rounds") {
        extent.rounds = arguments[at + 1].parse().unwrap();
    }
    let mut bench = Bench { broker, extent, seed: 0, sheet: Sheet::default() };
    let subjects = bench.subjects();
    bench.warm_up(&subjects);
    for round in 1..=bench.extent.rounds {
        for subject in &subjects {
            println!("round {round}: {}", subject.name);
            bench.latencies(subject);
        }
        for subject in subjects.iter().filter(|subject| subject.out == topics::ROUTED) {
            println!("round {round}: {} at full speed", subject.name);
            bench.throughput(subject);
        }
        for interval in bench.extent.intervals {
            println!("round {round}: fused, a commit every {interval} at most");
            bench.interval(interval);
        }
    }
    println!("\nmedians of {} rounds\n{}", bench.extent.rounds, bench.sheet.text());
    if let Some(file) = json {
        std::fs::write(&file, format!("{:#}\n", bench.sheet.json())).unwrap();
    }
}

impl Bench {
    fn topics(&self, prefix: &str) -> Settings {
        cluster::topics(self.broker.bootstrap(), prefix)
    }

    fn subjects(&self) -> Vec<Subject> {
        let taps = |on: bool| vec![("HARKEN__WORKER__TAPS", on.to_string())];
        let interval = ("HARKEN__WORKER__COMMIT_INTERVAL", "0ms".to_owned());
        let subject = |name, prefix, processes, mut settings: Vec<_>, out| {
            settings.push(interval.clone());
            let layout = Layout { processes, settings };
            Subject { name, settings: self.topics(prefix), layout, out }
        };
        vec![
            subject("floor", "floor", &[], vec![], topics::RECEIVED),
            subject("one hop", "hop", HOP, vec![], topics::UNIQUE),
            subject("separate", "separate", SEPARATE, vec![], topics::ROUTED),
            subject("fused", "fused", FUSED, taps(false), topics::ROUTED),
            subject("fused with taps", "taps", FUSED, taps(true), topics::ROUTED),
        ]
    }

    fn plan(&mut self, rate: u64, seconds: u64) -> Plan {
        self.seed += 1;
        Plan { rate, mentions: rate * seconds, seed: self.seed }
    }

    /// Also tells what a stage without state or work has resident.
    fn warm_up(&mut self, subjects: &[Subject]) {
        for subject in subjects.iter().filter(|subject| !subject.layout.processes.is_empty()) {
            println!("warming up: {}", subject.name);
            let stages = Stages::start(&subject.settings, &subject.layout);
            stages.wait_for_all();
            std::thread::sleep(Duration::from_secs(1));
            for (process, mebibytes) in stages.usage().memory {
                let name = format!("{} / idle memory of {process}, MiB", subject.name);
                self.sheet.note(&name, mebibytes);
            }
            let plan = self.plan(2_000, self.extent.warm_up / 3);
            trial::latency(&subject.settings, plan, subject.out);
        }
    }

    fn latencies(&mut self, subject: &Subject) {
        let stages = Stages::start(&subject.settings, &subject.layout);
        stages.wait_for_all();
        for rate in RATES {
            let plan = self.plan(rate, self.extent.seconds);
            let latency = trial::latency(&subject.settings, plan, subject.out);
            println!("    {rate}/s: {} came out; the generator {}", latency.seen, latency.load);
            let percentiles = [("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99)];
            for (name, millis) in percentiles {
                self.sheet.note(&format!("{} / {name} at {rate}/s, ms", subject.name), millis);
            }
        }
    }

    fn throughput(&mut self, subject: &Subject) {
        let (mentions, name) = (self.extent.mentions, subject.name);
        self.seed += 1;
        let tail = Tail::of(&subject.settings, &subject.settings.topic(subject.out)).unwrap();
        trial::preload(&subject.settings, mentions, self.seed);
        let broker_before = cpu_seconds(self.broker.pid().unwrap()).unwrap();
        let stages = Stages::start(&subject.settings, &subject.layout);
        stages.wait_for_first();
        let (seen, took) = trial::drain(&tail);
        let broker = cpu_seconds(self.broker.pid().unwrap()).unwrap() - broker_before;
        println!("    {seen} of {mentions} were routed");
        let (usage, millions) = (stages.usage(), mentions as f64 / 1e6);
        let mut note = |what: &str, value: f64| self.sheet.note(&format!("{name} / {what}"), value);
        note("throughput, mentions/s", mentions as f64 / took.as_secs_f64());
        note("CPU of the stages, s a million", usage.cpu_seconds / millions);
        note("CPU of the broker, s a million", broker / millions);
        for (process, mebibytes) in usage.memory {
            note(&format!("peak memory of {process}, MiB"), mebibytes);
        }
    }

    fn interval(&mut self, interval: &str) {
        let settings = self.topics(&format!("every-{interval}"));
        let environment = vec![
            ("HARKEN__WORKER__TAPS", "false".to_owned()),
            ("HARKEN__WORKER__COMMIT_INTERVAL", interval.to_owned()),
        ];
        let layout = Layout { processes: FUSED, settings: environment };
        let stages = Stages::start(&settings, &layout);
        stages.wait_for_all();
        let plan = self.plan(RATES[0], self.extent.seconds);
        let pid = self.broker.pid().unwrap();
        let (before, begun) = (cpu_seconds(pid).unwrap(), Instant::now());
        let latency = trial::latency(&settings, plan, topics::ROUTED);
        let share = (cpu_seconds(pid).unwrap() - before) / begun.elapsed().as_secs_f64();
        for (name, millis) in [("p50", latency.p50), ("p99", latency.p99)] {
            let name = format!("commit every {interval} / {name} at {}/s, ms", RATES[0]);
            self.sheet.note(&name, millis);
        }
        let name = format!("commit every {interval} / CPU of the broker, % of a core");
        self.sheet.note(&name, share * 100.0);
    }
}
