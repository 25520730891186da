//! Fuses two co-partitioned stages into one: the output of the first is the input of the second,
//! in one transaction and without a topic between them.
//!
//! [`Fused`] is itself a stage, so a chain is `Fused<A, Fused<B, C>>`, and everything that holds
//! for a stage (the loop, the logs, the proofs) holds for a chain. Stages do not know each other:
//! an output declares which domain record it carries ([`LinkOutput`]), a stage which record it
//! accepts ([`Downstream`]). This module also owns taps.

use std::marker::PhantomData;

use crate::wire::{encode, stream_time};
use crate::{
    DeadLetter, EventTime, Fault, Input, Outgoing, Pair, Position, Record, RecordRejection, Stage,
    Topic, Tx, WallTime,
};

mod records;

pub use records::{FusedIn, FusedOut};

/// The header that marks a tap; see [`Outgoing::is_tap`].
pub const TAP_HEADER: &str = "harken-tap";

/// An output that may carry a link: the record `L` for the next stage of a chain.
pub trait LinkOutput<L> {
    /// Whether this output carries a link.
    fn is_link(&self) -> bool;

    /// Returns the link, if this output carries one.
    fn into_link(self) -> Option<L>;
}

/// A stage that can run behind another one in the same transaction.
pub trait Downstream: Stage {
    /// The record it accepts from the stage before it.
    type Link;
    /// The topic that joins the two stages when they run separately.
    const LINK_TOPIC: Topic;
    /// Whether it may reject a link. If so, the bytes of each link are kept for a dead letter while
    /// it is processed. A stage that declares `false` and rejects a link is faulty: the worker ends.
    const MAY_REJECT: bool = true;

    /// Turns a link into an input record.
    fn from_link(link: Self::Link) -> Self::In;
}

/// Whether a chain writes its intermediate topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taps {
    /// It writes them, marked with [`TAP_HEADER`] so that a separate stage skips the records.
    On,
    /// It does not: fewer bytes, but nothing to inspect between the stages.
    Off,
}

/// A stage and the rest of the chain behind it, run as one stage.
#[derive(Debug)]
pub struct Fused<A, B> {
    head: A,
    tail: B,
    taps: Taps,
}

impl<A, B> Fused<A, B> {
    /// Fuses two stages.
    pub fn new(head: A, tail: B, taps: Taps) -> Self {
        Self { head, tail, taps }
    }
}

impl<A, B> Stage for Fused<A, B>
where
    A: Stage,
    B: Downstream,
    A::Out: LinkOutput<B::Link>,
{
    const NAME: &'static str = A::NAME;
    type In = FusedIn<A, B>;
    type Out = FusedOut<A, B>;
    type State = Pair<A::State, B::State>;
    type Table = Pair<A::Table, B::Table>;
    type Rules = (A::Rules, B::Rules);

    fn stage_names() -> Vec<&'static str> {
        [A::stage_names(), B::stage_names()].concat()
    }

    fn reader(topic: Topic) -> &'static str {
        if A::In::topics().contains(&topic) { A::reader(topic) } else { B::reader(topic) }
    }

    fn process(&self, batch: Vec<Record<Self::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let (mut head, mut side) = (Vec::new(), Vec::new());
        for record in batch {
            // A link takes `now` from the record that caused it. Records that differ in `now` go
            // in separate calls, so the sizes of slices do not show in the output.
            let is_later = head.last().is_some_and(|last: &Record<_>| last.now != record.now);
            // Flush the other kind first: the tail must see links and side inputs in input order.
            if is_later || matches!(record.value, FusedIn::Side(_)) {
                self.process_head(std::mem::take(&mut head), tx)?;
            }
            if matches!(record.value, FusedIn::Head(_)) {
                self.process_side(std::mem::take(&mut side), tx)?;
            }
            let Record { at, index, time, now, value } = record;
            match value {
                FusedIn::Head(value) => head.push(Record { at, index, time, now, value }),
                FusedIn::Side(value) => side.push(Record { at, index, time, now, value }),
            }
        }
        self.process_head(head, tx)?;
        self.process_side(side, tx)
    }

    fn on_time(&self, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let fire_head = |tx: &mut Tx<'_, A>| self.head.on_time(now, tx);
        self.fire(now, tx, fire_head, |tx| self.tail.on_time(now, tx))
    }

    fn fire_due(&self, time: EventTime, now: WallTime, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let fire_head = |tx: &mut Tx<'_, A>| self.head.fire_due(time, now, tx);
        self.fire(now, tx, fire_head, |tx| self.tail.fire_due(time, now, tx))
    }
}

