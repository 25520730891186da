//! State that a worker restores from its changelog, and broadcast tables.

use crate::{Malformed, Topic, Wire};

/// The state of a stage for one partition, as the loop uses it.
pub trait State: Default {
    /// The stages whose changelogs restore it.
    fn changelogs() -> Vec<&'static str>;

    /// Applies one change from the changelog of `stage`.
    ///
    /// # Errors
    /// When the bytes are not a change of this state. The worker then stops: it must not run on an
    /// incomplete state.
    fn restore(&mut self, stage: &str, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed>;

    /// The number of entries.
    fn len(&self) -> usize;

    /// Whether it has no entry.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A state of entries by key, as stages implement it.
///
/// `apply` is the only way to change it, both live and on restore, so the two cannot diverge.
#[allow(clippy::len_without_is_empty, reason = "State::is_empty serves both")]
pub trait KeyedState: Default {
    /// The stage whose changelog holds it.
    const STAGE: &'static str;
    /// The key of an entry.
    type Key: Wire;
    /// The value of an entry.
    type Value: Wire;

    /// Sets an entry, or removes it if `value` is none.
    ///
    /// # Errors
    /// When `value` is not of the kind that `key` requires. On restore, and for a live change, the
    /// worker then stops: it must not run on an incomplete state.
    fn apply(&mut self, key: Self::Key, value: Option<Self::Value>) -> Result<(), Malformed>;

    /// The number of entries.
    fn len(&self) -> usize;
}

impl<K: KeyedState> State for K {
    fn changelogs() -> Vec<&'static str> {
        vec![K::STAGE]
    }

    fn restore(&mut self, _: &str, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed> {
        self.apply(K::Key::read(key)?, value.map(K::Value::read).transpose()?)
    }

    fn len(&self) -> usize {
        KeyedState::len(self)
    }
}

/// The state of a stage without state.
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

/// The states, or the broadcast tables, of two fused stages.
#[derive(Debug, Default)]
pub struct Pair<A, B> {
    pub(crate) head: A,
    pub(crate) tail: B,
}

impl<A, B> Pair<A, B> {
    /// That of the first stage.
    pub fn head(&self) -> &A {
        &self.head
    }

    /// That of the rest of the chain.
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

/// A broadcast table: compacted topics that every worker reads whole before its first record and
/// follows from then on.
pub trait BroadcastTable: Default {
    /// The topics of its rows.
    fn topics() -> Vec<Topic>;

    /// The stage that reads a topic, to whose dead letters its malformed rows go.
    fn reader(topic: Topic) -> &'static str;

    /// Sets a row, or removes it if `value` is none.
    ///
    /// # Errors
    /// When the row cannot be decoded; the table then keeps its content, and the row becomes a dead
    /// letter.
    fn apply(&mut self, topic: Topic, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed>;
}

impl BroadcastTable for () {
    fn topics() -> Vec<Topic> {
        Vec::new()
    }

    fn reader(_: Topic) -> &'static str {
        ""
    }

    fn apply(&mut self, _: Topic, _: &[u8], _: Option<&[u8]>) -> Result<(), Malformed> {
        Ok(())
    }
}

impl<A: BroadcastTable, B: BroadcastTable> BroadcastTable for Pair<A, B> {
    fn topics() -> Vec<Topic> {
        // Two stages may share a table topic: each row is read once and applied to both below.
        let mut topics = A::topics();
        topics.extend(B::topics().into_iter().filter(|t| !A::topics().contains(t)));
        topics
    }

    fn reader(topic: Topic) -> &'static str {
        if A::topics().contains(&topic) { A::reader(topic) } else { B::reader(topic) }
    }

    fn apply(&mut self, topic: Topic, key: &[u8], value: Option<&[u8]>) -> Result<(), Malformed> {
        // Both get the row before an error returns: one stage's rejection must not hide it from the
        // other.
        let (mut head, mut tail) = (Ok(()), Ok(()));
        if A::topics().contains(&topic) {
            head = self.head.apply(topic, key, value);
        }
        if B::topics().contains(&topic) {
            tail = self.tail.apply(topic, key, value);
        }
        head.and(tail)
    }
}
