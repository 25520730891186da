//! A fused chain marks its inner topics as taps: the books need them all the same.

use mention::codec;
use mention::{Findings, Mention, Novelty, Unique, topics};
use stage::memory::{Broker, Memory, Plan};
use stage::prove::{Trouble, drive};
use stage::{
    Fault, Follows, Fused, Input, Malformed, Micros, Output, Quarantine, Record, Silent, Stage,
    Stateless, Taps, Topic, Tx, Yields, run,
};

use super::journey::{End, HOUR, Journey};
use crate::{Metrics, Window};

/// A chain of two: everything is unique, and that is the end of it.
struct Head;
struct Tail;

struct Link(Mention);

impl Input for Link {
    fn topics() -> Vec<Topic> {
        vec![topics::RECEIVED]
    }

    fn read(_: Topic, _: &[u8], value: Option<&[u8]>) -> Result<Self, Malformed> {
        codec::read(value.unwrap_or_default()).map(Link)
    }
}

impl Output for Link {
    fn topics() -> Vec<Topic> {
        vec![topics::UNIQUE]
    }

    fn topic(&self) -> Topic {
        topics::UNIQUE
    }

    fn key(&self, out: &mut Vec<u8>) {
        self.0.key(out);
    }

    fn time(&self) -> Micros {
        self.0.received_at
    }

    fn write(&self, out: &mut Vec<u8>) {
        let findings = Findings { novelty: Novelty::New, ..Findings::default() };
        codec::write(&Unique { mention: self.0.clone(), findings }, out);
    }
}

impl Yields<Mention> for Link {
    fn is_link(&self) -> bool {
        true
    }

    fn link(self) -> Option<Mention> {
        Some(self.0)
    }
}

impl Stage for Head {
    const NAME: &'static str = "head";
    type In = Link;
    type Out = Link;
    type State = Stateless;
    type Table = ();

    fn process(&self, batch: Vec<Record<Link>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        batch.into_iter().for_each(|record| tx.emit(record.value));
        Ok(())
    }
}

impl Stage for Tail {
    const NAME: &'static str = "tail";
    type In = Link;
    type Out = Link;
    type State = Stateless;
    type Table = ();

    fn process(&self, _: Vec<Record<Link>>, _: &mut Tx<'_, Self>) -> Result<(), Fault> {
        Ok(())
    }
}

impl Follows for Tail {
    type Link = Mention;
    const LINK: Topic = topics::UNIQUE;

    fn accept(link: Mention) -> Link {
        Link(link)
    }
}

#[test]
fn the_books_hold_what_a_fused_chain_only_taps() {
    let broker = Broker::new(1);
    let received_at = 400_000 * HOUR;
    let end = End::Redelivered;
    Journey { tenant: "acme", author: 1, received_at, delay: 0, end }.write(&broker);
    let mut log = Memory::new::<Fused<Head, Tail>>(&broker, Plan::default());
    let chain = Fused::new(Head, Tail, Taps::On);
    run(&chain, &mut log, &mut Quarantine::default(), &mut Silent).unwrap();
    let plan = Plan { until: Some(400_002 * HOUR), ..Plan::default() };
    drive(Metrics::default(), &broker, Trouble { plan, panic: None });
    let windows = broker.records(topics::METRICS_WINDOW);
    let window: Window = codec::read(windows[0].value.as_deref().unwrap()).unwrap();
    let heard = (window.heard, window.redelivered, window.difference);
    assert_eq!(heard, (1, 0, 1), "unique, and then neither scored nor routed");
}
