//! The books of the whole pipeline: whatever goes wrong, everything heard has become something.

use std::collections::BTreeMap;

use harken::chain;
use harken::config::{Config, Layers};
use harken::demo::generator::{Generator, Mood};
use mention::{codec, topics};
use metrics::{Metrics, Window};
use stage::memory::{Broker, Plan};
use stage::prove::{Outcome, Trouble, drive, prove};
use stage::{Micros, Taps};

const START: Micros = 1_773_406_800_000_000;
const MINUTE: Micros = 60_000_000;

fn config(filter: &str) -> Config {
    let variable = ("HARKEN__ESCALATION__FILTER".to_owned(), filter.to_owned());
    let environment = [variable].into_iter().collect();
    Config::load(&Layers { file: None, environment }).unwrap()
}

/// Mentions of several hours, every fifth of them heard twice.
fn broker(mentions: i64) -> Broker {
    let broker = Broker::new(2);
    let mut generator = Generator::new(5);
    for n in 0..mentions {
        generator.feel(if n % 2 == 0 { Mood::Calm } else { Mood::Outage });
        let mention = generator.next(START + n * 11 * MINUTE);
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        for _ in 0..1 + usize::from(n % 5 == 0) {
            let value = Some(value.clone());
            broker.append(topics::RECEIVED, mention.received_at, &key, value);
        }
    }
    broker
}

/// The last books of each tenant, hour and partition.
fn books(broker: &Broker) -> Vec<Window> {
    let mut last = BTreeMap::new();
    for raw in broker.records(topics::METRICS_WINDOW) {
        let window: Window = codec::read(&raw.value.unwrap()).unwrap();
        last.insert((window.tenant.clone(), window.hour_at, window.partition), window);
    }
    last.into_values().collect()
}

/// Runs the pipeline into trouble, and balances its books when all is over.
fn balanced(config: &Config, trouble: Trouble, mentions: i64) -> (Broker, Vec<Window>) {
    let broker = broker(mentions);
    drive(chain::fused(config, Taps::On).unwrap(), &broker, trouble);
    let plan = Plan { until: Some(START + 30 * 24 * 60 * MINUTE), ..Plan::default() };
    drive(
        Metrics::new(metrics::Settings { hours: 100_000, ..Default::default() }),
        &broker,
        Trouble { plan, panic: None },
    );
    let books = books(&broker);
    for w in &books {
        let passed = w.reposts + w.copies + w.redelivered + w.own + w.withdrawn;
        assert_eq!(w.heard, passed + w.routed + w.abstained + w.filtered, "{trouble:?}: {w:?}");
        assert_eq!(w.difference, 0, "{trouble:?}: {w:?}");
    }
    (broker, books)
}

#[test]
fn each_hour_balances_to_the_mention_whatever_goes_wrong_and_whatever_is_filtered() {
    for filter in ["", "spam,praise,no-action"] {
        let config = config(filter);
        let plans = prove(Some(START + 24 * 60 * MINUTE), &|trouble| {
            let (broker, books) = balanced(&config, trouble, 16);
            assert_eq!(books.iter().map(|w| w.heard).sum::<i64>(), 20);
            Outcome::of(&broker, &[topics::METRICS_WINDOW, topics::FILTERED], &["metrics"])
        });
        assert!(plans >= 400, "{plans}");
    }
}

#[test]
fn what_is_filtered_would_have_been_routed() {
    let sum = |books: &[Window], of: fn(&Window) -> i64| books.iter().map(of).sum::<i64>();
    let (_, open) = balanced(&config(""), Trouble::default(), 600);
    let (broker, closed) = balanced(&config("spam,praise,no-action"), Trouble::default(), 600);
    let filtered = sum(&closed, |w| w.filtered);
    assert!(filtered > 50, "{filtered}");
    assert_eq!(filtered, broker.records(topics::FILTERED).len() as i64);
    assert_eq!(sum(&open, |w| w.filtered), 0);
    let decided = |w: &Window| w.routed + w.abstained;
    assert_eq!(sum(&open, decided), sum(&closed, decided) + filtered);
}
