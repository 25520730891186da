//! Two co-partitioned stages as one: the output of the first is the input of the second, without
//! a topic between them, in one transaction.
//!
//! [`Fused`] is itself a stage, so a chain is `Fused<A, Fused<B, C>>`, and whatever holds for a
//! stage (the loop, the logs, the proofs) holds for a chain. Stages do not know each other: an
//! output says which domain record it carries ([`Yields`]), a stage which one it takes
//! ([`Follows`]).

use std::marker::PhantomData;

use crate::wire::{encode, stream_time};
use crate::{
    DeadLetter, Fault, Headers, Input, Malformed, Micros, Outgoing, Output, Pair, Position, Record,
    Stage, Topic, Tx,
};

/// An output that may carry the record `L` for the next stage.
pub trait Yields<L> {
    /// Whether this output is one.
    fn is_link(&self) -> bool;

    /// The record, if this output is one.
    fn link(self) -> Option<L>;
}

/// A stage that can run behind another in one transaction.
pub trait Follows: Stage {
    /// The record it takes from the stage before it.
    type Link;
    /// The topic that would otherwise join the two.
    const LINK: Topic;
    /// Whether it may refuse what it is handed. Then its bytes are kept for the dead letters while
    /// it is processed; to refuse in spite of a promise not to is a bug, and ends the worker.
    const REFUSES: bool = true;

    /// Takes the record as input.
    fn accept(link: Self::Link) -> Self::In;
}

/// Whether the topics inside a chain are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taps {
    /// They are, marked so that a separate stage passes them over.
    On,
    /// They are not: fewer bytes, nothing to look at.
    Off,
}

/// A stage and what follows it, run as one.
#[derive(Debug)]
pub struct Fused<A, B> {
    head: A,
    tail: B,
    taps: Taps,
}

impl<A, B> Fused<A, B> {
    /// Joins two stages.
    pub fn new(head: A, tail: B, taps: Taps) -> Self {
        Self { head, tail, taps }
    }
}

impl<A, B> Stage for Fused<A, B>
where
    A: Stage,
    B: Follows,
    A::Out: Yields<B::Link>,
{
    const NAME: &'static str = A::NAME;
    type In = FusedIn<A, B>;
    type Out = FusedOut<A, B>;
    type State = Pair<A::State, B::State>;
    type Table = Pair<A::Table, B::Table>;

    fn names() -> Vec<&'static str> {
        [A::names(), B::names()].concat()
    }

    fn process(&self, batch: Vec<Record<Self::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let (mut head, mut side) = (Vec::new(), Vec::new());
        for record in batch {
            // What is handed on has the `now` of its cause, so how a batch is cut does not show.
            let is_later = head.last().is_some_and(|last: &Record<_>| last.now != record.now);
            if is_later || matches!(record.value, FusedIn::Side(_)) {
                self.head(std::mem::take(&mut head), tx)?;
            }
            if matches!(record.value, FusedIn::Head(_)) {
                self.side(std::mem::take(&mut side), tx)?;
            }
            let Record { at, index, time, now, value } = record;
            match value {
                FusedIn::Head(value) => head.push(Record { at, index, time, now, value }),
                FusedIn::Side(value) => side.push(Record { at, index, time, now, value }),
            }
        }
        self.head(head, tx)?;
        self.side(side, tx)
    }

    fn on_time(&self, now: Micros, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let mut head = Tx::new(&mut tx.state.head, tx.table.head());
        self.head.on_time(now, &mut head)?;
        let head = head.done();
        let outputs = tx.absorb(head);
        self.follow(outputs, now, tx)?;
        let mut tail = Tx::new(&mut tx.state.tail, tx.table.tail());
        self.tail.on_time(now, &mut tail)?;
        let tail = tail.done();
        let outputs = tx.absorb(tail);
        tx.outputs.extend(outputs.into_iter().map(FusedOut::Tail));
        Ok(())
    }
}

