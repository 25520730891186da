//! The whole pipeline on a real broker: `cargo xtask bench`.
//!
//! Configurations take turns, so that other load on the machine affects all of them. Absolute times
//! mean little on a shared machine: each latency is also given as a ratio to the latency of the broker
//! alone, the floor.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark fails by a panic"
)]

mod cluster;
mod measurement;
mod results;

use std::time::{Duration, Instant};

use harken::load::LoadPlan;
use kafka::KafkaSettings;
use kafka::measure::TopicTail;
use mention::topics;
use stage::Topic;
use testbroker::{BrokerOptions, TestBroker, cpu_seconds};

use cluster::{ProcessLayout, RunningStages};
use results::Results;

const SEPARATE: &[&[&str]] = &[&["dedupe"], &["sentiment"], &["priority"], &["escalation"]];
const FUSED: &[&[&str]] = &[&["dedupe", "sentiment", "priority", "escalation"]];
const HOP: &[&[&str]] = &[&["dedupe"]];
const RATES: [u64; 2] = [1_000, 5_000];
const INTERVALS: [&str; 7] = ["0ms", "2ms", "5ms", "10ms", "20ms", "50ms", "100ms"];

/// Rounds, seconds a load, seconds of warm-up, mentions of a throughput run, and commit intervals.
struct BenchSize {
    rounds: usize,
    seconds: u64,
    warm_up: u64,
    mentions: u64,
    intervals: &'static [&'static str],
}

const FULL: BenchSize =
    BenchSize { rounds: 3, seconds: 4, warm_up: 60, mentions: 120_000, intervals: &INTERVALS };
const QUICK: BenchSize =
    BenchSize { rounds: 1, seconds: 3, warm_up: 5, mentions: 20_000, intervals: &["0ms", "10ms"] };

/// One configuration of the pipeline with topics of its own; `out` is the topic that is timed.
struct Subject {
    name: &'static str,
    settings: KafkaSettings,
    layout: ProcessLayout,
    out: Topic,
}

