//! Escalations of a storm, and the calls that the stage makes of them.

use calls::{Calls, Config};
use mention::{Call, Cause, Clock, Raised, codec, contact_key, topics};
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker};
use stage::{EventTime, TimeDelta};

/// 2026-03-13 13:00 UTC.
pub(crate) const START: EventTime = EventTime::from_micros(1_773_406_800_000_000);

/// An escalation and the time of its record.
#[derive(Debug, Clone)]
pub(crate) struct Escalation {
    pub(crate) at: EventTime,
    pub(crate) contact: String,
    pub(crate) path: String,
    pub(crate) case: String,
}

impl Escalation {
    pub(crate) fn new(at: EventTime, contact: &str, path: &str, case: &str) -> Self {
        let [contact, path, case] = [contact, path, case].map(str::to_owned);
        Self { at, contact, path, case }
    }

    /// Its record. The due time is long past: it must not count.
    pub(crate) fn raised(&self) -> Raised {
        Raised {
            tenant: "northline".into(),
            platform: "x".into(),
            author_id: "ann".into(),
            case_id: self.case.clone(),
            mention_id: "northline/x/1".into(),
            clock: Clock::Respond,
            due_at: START - 30 * TimeDelta::DAY,
            step: 1,
            owner: "care".into(),
            contact: self.contact.clone(),
            explanation: format!("{} is past its target", self.case),
            cause: Cause::Breach,
            path: self.path.clone(),
            ..Raised::default()
        }
    }
}

pub(crate) fn append(broker: &MemoryBroker, at: EventTime, raised: &Raised) {
    let (mut key, mut value) = (Vec::new(), Vec::new());
    contact_key(&raised.tenant, raised.callee(), &mut key);
    codec::write(raised, &mut value);
    broker.append(topics::RAISED, at, &key, Some(value));
}

pub(crate) fn broker(partitions: i32, storm: &[Escalation]) -> MemoryBroker {
    let broker = MemoryBroker::new(partitions);
    for escalation in storm {
        append(&broker, escalation.at, &escalation.raised());
    }
    broker
}

/// The calls of a storm, with the timers until `end` fired.
pub(crate) fn calls(storm: &[Escalation], config: Config, end: EventTime) -> Vec<Call> {
    let broker = broker(1, storm);
    run(&broker, config, end);
    assert!(broker.dead_letters().is_empty(), "{:?}", broker.dead_letters());
    read(&broker)
}

pub(crate) fn run(broker: &MemoryBroker, config: Config, end: EventTime) {
    let delivery = DeliveryPlan { end_time: Some(end), ..DeliveryPlan::default() };
    let plan = FaultPlan { delivery, ..FaultPlan::default() };
    run_to_end(Calls::new(config), (), broker, plan);
}

pub(crate) fn read(broker: &MemoryBroker) -> Vec<Call> {
    let records = broker.records(topics::CALL).into_iter();
    records.map(|raw| codec::read(&raw.value.unwrap()).unwrap()).collect()
}