impl<A, B> Fused<A, B>
where
    A: Stage,
    B: Downstream,
    A::Out: LinkOutput<B::Link>,
{
    /// Fires the timers of the first stage, then those of the rest of the chain.
    fn fire(
        &self,
        now: WallTime,
        tx: &mut Tx<'_, Self>,
        fire_head: impl FnOnce(&mut Tx<'_, A>) -> Result<(), Fault>,
        fire_tail: impl FnOnce(&mut Tx<'_, B>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut head = Tx::new(&mut tx.state.head, tx.table.head(), &tx.rules.0);
        fire_head(&mut head)?;
        let effects = head.into_effects();
        let outputs = tx.merge(effects);
        // What the timers of the head emit comes before the timers of the tail, as it would if a
        // topic joined the two.
        self.process_links(outputs, now, tx)?;
        let mut tail = Tx::new(&mut tx.state.tail, tx.table.tail(), &tx.rules.1);
        fire_tail(&mut tail)?;
        let effects = tail.into_effects();
        let outputs = tx.merge(effects);
        emit_tail(outputs, tx);
        Ok(())
    }

    /// Runs records through the first stage, and its links through the rest of the chain.
    fn process_head(&self, batch: Vec<Record<A::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        let Some(now) = batch.first().map(|record| record.now) else { return Ok(()) };
        let mut head = Tx::new(&mut tx.state.head, tx.table.head(), &tx.rules.0);
        self.head.process(batch, &mut head)?;
        let effects = head.into_effects();
        let outputs = tx.merge(effects);
        self.process_links(outputs, now, tx)
    }

    /// Runs side inputs through the rest of the chain.
    fn process_side(&self, batch: Vec<Record<B::In>>, tx: &mut Tx<'_, Self>) -> Result<(), Fault> {
        if batch.is_empty() {
            return Ok(());
        }
        let mut tail = Tx::new(&mut tx.state.tail, tx.table.tail(), &tx.rules.1);
        self.tail.process(batch, &mut tail)?;
        let effects = tail.into_effects();
        let outputs = tx.merge(effects);
        emit_tail(outputs, tx);
        Ok(())
    }

    /// Runs the links among the outputs of the first stage through the rest of the chain, and
    /// emits the other outputs.
    fn process_links(
        &self,
        outs: Vec<(EventTime, A::Out)>,
        now: WallTime,
        tx: &mut Tx<'_, Self>,
    ) -> Result<(), Fault> {
        let (mut batch, mut links) = (Vec::with_capacity(outs.len()), Vec::new());
        let is_encoded = self.taps == Taps::On || B::MAY_REJECT;
        for (time, out) in outs {
            let (index, time) = (batch.len(), stream_time(time));
            // Encode before `into_link` consumes the output: that way nothing is cloned.
            let encoded = (is_encoded || !out.is_link()).then(|| encode(time, &out));
            match out.into_link() {
                Some(link) => {
                    // -1 marks a record without a position in the topic.
                    let at = Position { topic: B::LINK_TOPIC, partition: -1, offset: -1 };
                    batch.push(Record { at, index, time, now, value: B::from_link(link) });
                    links.extend(encoded);
                }
                None => {
                    let head = encoded.map(|encoded| (time, FusedOut::Head(encoded, PhantomData)));
                    tx.outputs.extend(head);
                }
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        let mut tail = Tx::new(&mut tx.state.tail, tx.table.tail(), &tx.rules.1);
        self.tail.process(batch, &mut tail)?;
        let mut effects = tail.into_effects();
        for reject in std::mem::take(&mut effects.rejects) {
            tx.inner_dead_letters.push(link_dead_letter(reject, &links)?);
        }
        if self.taps == Taps::On {
            let tap = |link: Outgoing| {
                (link.time, FusedOut::Head(Outgoing { is_tap: true, ..link }, PhantomData))
            };
            tx.outputs.extend(links.into_iter().map(tap));
        }
        let outputs = tx.merge(effects);
        emit_tail(outputs, tx);
        Ok(())
    }
}

/// Emits the outputs of the rest of the chain.
fn emit_tail<A, B>(outputs: Vec<(EventTime, B::Out)>, tx: &mut Tx<'_, Fused<A, B>>)
where
    A: Stage,
    B: Downstream,
    A::Out: LinkOutput<B::Link>,
{
    tx.outputs.extend(outputs.into_iter().map(|(time, out)| (time, FusedOut::Tail(out))));
}

/// Makes the dead letter of a rejected link: the bytes and headers that a separate stage would have
/// read from the topic.
///
/// # Errors
/// When the stage declared that it rejects nothing ([`Downstream::MAY_REJECT`]): its links were not
/// encoded.
fn link_dead_letter(reject: RecordRejection, links: &[Outgoing]) -> Result<DeadLetter, Fault> {
    let Some(link) = links.get(reject.index).cloned() else {
        let stage = reject.stage;
        return Err(Fault::Contract(format!(
            "run {stage}: it rejected a link, but declares not to"
        )));
    };
    let at = Position { topic: link.topic, partition: -1, offset: -1 };
    Ok(DeadLetter { reject, record: link.into_record(at) })
}

impl<A, B> Downstream for Fused<A, B>
where
    A: Downstream,
    B: Downstream,
    A::Out: LinkOutput<B::Link>,
{
    type Link = A::Link;
    const LINK_TOPIC: Topic = A::LINK_TOPIC;
    const MAY_REJECT: bool = A::MAY_REJECT;

    fn from_link(link: A::Link) -> Self::In {
        FusedIn::Head(A::from_link(link))
    }
}