struct PipelineBench {
    broker: TestBroker,
    size: BenchSize,
    seed: u64,
    results: Results,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` runs benchmarks, too, but without this flag.
        println!("measures only under cargo bench");
        return;
    }
    let is_quick = arguments.iter().any(|argument| argument == "--quick");
    let json = arguments.iter().position(|a| a == "--json").map(|at| arguments[at + 1].clone());
    let broker = TestBroker::start(BrokerOptions::default()).unwrap();
    let mut size = if is_quick { QUICK } else { FULL };
    if let Some(at) = arguments.iter().position(|a| a == "--rounds") {
        size.rounds = arguments[at + 1].parse().unwrap();
    }
    let mut bench = PipelineBench { broker, size, seed: 0, results: Results::default() };
    let subjects = bench.subjects();
    bench.warm_up(&subjects);
    for round in 1..=bench.size.rounds {
        for subject in &subjects {
            println!("round {round}: {}", subject.name);
            bench.latencies(subject);
        }
        for subject in subjects.iter().filter(|subject| subject.out == topics::ROUTED) {
            println!("round {round}: {} at full speed", subject.name);
            bench.throughput(subject);
        }
        for interval in bench.size.intervals {
            println!("round {round}: fused, commit interval {interval}");
            bench.interval(interval);
        }
    }
    println!("\nmedians of {} rounds\n{}", bench.size.rounds, bench.results.text());
    if let Some(file) = json {
        std::fs::write(&file, format!("{:#}\n", bench.results.json())).unwrap();
    }
}

impl PipelineBench {
    fn topics(&self, prefix: &str) -> KafkaSettings {
        cluster::topics(self.broker.bootstrap(), prefix)
    }

    fn subjects(&self) -> Vec<Subject> {
        let taps = |on: bool| vec![("HARKEN__WORKER__TAPS", on.to_string())];
        // Commits each batch at once: latencies then show the cost of the hops alone.
        let interval = ("HARKEN__WORKER__COMMIT_INTERVAL", "0ms".to_owned());
        let subject = |name, prefix, processes, mut settings: Vec<_>, out| {
            settings.push(interval.clone());
            let layout = ProcessLayout { processes, settings };
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

    fn plan(&mut self, rate: u64, seconds: u64) -> LoadPlan {
        self.seed += 1;
        LoadPlan { rate, mentions: rate * seconds, seed: self.seed }
    }

    /// Warms up caches and the page cache of the broker; records the idle memory of each process.
    fn warm_up(&mut self, subjects: &[Subject]) {
        for subject in subjects.iter().filter(|subject| !subject.layout.processes.is_empty()) {
            println!("warming up: {}", subject.name);
            let stages = RunningStages::start(&subject.settings, &subject.layout);
            stages.wait_for_all();
            std::thread::sleep(Duration::from_secs(1));
            for (process, mebibytes) in stages.usage().memory {
                let name = format!("{} / idle memory of {process}, MiB", subject.name);
                self.results.record(&name, mebibytes);
            }
            let plan = self.plan(2_000, self.size.warm_up / 3);
            measurement::latency(&subject.settings, plan, subject.out);
        }
    }

    fn latencies(&mut self, subject: &Subject) {
        let stages = RunningStages::start(&subject.settings, &subject.layout);
        stages.wait_for_all();
        for rate in RATES {
            let plan = self.plan(rate, self.size.seconds);
            let latency = measurement::latency(&subject.settings, plan, subject.out);
            println!(
                "    {rate}/s: {} records received; the generator {}",
                latency.received, latency.load
            );
            let percentiles = [("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99)];
            for (name, millis) in percentiles {
                self.results.record(&format!("{} / {name} at {rate}/s, ms", subject.name), millis);
            }
        }
    }

    fn throughput(&mut self, subject: &Subject) {
        let (mentions, name) = (self.size.mentions, subject.name);
        self.seed += 1;
        // Opened before the load, so that the tail begins behind earlier rounds.
        let tail =
            TopicTail::from_end(&subject.settings, &subject.settings.topic(subject.out)).unwrap();
        measurement::preload(&subject.settings, mentions, self.seed);
        let broker_before = cpu_seconds(self.broker.pid().unwrap()).unwrap();
        let stages = RunningStages::start(&subject.settings, &subject.layout);
        stages.wait_for_first();
        let (received, took) = measurement::drain(&tail);
        let broker = cpu_seconds(self.broker.pid().unwrap()).unwrap() - broker_before;
        println!("    {received} of {mentions} mentions were routed");
        let (usage, millions) = (stages.usage(), mentions as f64 / 1e6);
        let mut record = |quantity: &str, value: f64| {
            self.results.record(&format!("{name} / {quantity}"), value);
        };
        record("throughput, mentions/s", mentions as f64 / took.as_secs_f64());
        record("CPU of the stages, s a million", usage.cpu_seconds / millions);
        record("CPU of the broker, s a million", broker / millions);
        for (process, mebibytes) in usage.memory {
            record(&format!("peak memory of {process}, MiB"), mebibytes);
        }
    }

    fn interval(&mut self, interval: &str) {
        let settings = self.topics(&format!("every-{interval}"));
        let environment = vec![
            ("HARKEN__WORKER__TAPS", "false".to_owned()),
            ("HARKEN__WORKER__COMMIT_INTERVAL", interval.to_owned()),
        ];
        let layout = ProcessLayout { processes: FUSED, settings: environment };
        // Topics for each interval and fresh processes, so that no backlog of another interval counts.
        let stages = RunningStages::start(&settings, &layout);
        stages.wait_for_all();
        let plan = self.plan(RATES[0], self.size.seconds);
        let pid = self.broker.pid().unwrap();
        let (before, begun) = (cpu_seconds(pid).unwrap(), Instant::now());
        let latency = measurement::latency(&settings, plan, topics::ROUTED);
        let share = (cpu_seconds(pid).unwrap() - before) / begun.elapsed().as_secs_f64();
        for (name, millis) in [("p50", latency.p50), ("p99", latency.p99)] {
            let name = format!("commit every {interval} / {name} at {}/s, ms", RATES[0]);
            self.results.record(&name, millis);
        }
        let name = format!("commit every {interval} / CPU of the broker, % of a core");
        self.results.record(&name, share * 100.0);
    }
}
