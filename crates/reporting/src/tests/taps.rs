//! The reconciliation counts records that a fused chain writes as taps.

use mention::codec;
use mention::{DedupeResult, Mention, Novelty, Unique, topics};
use stage::fault_injection::{FaultPlan, run_to_end};
use stage::memory::{DeliveryPlan, MemoryBroker, MemoryLog};
use stage::{
    Downstream, Fault, Fused, Input, LinkOutput, Malformed, NoObserver, Output, Quarantine,
    RawRecord, Record, Stage, Stateless, Taps, TimeDelta, Topic, Tx, run,
};

use super::lifecycle::{LifecycleEnd, MentionLifecycle};
use crate::config::start_of_hour;
use crate::{HourWindow, Reporting};

/// The first stage of the chain: forwards every mention.
struct ForwardStage;
/// The last stage of the chain: discards every mention.
struct SinkStage;

struct ForwardedMention(Mention);

impl Input for ForwardedMention {
    fn topics() -> Vec<Topic> {
        vec![topics::RECEIVED]
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        let value = record.value.as_deref();
        codec::read(value.unwrap_or_default()).map(ForwardedMention)
    }
}

impl Output for ForwardedMention {
    fn topics() -> Vec<Topic> {
        vec![topics::UNIQUE]
    }

    fn topic(&self) -> Topic {
        topics::UNIQUE
    }

    fn key(&self, out: &mut Vec<u8>) {
        self.0.key(out);
    }

    fn write(&self, out: &mut Vec<u8>) {
        let findings = DedupeResult { novelty: Novelty::New, ..DedupeResult::default() };
        codec::write(&Unique { mention: self.0.clone(), findings }, out);
    }
}

impl LinkOutput<Mention> for ForwardedMention {
    fn is_link(&self) -> bool {
        true
    }

    fn into_link(self) -> Option<Mention> {
        Some(self.0)
    }
}

impl Stage for ForwardStage {
    const NAME: &'static str = "head";
    type In = ForwardedMention;
    type Out = ForwardedMention;
    type State = Stateless;
    type Table = ();
    type Rules = ();

    fn process(
        &self,
        batch: Vec<Record<ForwardedMention>>,
        tx: &mut Tx<'_, Self>,
    ) -> Result<(), Fault> {
        batch.into_iter().for_each(|record| tx.emit(record.time, record.value));
        Ok(())
    }
}

impl Stage for SinkStage {
    const NAME: &'static str = "tail";
    type In = ForwardedMention;
    type Out = ForwardedMention;
    type State = Stateless;
    type Table = ();
    type Rules = ();

    fn process(&self, _: Vec<Record<ForwardedMention>>, _: &mut Tx<'_, Self>) -> Result<(), Fault> {
        Ok(())
    }
}

impl Downstream for SinkStage {
    type Link = Mention;
    const LINK_TOPIC: Topic = topics::UNIQUE;

    fn from_link(link: Mention) -> ForwardedMention {
        ForwardedMention(link)
    }
}

#[test]
fn the_reconciliation_counts_mentions_that_a_fused_chain_only_taps() {
    let broker = MemoryBroker::new(1);
    let received_at = start_of_hour(400_000);
    let end = LifecycleEnd::Redelivered;
    MentionLifecycle { tenant: "acme", author: 1, received_at, delay: TimeDelta::ZERO, end }
        .write(&broker);
    let mut log = MemoryLog::new::<Fused<ForwardStage, SinkStage>>(
        &broker,
        ((), ()),
        DeliveryPlan::default(),
    );
    let chain = Fused::new(ForwardStage, SinkStage, Taps::On);
    run(&chain, &mut log, &mut Quarantine::default(), &mut NoObserver).unwrap();
    let plan = DeliveryPlan { end_time: Some(start_of_hour(400_002)), ..DeliveryPlan::default() };
    run_to_end(
        Reporting::default(),
        crate::KnownTenants::any(),
        &broker,
        FaultPlan { delivery: plan, panicking_call: None },
    );
    let windows = broker.records(topics::METRICS_WINDOW);
    let window: HourWindow = codec::read(windows[0].value.as_deref().unwrap()).unwrap();
    let counts = (window.heard, window.redelivered, window.difference);
    assert_eq!(counts, (1, 0, 1), "the mention is unique, but neither scored nor routed");
}
