//! Random faults: episodes of processes, brokers and networks that fail while mentions and hostile records
//! arrive. After each episode the decisions are compared with those of the memory log.
//!
//! The seed decides everything that the test does, but not when the processes get to run, so the same
//! seed does not repeat an interleaving. `cargo xtask soak --minutes N --seed S` runs it for longer.

#![allow(
    clippy::disallowed_methods,
    reason = "a soak test takes its length from the environment and waits for processes"
)]

use std::time::{Duration, Instant};

use kafka::{IdempotentProducer, OutgoingRef};
use mention::topics;
use numeric::random::SplitMix64;
use stage::TimeDelta;
use testbroker::{
    BrokerOptions, DelayRule, Direction, ProcessSignal, RuleRepeat, TestBroker, api_key,
};

use super::deployment::{Deployment, HarkenProcess};

/// Faults of one episode: less than ten minutes of them, so that no timer of a case is due.
const FAULTS: usize = 12;
/// Faults of the only episode of a run that has no length.
const FEW_FAULTS: usize = 5;
const POINTS: [&str; 5] =
    ["after-poll", "after-produce", "before-commit", "during-commit", "after-commit"];
const DELAYED: [i16; 5] = [
    api_key::PRODUCE,
    api_key::FETCH,
    api_key::END_TXN,
    api_key::TXN_OFFSET_COMMIT,
    api_key::ADD_OFFSETS_TO_TXN,
];

/// A fault that the episode injects.
#[derive(Debug, Clone, Copy)]
enum Fault {
    /// Kills a process and starts it again.
    Kill,
    /// Starts a process that kills itself at a crash point, then starts it without.
    CrashPoint,
    /// Pauses a process, at times for longer than its session.
    Pause,
    /// Closes every connection.
    Cut,
    /// Keeps requests or responses for some seconds.
    Hold,
    /// Delays requests of one kind.
    SlowBroker,
    /// Kills the broker and starts it again.
    KillBroker,
    /// Appends records that no stage can process, and records with the timestamp of a wrong clock.
    Hostile,
    /// Reloads the rules.
    Reload,
}

const ALL: [Fault; 12] = [
    // Kills thrice: they are what this test is for, and they are fast.
    Fault::Kill,
    Fault::Kill,
    Fault::Kill,
    Fault::CrashPoint,
    Fault::CrashPoint,
    Fault::Pause,
    Fault::Cut,
    Fault::Hold,
    Fault::SlowBroker,
    Fault::KillBroker,
    Fault::Hostile,
    Fault::Reload,
];

