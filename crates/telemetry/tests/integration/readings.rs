//! The readings of the metrics stage, as its runtime hands them in.

use std::collections::BTreeMap;

use mention::{Clock, Disposition, Mention, Raised, Route, Routed, Stopped, codec, topics};
use metrics::{Settings, State};
use stage::memory::{Broker, Memory, Plan};
use stage::{Observe, Quarantine, Topic, run};
use telemetry::{Kind, Reading, Sample, TABLE, Values};

struct Seen(Vec<metrics::Sample>);

impl Observe<metrics::Metrics> for Seen {
    fn committed(&mut self, states: &BTreeMap<i32, State>) {
        let settings = Settings::default();
        self.0 = states.values().flat_map(|s| metrics::samples(s, &settings)).collect();
    }
}

fn append<F: codec::Fact>(broker: &Broker, topic: Topic, fact: &F) {
    let mut value = Vec::new();
    codec::write(fact, &mut value);
    broker.append(topic, 1_000_000, b"acme/x/1", Some(value));
}

/// Everything the stage shows about one routed mention and one missed deadline.
pub(crate) fn of_the_stage() -> Vec<metrics::Sample> {
    let broker = Broker::new(1);
    let tenant = "acme".to_owned();
    let mention = Mention { tenant: tenant.clone(), received_at: 1, ..Mention::default() };
    append(&broker, topics::RECEIVED, &mention);
    let owner = "care".to_owned();
    let policy = "standard".to_owned();
    let route = Route { owner: owner.clone(), policy, ..Route::default() };
    let (disposition, routed_at) = (Disposition::Routed, 20_001);
    append(
        &broker,
        topics::ROUTED,
        &Routed {
            mention: mention.clone(),
            route: route.clone(),
            disposition,
            routed_at,
            ..Routed::default()
        },
    );
    let (disposition, stopped) = (Disposition::Resolved, Some(Stopped::default()));
    append(
        &broker,
        topics::ROUTED,
        &Routed { mention, route, disposition, stopped, ..Routed::default() },
    );
    let raised = Raised { tenant, owner, clock: Clock::Respond, ..Raised::default() };
    append(&broker, topics::RAISED, &raised);
    let mut log = Memory::new::<metrics::Metrics>(&broker, Plan::default());
    let mut seen = Seen(Vec::new());
    run(&metrics::Metrics::default(), &mut log, &mut Quarantine::default(), &mut seen).unwrap();
    seen.0
}

/// As the binary does it.
pub(crate) fn handed_in(samples: Vec<metrics::Sample>) -> Vec<Sample> {
    let convert = |metrics::Sample { name, labels, reading }| {
        let reading = match reading {
            metrics::Reading::Counter(number) | metrics::Reading::Gauge(number) => {
                Reading::Number(number)
            }
            metrics::Reading::Histogram { bounds, counts, sum } => {
                Reading::Histogram { bounds, counts, sum }
            }
        };
        Sample { name, labels, reading }
    };
    samples.into_iter().map(convert).collect()
}

#[test]
fn every_reading_of_the_metrics_stage_is_in_the_table() {
    let samples = of_the_stage();
    let names: std::collections::BTreeSet<_> = samples.iter().map(|sample| sample.name).collect();
    assert_eq!(names.len(), 20, "{names:?}");
    for sample in &samples {
        let row = TABLE.iter().find(|row| row.name == sample.name).unwrap();
        let kind = match sample.reading {
            metrics::Reading::Counter(_) => Kind::Counter,
            metrics::Reading::Gauge(_) => Kind::Gauge,
            metrics::Reading::Histogram { .. } => Kind::Histogram,
        };
        assert_eq!(row.kind, kind, "{}", row.name);
        let named: Vec<_> = sample.labels.iter().map(|(name, _)| *name).collect();
        let listed: Vec<_> = row.labels.iter().map(|label| label.name).collect();
        assert_eq!(named, listed, "{}", row.name);
        for ((_, value), label) in sample.labels.iter().zip(row.labels) {
            if let Values::Of(values) = label.values {
                assert!(values.contains(&value.as_str()), "{}: {value}", row.name);
            }
        }
    }
}

#[test]
fn every_value_of_a_closed_label_is_shown_from_the_start() {
    let samples = of_the_stage();
    let owned = ["harken_route_records_total", "harken_escalation_breaches_total"];
    for row in TABLE.iter().filter(|row| samples.iter().any(|sample| sample.name == row.name)) {
        for label in row.labels {
            let Values::Of(values) = label.values else { continue };
            let shown: std::collections::BTreeSet<_> = samples
                .iter()
                .filter(|sample| sample.name == row.name)
                .flat_map(|sample| &sample.labels)
                .filter(|(name, _)| *name == label.name)
                .map(|(_, value)| value.as_str())
                .collect();
            let expected = if owned.contains(&row.name) { 1 } else { values.len() };
            assert_eq!(shown.len(), expected, "{} {}", row.name, label.name);
        }
    }
}