impl<A, B> Fused<A, B>
where
    A: Stage,
    B: Follows,
    A::Out: Yields<B::Link>,
{
    /// Runs records through the first stage, and what it yields through the rest.
    fn head(&self, batch: Vec<Record<A::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let Some(now) = batch.first().map(|record| record.now) else { return Ok(()) };
        let mut head = Tx::new(&mut tx.state.head, tx.table.head());
        self.head.process(batch, &mut head)?;
        let head = head.done();
        let outputs = tx.absorb(head);
        self.follow(outputs, now, tx)
    }

    /// Runs side inputs through the rest of the chain.
    fn side(&self, batch: Vec<Record<B::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut tail = Tx::new(&mut tx.state.tail, tx.table.tail());
        self.tail.process(batch, &mut tail)?;
        let tail = tail.done();
        let outputs = tx.absorb(tail);
        tx.outputs.extend(outputs.into_iter().map(FusedOut::Tail));
        Ok(())
    }

    /// Runs what the first stage wrote through the rest.
    fn follow(&self, outs: Vec<A::Out>, now: Micros, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let (mut batch, mut links) = (Vec::with_capacity(outs.len()), Vec::new());
        let is_kept = self.taps == Taps::On || B::REFUSES;
        for out in outs {
            let (index, time) = (batch.len(), stream_time(out.time()));
            // Encoded first and then handed on, so that nothing is copied.
            let sent = (is_kept || !out.is_link()).then(|| encode(&out));
            match out.link() {
                Some(link) => {
                    let at = Position { topic: B::LINK, partition: -1, offset: -1 };
                    batch.push(Record { at, index, time, now, value: B::accept(link) });
                    links.extend(sent);
                }
                None => tx.outputs.extend(sent.map(|sent| FusedOut::Head(sent, PhantomData))),
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        let mut tail = Tx::new(&mut tx.state.tail, tx.table.tail());
        self.tail.process(batch, &mut tail)?;
        let mut tail = tail.done();
        for reject in std::mem::take(&mut tail.rejects) {
            // The record never stood in a topic: its dead letter is what would have stood there.
            let Some(link) = links.get(reject.index).cloned() else {
                return Err(Fault::last(format!("run {}: it refused a record", reject.stage)));
            };
            let at = Position { topic: link.topic, partition: -1, offset: -1 };
            let headers = link.headers.into_iter();
            let headers = headers.map(|(name, text)| (name.to_owned(), text.into_owned().into()));
            let headers = headers.collect();
            let (key, value) = (link.key, link.value);
            tx.inner.push(DeadLetter { reject, at, key, value, headers });
        }
        if self.taps == Taps::On {
            let tap = |link| FusedOut::Head(Outgoing { is_tap: true, ..link }, PhantomData);
            tx.outputs.extend(links.into_iter().map(tap));
        }
        let outputs = tx.absorb(tail);
        tx.outputs.extend(outputs.into_iter().map(FusedOut::Tail));
        Ok(())
    }
}

impl<A, B> Follows for Fused<A, B>
where
    A: Follows,
    B: Follows,
    A::Out: Yields<B::Link>,
{
    type Link = A::Link;
    const LINK: Topic = A::LINK;
    const REFUSES: bool = A::REFUSES;

    fn accept(link: A::Link) -> Self::In {
        FusedIn::Head(A::accept(link))
    }
}

/// An input of a chain: of its first stage, or a side input of a later one.
pub enum FusedIn<A: Stage, B: Stage> {
    /// For the first stage.
    Head(A::In),
    /// For a later stage.
    Side(B::In),
}

impl<A: Stage, B: Follows> Input for FusedIn<A, B> {
    fn topics() -> Vec<Topic> {
        let mut topics = A::In::topics();
        topics.extend(B::In::topics().into_iter().filter(|topic| *topic != B::LINK));
        topics
    }

    fn read(topic: Topic, key: &[u8], value: Option<&[u8]>) -> Result<Self, Malformed> {
        if A::In::topics().contains(&topic) {
            A::In::read(topic, key, value).map(FusedIn::Head)
        } else {
            B::In::read(topic, key, value).map(FusedIn::Side)
        }
    }
}

/// An output of a chain.
pub enum FusedOut<A: Stage, B: Stage> {
    /// Of the first stage, in bytes; a tap if the chain has carried it on.
    Head(Outgoing, PhantomData<A>),
    /// Of a later stage.
    Tail(B::Out),
}

impl<A: Stage, B: Stage> Output for FusedOut<A, B> {
    fn topics() -> Vec<Topic> {
        [A::Out::topics(), B::Out::topics()].concat()
    }

    fn topic(&self) -> Topic {
        match self {
            FusedOut::Head(sent, _) => sent.topic,
            FusedOut::Tail(out) => out.topic(),
        }
    }

    fn key(&self, into: &mut Vec<u8>) {
        match self {
            FusedOut::Head(sent, _) => into.extend_from_slice(&sent.key),
            FusedOut::Tail(out) => out.key(into),
        }
    }

    fn time(&self) -> Micros {
        match self {
            FusedOut::Head(sent, _) => sent.time,
            FusedOut::Tail(out) => out.time(),
        }
    }

    fn write(&self, into: &mut Vec<u8>) {
        match self {
            FusedOut::Head(sent, _) => into.extend(sent.value.iter().flatten()),
            FusedOut::Tail(out) => out.write(into),
        }
    }

    fn is_tombstone(&self) -> bool {
        match self {
            FusedOut::Head(sent, _) => sent.value.is_none(),
            FusedOut::Tail(out) => out.is_tombstone(),
        }
    }

    fn headers(&self) -> Headers {
        match self {
            FusedOut::Head(sent, _) => sent.headers.clone(),
            FusedOut::Tail(out) => out.headers(),
        }
    }

    fn outgoing(self) -> Outgoing {
        match self {
            FusedOut::Head(sent, _) => sent,
            FusedOut::Tail(out) => out.outgoing(),
        }
    }
}

impl<A: Stage, B: Stage> std::fmt::Debug for FusedIn<A, B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FusedIn")
    }
}

impl<A: Stage, B: Stage> std::fmt::Debug for FusedOut<A, B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FusedOut").field(&self.topic()).finish()
    }
}