/// The arguments of a process, and its environment.
type Plan = (Vec<&'static str>, Vec<(&'static str, &'static str)>);

/// The processes of an episode.
struct Fleet {
    plans: Vec<Plan>,
    running: Vec<HarkenProcess>,
}

impl Fleet {
    fn start(site: &Deployment, random: &mut SplitMix64) -> Self {
        const CHAIN: [&str; 5] = ["run", "dedupe", "sentiment", "priority", "escalation"];
        let instance = |n| vec![("HARKEN__WORKER__INSTANCE", n)];
        let plans = match random.below(3) {
            0 => vec![(CHAIN.to_vec(), instance("0"))],
            1 => vec![(CHAIN.to_vec(), instance("0")), (CHAIN.to_vec(), instance("1"))],
            _ => CHAIN[1..].iter().map(|stage| (vec!["run", *stage], instance("0"))).collect(),
        };
        let mut fleet = Self { plans, running: Vec::new() };
        fleet.running =
            (0..fleet.plans.len()).map(|process| fleet.process(site, process, None)).collect();
        fleet
    }

    fn process(&self, site: &Deployment, process: usize, crash: Option<&str>) -> HarkenProcess {
        let (arguments, environment) = &self.plans[process];
        let crash = crash.map(|point| ("HARKEN_CRASH", point));
        let environment: Vec<_> = environment.iter().copied().chain(crash).collect();
        site.start(arguments, &environment)
    }

    /// Replaces a process: kills what runs.
    fn replace(&mut self, site: &Deployment, process: usize, crash: Option<&str>) {
        let _ = testbroker::signal(self.running[process].id(), ProcessSignal::Kill);
        self.running[process] = self.process(site, process, crash);
    }

    /// Starts again what has ended by itself: a supervisor would.
    fn supervise(&mut self, site: &Deployment) {
        for process in 0..self.running.len() {
            if !self.running[process].is_running() {
                self.running[process] = self.process(site, process, None);
            }
        }
    }

    fn signal(&self, process: usize, signal: ProcessSignal) {
        // Fails if the process has ended by itself; `supervise` starts it again.
        let _ = testbroker::signal(self.running[process].id(), signal);
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn pause(millis: usize) {
    std::thread::sleep(Duration::from_millis(millis as u64));
}

/// Injects one fault and waits until it is over.
fn inject(
    fault: Fault,
    fleet: &mut Fleet,
    site: &mut Deployment,
    broker: &mut TestBroker,
    random: &mut SplitMix64,
) {
    let victim = random.below(fleet.running.len());
    let proxy = broker.proxy().expect("a broker with a proxy");
    match fault {
        Fault::Kill => fleet.replace(site, victim, None),
        Fault::CrashPoint => {
            let crash = format!("{}:{}", random.pick(&POINTS), 1 + random.below(4));
            fleet.replace(site, victim, Some(&crash));
            site.publish_mentions(20);
            // At most: the process may not reach the point, because another one has the partitions.
            let began = Instant::now();
            while fleet.running[victim].is_running() && began.elapsed() < Duration::from_secs(8) {
                pause(100);
            }
            fleet.replace(site, victim, None);
        }
        Fault::Pause => {
            fleet.signal(victim, ProcessSignal::Pause);
            pause(500 + random.below(9_000));
            fleet.signal(victim, ProcessSignal::Resume);
        }
        Fault::Cut => proxy.cut(),
        Fault::Hold => {
            let direction = random.pick(&[Direction::ToBroker, Direction::ToClient]);
            proxy.hold_for(direction, Duration::from_millis(500 + random.below(8_000) as u64));
        }
        Fault::SlowBroker => {
            let hold = Duration::from_millis(50 + random.below(1_500) as u64);
            let repeat = RuleRepeat::Always;
            proxy.add(DelayRule { api_key: random.pick(&DELAYED), hold, repeat });
            site.publish_mentions(20);
            pause(3_000);
            broker.proxy().expect("a broker with a proxy").clear_rules();
        }
        Fault::KillBroker => {
            broker.kill();
            pause(random.below(3_000));
            broker.restart().unwrap_or_else(|problem| panic!("{problem}"));
        }
        Fault::Hostile => publish_hostile(site, random),
        Fault::Reload => fleet.signal(victim, ProcessSignal::Hangup),
    }
}

/// Appends junk, a record of an unknown schema, a tombstone, one of 900,000 bytes, and a good mention
/// whose producer has a clock an hour off.
fn publish_hostile(site: &mut Deployment, random: &mut SplitMix64) {
    let feed = IdempotentProducer::new(&site.settings, "hostile").unwrap();
    let now = pipeline::clock::now().as_event_time();
    let off = now + TimeDelta::MINUTE * (random.below(110) as i64 - 55);
    let large = vec![b'x'; 900_000];
    let unknown = [&[0xc3, 0x01][..], &[7; 8]].concat();
    for value in [Some(&b"junk"[..]), Some(&unknown), None, Some(&large)] {
        let key = format!("default/x/h{}", random.below(9));
        let record = OutgoingRef::new(key.as_bytes(), value, off);
        feed.append(topics::RECEIVED, std::iter::once(record)).unwrap().wait().unwrap();
    }
}

fn run_episode(broker: &mut TestBroker, random: &mut SplitMix64, number: usize, faults: usize) {
    let mut site = Deployment::behind_proxy(broker, &format!("soak-{number}"));
    let mut fleet = Fleet::start(&site, random);
    println!("episode {number}: {} processes", fleet.running.len());
    for _ in 0..faults {
        site.publish_mentions(10 + random.below(150));
        let fault = random.pick(&ALL);
        println!("  {} mentions published, {fault:?}", site.published.len());
        inject(fault, &mut fleet, &mut site, broker, random);
        pause(random.below(1_500));
        fleet.supervise(&site);
    }
    site.check_against_oracle();
    for process in fleet.running {
        process.terminate();
    }
    site.check_against_oracle();
}

#[test]
fn random_faults_change_no_decision() {
    let seed = setting("HARKEN_TEST_SOAK_SEED", 1);
    let time = Duration::from_secs(60 * setting("HARKEN_TEST_SOAK_MINUTES", 0));
    let options = BrokerOptions { proxied: true, ..BrokerOptions::small() };
    let mut broker = TestBroker::start(options).unwrap_or_else(|problem| panic!("{problem}"));
    let mut random = SplitMix64::seeded(seed);
    println!("seed {seed}, {} minutes", time.as_secs() / 60);
    let faults = if time.is_zero() { FEW_FAULTS } else { FAULTS };
    let (began, mut number) = (Instant::now(), 0);
    while number == 0 || began.elapsed() < time {
        number += 1;
        run_episode(&mut broker, &mut random, number, faults);
    }
    println!("{number} episodes of {faults} faults: every decision is that of the memory log");
}
