//! The books of the whole pipeline: whatever goes wrong, everything heard has become something.

use std::collections::{BTreeMap, BTreeSet};

use harken::chain;
use harken::config::{Config, Layers};
use harken::demo::generator::{Generator, Mood};
use mention::{Change, Mention, codec, topics};
use reporting::{Metrics, Window};
use stage::memory::{Broker, Plan};
use stage::prove::{Outcome, Trouble, drive, prove};
use stage::{Input, Micros, Taps};

const START: Micros = 1_773_406_800_000_000;
const MINUTE: Micros = 60_000_000;

fn config(filter: &str) -> Config {
    let variable = ("HARKEN__ESCALATION__FILTER".to_owned(), filter.to_owned());
    let environment = [variable].into_iter().collect();
    Config::load(&Layers { file: None, environment }).unwrap()
}

/// Mentions of two tenants and several hours. Every fifth is heard twice, every seventh is one that
/// dedupe refuses, and the author of every sixth takes it back.
fn heard(mentions: i64) -> Vec<Mention> {
    let mut generator = Generator::new(5);
    let mut heard = Vec::new();
    for n in 0..mentions {
        generator.feel(if n % 2 == 0 { Mood::Calm } else { Mood::Outage });
        let mut mention = generator.next(START + n * 11 * MINUTE);
        mention.tenant = if n % 4 == 1 { "acme" } else { "northline" }.to_owned();
        if n % 7 == 3 {
            mention.id.clear();
        }
        heard.extend((n % 5 == 0).then(|| mention.clone()));
        let received_at = mention.received_at + MINUTE;
        let (change, text) = (Change::Deleted, String::new());
        let taken_back = Mention { change, text, received_at, ..mention.clone() };
        heard.push(mention);
        heard.extend((n % 6 == 2 && n % 7 != 3).then_some(taken_back));
    }
    heard
}

fn broker(mentions: i64) -> Broker {
    let broker = Broker::new(2);
    for mention in heard(mentions) {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        mention.key(&mut key);
        codec::write(&mention, &mut value);
        broker.append(topics::RECEIVED, mention.received_at, &key, Some(value));
    }
    broker
}

/// Puts the dead letters where a stage on Kafka puts them.
fn send_dead_letters(broker: &Broker) {
    for letter in broker.dead() {
        let name = format!("{}.dead-letters.v1", letter.reject.stage);
        let topic = reporting::In::topics().into_iter().find(|topic| *topic == name).unwrap();
        let mention: Mention = codec::read(letter.value.as_deref().unwrap()).unwrap();
        broker.append(topic, mention.received_at, &letter.key, letter.value);
    }
}

/// What must stand in the books of each tenant and hour, by what was heard: how much, how much of it
/// is refused, and how much are deletions, each heard for the first time.
fn expected(mentions: i64) -> BTreeMap<(String, Micros), [i64; 3]> {
    let (mut expected, mut taken_back) = (BTreeMap::new(), BTreeSet::new());
    for mention in heard(mentions) {
        let hour_at = mention.received_at.div_euclid(60 * MINUTE) * 60 * MINUTE;
        let is_refused = mention.id.is_empty();
        let is_deletion = mention.change == Change::Deleted && !is_refused && !mention.is_own;
        let is_first = is_deletion && taken_back.insert(mention.mention_id());
        let counts: &mut [i64; 3] = expected.entry((mention.tenant, hour_at)).or_default();
        let of_it = [1, i64::from(is_refused), i64::from(is_first)];
        counts.iter_mut().zip(of_it).for_each(|(sum, n)| *sum += n);
    }
    expected
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
    send_dead_letters(&broker);
    let plan = Plan { until: Some(START + 30 * 24 * 60 * MINUTE), ..Plan::default() };
    drive(
        Metrics::new(reporting::Settings { hours: 100_000, ..Default::default() }),
        &broker,
        Trouble { plan, panic: None },
    );
    let books = books(&broker);
    for w in &books {
        let passed = w.reposts + w.copies + w.redelivered + w.own + w.withdrawn;
        let decided = w.routed + w.abstained + w.filtered;
        assert_eq!(w.heard, passed + decided + w.rejected, "{trouble:?}: {w:?}");
        assert_eq!(w.difference, 0, "{trouble:?}: {w:?}");
    }
    let mut by_hour = BTreeMap::new();
    for w in &books {
        let counts: &mut [i64; 3] = by_hour.entry((w.tenant.clone(), w.hour_at)).or_default();
        counts.iter_mut().zip([w.heard, w.rejected, w.withdrawn]).for_each(|(sum, n)| *sum += n);
    }
    assert_eq!(by_hour, expected(mentions), "{trouble:?}");
    (broker, books)
}

#[test]
fn each_hour_balances_to_the_mention_whatever_goes_wrong_and_whatever_is_filtered() {
    for filter in ["", "spam,praise,no-action"] {
        let config = config(filter);
        let plans = prove(Some(START + 24 * 60 * MINUTE), &|trouble| {
            let (broker, books) = balanced(&config, trouble, 16);
            let sum = |of: fn(&Window) -> i64| books.iter().map(of).sum::<i64>();
            assert_eq!((sum(|w| w.heard), sum(|w| w.rejected)), (23, 3));
            assert!(sum(|w| w.withdrawn) >= 2);
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
