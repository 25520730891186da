//! State that is rebuilt from its changelog, and tables that every worker reads whole.

use crate::{Malformed, Topic, Wire};

/// What a stage remembers about one partition, as the runtime sees it.
pub trait State: Default {
    /// The stages whose changelogs rebuild it.
    fn changelogs() -> Vec<&'static str>;

    /// Applies one change read back from the changelog of `stage`.
    ///
    /// # Errors
    /// When the bytes are no change of this state: the worker must not run on half a state.
    fn restore(&mut self, stage: &str, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed>;

    /// How many entries it holds.
    fn len(&self) -> usize;

    /// Whether it holds nothing.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// State as the author of a stage writes it: entries by key.
///
/// `apply` is the only way to change it, live and on restore, so the two cannot diverge.
#[allow(clippy::len_without_is_empty, reason = "State::is_empty serves both")]
pub trait Keyed: Default {
    /// The stage whose changelog holds it.
    const STAGE: &'static str;
    /// What an entry is found by.
    type Key: Wire;
    /// An entry.
    type Value: Wire;

    /// Sets an entry, or removes it when there is no value.
    fn apply(&mut self, key: Self::Key, value: Option<Self::Value>);

    /// How many entries it holds.
    fn len(&self) -> usize;
}

impl<K: Keyed> State for K {
    fn changelogs() -> Vec<&'static str> {
        vec![K::STAGE]
    }

    fn restore(&mut self, _: &str, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed> {
        self.apply(K::Key::read(key)?, value.map(K::Value::read).transpose()?);
        Ok(())
    }

    fn len(&self) -> usize {
        Keyed::len(self)
    }
}

/// The state of a stage that remembers nothing.
#[derive(Debug, Default)]
pub struct Stateless;

impl State for Stateless {
    fn changelogs() -> Vec<&'static str> {
        Vec::new()
    }

    fn restore(&mut self, _: &str, _: &[u8], _: Option<&[u8]>) -> Result<(), Malformed> {
        Ok(())
    }

    fn len(&self) -> usize {
        0
    }
}

/// The states of two fused stages.
#[derive(Debug, Default)]
pub struct Pair<A, B> {
    pub(crate) head: A,
    pub(crate) tail: B,
}

impl<A, B> Pair<A, B> {
    /// The state of the first stage.
    pub fn head(&self) -> &A {
        &self.head
    }

    /// The state of the rest of the chain.
    pub fn tail(&self) -> &B {
        &self.tail
    }
}

impl<A: State, B: State> State for Pair<A, B> {
    fn changelogs() -> Vec<&'static str> {
        [A::changelogs(), B::changelogs()].concat()
    }

    fn restore(&mut self, stage: &str, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed> {
        if A::changelogs().contains(&stage) {
            self.head.restore(stage, key, value)
        } else {
            self.tail.restore(stage, key, value)
        }
    }

    fn len(&self) -> usize {
        self.head.len() + self.tail.len()
    }
}

/// A broadcast table: compacted topics that every worker reads whole before its first record.
pub trait Table: Default {
    /// The topics it is read from.
    fn topics() -> Vec<Topic>;

    /// Sets a row, or removes it when there is no value.
    ///
    /// # Errors
    /// When the row cannot be read; it is skipped and counted, the table keeps what it had.
    fn apply(&mut self, topic: Topic, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed>;
}

impl Table for () {
    fn topics() -> Vec<Topic> {
        Vec::new()
    }

    fn apply(&mut self, _: Topic, _: &[u8], _: Option<&[u8]>) -> Result<(), Malformed> {
        Ok(())
    }
}

impl<A: Table, B: Table> Table for Pair<A, B> {
    fn topics() -> Vec<Topic> {
        let mut topics = A::topics();
        topics.extend(B::topics().into_iter().filter(|t| !A::topics().contains(t)));
        topics
    }

    fn apply(&mut self, topic: Topic, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed> {
        if A::topics().contains(&topic) {
            self.head.apply(topic, key, value)?;
        }
        if B::topics().contains(&topic) {
            self.tail.apply(topic, key, value)?;
        }
        Ok(())
    }
}
