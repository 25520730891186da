//! Names of tenants that do not exist must not become series.

#![allow(clippy::unwrap_used, reason = "a test fails at the first unexpected error")]

use std::collections::BTreeMap;
use std::time::Duration;

use mention::{Mention, codec, topics};
use reporting::{KnownTenants, Reporting, State, StateMeter};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{CommitObserver, EventTime, Quarantine, run};
use telemetry::{Health, Metrics, SampleSlot};

use crate::measurements::to_samples;
use crate::server::TelemetryServer;

struct Exporter(StateMeter, SampleSlot);

impl CommitObserver<Reporting> for Exporter {
    fn on_commit(&mut self, states: &BTreeMap<i32, State>) {
        self.1.replace(to_samples(self.0.measure(states.values())));
    }
}

/// The lines of `/metrics` after one mention of each tenant.
fn series_after(tenants: impl Iterator<Item = String>) -> Vec<String> {
    let broker = MemoryBroker::new(1);
    for tenant in tenants {
        let received_at = EventTime::from_micros(1_000_000);
        let mention = Mention { tenant, received_at, ..Mention::default() };
        let mut value = Vec::new();
        codec::write(&mention, &mut value);
        broker.append(topics::RECEIVED, mention.received_at, b"key", Some(value));
    }
    let metrics = Metrics::new("1.2.3").unwrap();
    let mut exporter = Exporter(StateMeter::default(), metrics.sample_slot());
    let known: KnownTenants = ["acme".to_owned()].into_iter().collect();
    let mut log = MemoryLog::new::<Reporting>(&broker, known, DeliveryPlan::default());
    run(&Reporting::default(), &mut log, &mut Quarantine::default(), &mut exporter).unwrap();
    let server = TelemetryServer::start(&metrics, &Health::new(Duration::from_secs(3600)));
    let shown = server.status_and_body("/metrics").1;
    server.stop().unwrap();
    shown.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn six_thousand_made_up_tenants_add_the_series_of_one() {
    let made_up = |count: usize| (0..count).map(|number| format!("made-up-{number}"));
    let known = || std::iter::once("acme".to_owned());
    let of_one = series_after(known().chain(made_up(1)));
    let of_all = series_after(known().chain(made_up(6_000)));
    assert_eq!(of_all.len(), of_one.len());
    assert!(!of_all.iter().any(|line| line.contains("made-up")));
    let counted =
        "harken_mention_records_total{tenant=\"other\",topic=\"mention.received.v1\"} 6000";
    assert!(of_all.iter().any(|line| line == counted), "{of_all:#?}");
}
