//! The measurements of the reporting stage, converted to samples as in the runtime.

use std::collections::BTreeMap;

use mention::{
    Call, CaseEvent, CaseEventKind, Clock, Disposition, LabelCorrection, Mention, Raised, Route,
    Routed, StoppedClock, codec, topics,
};
use reporting::{KnownTenants, State, StateMeter};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{CommitObserver, EventTime, Quarantine, TimeDelta, Topic, WallTime, run};
use telemetry::{LabelValues, MetricKind, Sample, SampleValue, TABLE};

struct MeasurementCollector(reporting::StateMeter, Vec<reporting::Measurement>);

impl CommitObserver<reporting::Reporting> for MeasurementCollector {
    fn on_commit(&mut self, states: &BTreeMap<i32, State>) {
        self.1 = self.0.measure(states.values());
    }
}

fn append<F: codec::AvroRecord>(broker: &MemoryBroker, topic: Topic, fact: &F) {
    append_at(broker, topic, EventTime::from_micros(1_000_000), fact);
}

fn append_at<F: codec::AvroRecord>(broker: &MemoryBroker, topic: Topic, time: EventTime, fact: &F) {
    let mut value = Vec::new();
    codec::write(fact, &mut value);
    broker.append(topic, time, b"acme/x/1", Some(value));
}

/// Time at which a forecast becomes available.
const FOUR_WEEKS: EventTime = EventTime::from_micros((28 * 24 + 2) * 3_600_000_000);

/// Returns all measurements of the stage after two routed mentions four weeks apart, a missed due
/// time and a corrected label.
pub(crate) fn reporting_measurements() -> Vec<reporting::Measurement> {
    let broker = MemoryBroker::new(1);
    let tenant = "acme".to_owned();
    let received_at = EventTime::from_micros(1);
    let mention = Mention { tenant: tenant.clone(), received_at, ..Mention::default() };
    append(&broker, topics::RECEIVED, &mention);
    let owner = "care".to_owned();
    let policy = "standard".to_owned();
    let route = Route { owner: owner.clone(), policy, ..Route::default() };
    let (disposition, routed_at) = (Disposition::Routed, WallTime::from_micros(20_001));
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
    let stopped = StoppedClock { is_breach_withdrawn: true, ..StoppedClock::default() };
    let (disposition, stopped) = (Disposition::Resolved, Some(stopped));
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
    let (clock, is_unreachable) = (Clock::Respond, true);
    let raised = Raised { tenant, owner, clock, is_unreachable, ..Raised::default() };
    append(&broker, topics::RAISED, &raised);
    let tenant = mention.tenant.clone();
    append(&broker, topics::CALL, &Call { tenant, count: 1, ..Call::default() });
    let label = LabelCorrection {
        task: "intent".to_owned(),
        was: "praise".to_owned(),
        ..LabelCorrection::default()
    };
    let (kind, tenant) = (CaseEventKind::LabelCorrected, mention.tenant.clone());
    append(
        &broker,
        topics::CASE_EVENT,
        &CaseEvent { tenant, kind, label: Some(label), ..CaseEvent::default() },
    );
    let later = Mention { received_at: FOUR_WEEKS, ..mention };
    let routed_at = FOUR_WEEKS.as_wall_time() + TimeDelta::from_micros(20_000);
    append_at(
        &broker,
        topics::ROUTED,
        FOUR_WEEKS,
        &Routed { mention: later, route, routed_at, ..Routed::default() },
    );
    let mut log = MemoryLog::new::<reporting::Reporting>(
        &broker,
        KnownTenants::any(),
        DeliveryPlan::default(),
    );
    let mut seen = MeasurementCollector(StateMeter::default(), Vec::new());
    run(&reporting::Reporting::default(), &mut log, &mut Quarantine::default(), &mut seen).unwrap();
    seen.1
}

/// Converts measurements to samples in the same way as the binary.
pub(crate) fn to_samples(samples: Vec<reporting::Measurement>) -> Vec<Sample> {
    let convert = |reporting::Measurement { name, labels, value: reading }| {
        let reading = match reading {
            reporting::MeasuredValue::Counter(number) | reporting::MeasuredValue::Gauge(number) => {
                SampleValue::Number(number)
            }
            reporting::MeasuredValue::Histogram { bounds, counts, sum } => {
                SampleValue::Histogram { bounds, counts, sum }
            }
        };
        Sample { name, labels, value: reading }
    };
    samples.into_iter().map(convert).collect()
}

#[test]
fn every_measurement_of_the_reporting_stage_is_in_the_table() {
    let samples = reporting_measurements();
    let names: std::collections::BTreeSet<_> = samples.iter().map(|sample| sample.name).collect();
    assert_eq!(names.len(), 30, "{names:?}");
    for sample in &samples {
        let row = TABLE.iter().find(|row| row.name == sample.name).unwrap();
        let kind = match sample.value {
            reporting::MeasuredValue::Counter(_) => MetricKind::Counter,
            reporting::MeasuredValue::Gauge(_) => MetricKind::Gauge,
            reporting::MeasuredValue::Histogram { .. } => MetricKind::Histogram,
        };
        assert_eq!(row.kind, kind, "{}", row.name);
        let named: Vec<_> = sample.labels.iter().map(|(name, _)| *name).collect();
        let listed: Vec<_> = row.labels.iter().map(|label| label.name).collect();
        assert_eq!(named, listed, "{}", row.name);
        for ((_, value), label) in sample.labels.iter().zip(row.labels) {
            if let LabelValues::Listed(values) = label.values {
                assert!(values.contains(&value.as_str()), "{}: {value}", row.name);
            }
        }
    }
}

#[test]
fn every_value_of_a_listed_label_is_exported_from_the_start() {
    let samples = reporting_measurements();
    for row in TABLE.iter().filter(|row| samples.iter().any(|sample| sample.name == row.name)) {
        // Owners and languages are unknown before their first mention, so these series appear later.
        let of_parts = |name: &str| name == "owner" || name == "language";
        let is_owned = row.labels.iter().any(|label| of_parts(label.name));
        for label in row.labels {
            let LabelValues::Listed(values) = label.values else { continue };
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
