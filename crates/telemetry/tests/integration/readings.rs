//! The readings of the metrics stage, as its runtime hands them in.

use std::collections::BTreeMap;

use mention::{
    CaseEvent, CaseEventKind, Clock, Disposition, Label, Mention, Raised, Route, Routed, Stopped,
    codec, topics,
};
use reporting::{Readings, State};
use stage::memory::{Broker, Memory, Plan};
use stage::{Observe, Quarantine, Topic, run};
use telemetry::{Kind, Reading, Sample, TABLE, Values};

struct Seen(reporting::Readings, Vec<reporting::Sample>);

impl Observe<reporting::Metrics> for Seen {
    fn committed(&mut self, states: &BTreeMap<i32, State>) {
        self.1 = self.0.of(states.values());
    }
}

fn append<F: codec::Fact>(broker: &Broker, topic: Topic, fact: &F) {
    append_at(broker, topic, 1_000_000, fact);
}

fn append_at<F: codec::Fact>(broker: &Broker, topic: Topic, time: i64, fact: &F) {
    let mut value = Vec::new();
    codec::write(fact, &mut value);
    broker.append(topic, time, b"acme/x/1", Some(value));
}

/// So long after the first mention the next hour can be expected.
const FOUR_WEEKS: i64 = (28 * 24 + 2) * 3_600_000_000;

/// Everything the stage shows about a routed mention and another four weeks later, a missed
/// deadline and a label that an agent has corrected.
pub(crate) fn of_the_stage() -> Vec<reporting::Sample> {
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
        &Routed {
            mention: mention.clone(),
            route: route.clone(),
            disposition,
            stopped,
            ..Routed::default()
        },
    );
    let raised = Raised { tenant, owner, clock: Clock::Respond, ..Raised::default() };
    append(&broker, topics::RAISED, &raised);
    let label = Label { task: "intent".to_owned(), was: "praise".to_owned(), ..Label::default() };
    let (kind, tenant) = (CaseEventKind::LabelCorrected, mention.tenant.clone());
    append(
        &broker,
        topics::CASE_EVENT,
        &CaseEvent { tenant, kind, label: Some(label), ..CaseEvent::default() },
    );
    let later = Mention { received_at: FOUR_WEEKS, ..mention };
    let routed_at = FOUR_WEEKS + 20_000;
    append_at(
        &broker,
        topics::ROUTED,
        FOUR_WEEKS,
        &Routed { mention: later, route, routed_at, ..Routed::default() },
    );
    let mut log = Memory::new::<reporting::Metrics>(&broker, Plan::default());
    let mut seen = Seen(Readings::default(), Vec::new());
    run(&reporting::Metrics::default(), &mut log, &mut Quarantine::default(), &mut seen).unwrap();
    seen.1
}

/// As the binary does it.
pub(crate) fn handed_in(samples: Vec<reporting::Sample>) -> Vec<Sample> {
    let convert = |reporting::Sample { name, labels, reading }| {
        let reading = match reading {
            reporting::Reading::Counter(number) | reporting::Reading::Gauge(number) => {
                Reading::Number(number)
            }
            reporting::Reading::Histogram { bounds, counts, sum } => {
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
    assert_eq!(names.len(), 26, "{names:?}");
    for sample in &samples {
        let row = TABLE.iter().find(|row| row.name == sample.name).unwrap();
        let kind = match sample.reading {
            reporting::Reading::Counter(_) => Kind::Counter,
            reporting::Reading::Gauge(_) => Kind::Gauge,
            reporting::Reading::Histogram { .. } => Kind::Histogram,
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
    for row in TABLE.iter().filter(|row| samples.iter().any(|sample| sample.name == row.name)) {
        // Owners and languages are not known before their first mention: these show what happened.
        let of_parts = |name: &str| name == "owner" || name == "language";
        let is_owned = row.labels.iter().any(|label| of_parts(label.name));
        for label in row.labels {
            let Values::Of(values) = label.values else { continue };
            let shown: std::collections::BTreeSet<_> = samples
                .iter()
                .filter(|sample| sample.name == row.name)
                .flat_map(|sample| &sample.labels)
                .filter(|(name, _)| *name == label.name)
                .map(|(_, value)| value.as_str())
                .collect();
            let is_shown = if is_owned { !shown.is_empty() } else { shown.len() == values.len() };
            assert!(is_shown, "{} {}: {shown:?}", row.name, label.name);
        }
    }
}
