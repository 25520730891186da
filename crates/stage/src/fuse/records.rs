//! The inputs and outputs of a chain.

use std::marker::PhantomData;

use crate::{
    Downstream, EventTime, Input, Malformed, Outgoing, Output, RawRecord, RecordHeaders, Stage,
    Topic,
};

/// An input of a chain: of its first stage, or a side input of a later one.
pub enum FusedIn<A: Stage, B: Stage> {
    /// For the first stage.
    Head(A::In),
    /// For a later stage.
    Side(B::In),
}

impl<A: Stage, B: Downstream> Input for FusedIn<A, B> {
    fn topics() -> Vec<Topic> {
        let mut topics = A::In::topics();
        topics.extend(B::In::topics().into_iter().filter(|topic| *topic != B::LINK_TOPIC));
        topics
    }

    fn tap_topics() -> Vec<Topic> {
        A::In::tap_topics()
    }

    fn read(record: &RawRecord) -> Result<Self, Malformed> {
        if A::In::topics().contains(&record.at.topic) {
            A::In::read(record).map(FusedIn::Head)
        } else {
            B::In::read(record).map(FusedIn::Side)
        }
    }
}

/// An output of a chain.
pub enum FusedOut<A: Stage, B: Stage> {
    /// Of the first stage, encoded; a tap if the chain has processed it further.
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
            FusedOut::Head(encoded, _) => encoded.topic,
            FusedOut::Tail(out) => out.topic(),
        }
    }

    fn key(&self, into: &mut Vec<u8>) {
        match self {
            FusedOut::Head(encoded, _) => into.extend_from_slice(&encoded.key),
            FusedOut::Tail(out) => out.key(into),
        }
    }

    fn write(&self, into: &mut Vec<u8>) {
        match self {
            FusedOut::Head(encoded, _) => into.extend(encoded.value.iter().flatten()),
            FusedOut::Tail(out) => out.write(into),
        }
    }

    fn is_tombstone(&self) -> bool {
        match self {
            FusedOut::Head(encoded, _) => encoded.value.is_none(),
            FusedOut::Tail(out) => out.is_tombstone(),
        }
    }

    fn headers(&self) -> RecordHeaders {
        match self {
            FusedOut::Head(encoded, _) => encoded.headers.clone(),
            FusedOut::Tail(out) => out.headers(),
        }
    }

    fn into_outgoing(self, time: EventTime) -> Outgoing {
        match self {
            FusedOut::Head(encoded, _) => encoded,
            FusedOut::Tail(out) => out.into_outgoing(time),
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
